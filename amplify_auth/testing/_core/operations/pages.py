"""Pages of a list, for the operations that list.

Never here: a particular list.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from ..request import invalid_parameter

Item = TypeVar("Item")


def page(items: Sequence[Item], *, limit: object, token: object, most: int) -> tuple[list[Item], str | None]:
    """One page of ``items``, and the token of the next page; None after the last page.

    Args:
        items: All items, in a stable order.
        limit: The size of the page in the request; None or 0 for ``most``.
        token: The token in the request; None for the first page.
        most: The maximum size of a page.

    Raises:
        CognitoError: ``InvalidParameterException`` for a limit that is too high, or for an unknown token.
    """
    size = most if limit is None else int(str(limit))
    if not 0 <= size <= most:
        # The words of the service's generated validation.
        raise invalid_parameter(
            "1 validation error detected: Value at 'limit' failed to satisfy constraint: "
            f"Member must have value less than or equal to {most}"
        )
    start = 0 if token is None else _position(str(token), len(items))
    end = start + (size or most)
    return list(items[start:end]), (_token(end) if end < len(items) else None)


def _token(position: int) -> str:
    return base64.urlsafe_b64encode(f"page:{position}".encode()).decode("ascii")


def _position(token: str, count: int) -> int:
    try:
        word, _, number = base64.urlsafe_b64decode(token).decode("ascii").partition(":")
        position = int(number)
    except (binascii.Error, ValueError):
        word, position = "", -1
    if word != "page" or not 0 < position <= count:
        raise invalid_parameter("Invalid pagination token given.")  # unverified words
    return position
