"""Lists that Cognito gives in parts: a page, and all pages. botocore has no paginator for these operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar, final

from .._cognito import Answer, optional_text, protocol_error, structures
from .._masking import Value, value

T = TypeVar("T")

#: More than any user has. A server that always gives another token would keep the program busy.
_MOST_PAGES: Final = 1000


@final
@value(kw_only=True, eq=False)
class Page(Value, Generic[T]):
    """A part of a list.

    Attributes:
        operation: The operation that lists.
        items: What is in this part.
        next_token: What gets the next part; None after the last one.
    """

    operation: str
    items: tuple[T, ...]
    next_token: str | None = None

    @classmethod
    def parse(
        cls,
        answer: Answer,
        operation: str,
        *,
        items: str,
        read: Callable[[Answer], T | None],
        following: str = "NextToken",
    ) -> Page[T]:
        """The checked form of an answer. Raises `AuthProtocolError` for what Cognito would not say.

        Args:
            answer: The answer.
            operation: The operation.
            items: The member that is the list.
            read: Makes a value of an item; None leaves the item out.
            following: The member that gets the next page.
        """
        made = (read(item) for item in structures(answer, items, operation))
        return cls(
            operation=operation,
            items=tuple(item for item in made if item is not None),
            next_token=optional_text(answer, following, operation),
        )


def all_pages(ask: Callable[[str | None], Page[T]]) -> tuple[T, ...]:
    """The items of all pages.

    Args:
        ask: Gets the page of a token; None is for the first page.

    Raises:
        AuthProtocolError: A token repeats, or there is always another one: the list would not end.
        AuthError: What ``ask`` raises.
    """
    items: list[T] = []
    page = ask(None)
    seen: set[str] = set()
    while True:
        items += page.items
        token = page.next_token
        if token is None:
            return tuple(items)
        if token in seen or len(seen) >= _MOST_PAGES:
            raise protocol_error(f"The pages of {page.operation} do not end.", operation=page.operation)
        seen.add(token)
        page = ask(token)
