"""All pages of a list. botocore has no paginator for the operations of a signed-in user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from .._cognito import Page, protocol_error

T = TypeVar("T")

#: More than any user has. A server that always gives another token would keep the program busy.
_MOST_PAGES: Final = 1000


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
