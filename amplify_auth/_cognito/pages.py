"""A page of a list that Cognito gives in parts. How the pages are asked for is not here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, final

from .._arguments import is_list, is_mapping
from .._masking import Value, value
from .reply import Members, optional_text, protocol_error

T = TypeVar("T")


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
        answer: Members,
        operation: str,
        *,
        items: str,
        read: Callable[[Members], T | None],
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
        listed = answer.get(items) or ()
        members = [item for item in listed if is_mapping(item)] if is_list(listed) else []
        if not is_list(listed) or len(members) != len(listed):
            raise protocol_error(f"{items} of {operation} are not a list of structures.", operation=operation)
        made = (read(item) for item in members)
        return cls(
            operation=operation,
            items=tuple(item for item in made if item is not None),
            next_token=optional_text(answer, following, operation),
        )
