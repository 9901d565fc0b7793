"""Pages of a list: none lost, none twice, made-up tokens refused."""

import base64

import pytest

from amplify_auth.testing._core import CognitoError
from amplify_auth.testing._core.operations.pages import page


@pytest.mark.parametrize("limit", [None, 0, 1, 2, 3, 5, 6])
def test_every_item_comes_once_in_order(limit: int | None) -> None:
    items, shown, token, sizes = list(range(6)), [], None, []

    while True:
        part, token = page(items, limit=limit, token=token, most=6)
        shown += part
        sizes.append(len(part))
        if token is None:
            break

    size = limit or 6
    assert shown == items
    assert sizes == [size] * (6 // size) + [6 % size] * bool(6 % size)


def test_no_limit_is_the_most() -> None:
    assert len(page(list(range(9)), limit=None, token=None, most=4)[0]) == 4


@pytest.mark.parametrize("limit", [-1, 7])
def test_a_limit_out_of_range_is_refused(limit: int) -> None:
    with pytest.raises(CognitoError, match="InvalidParameterException"):
        page([1, 2, 3], limit=limit, token=None, most=6)


@pytest.mark.parametrize("text", ["", "page", "page:", "page:x", "page:-1", "page:0", "page:4", "leaf:1", "\xff"])
def test_a_token_that_was_not_given_out_is_refused(text: str) -> None:
    token = base64.urlsafe_b64encode(text.encode("latin-1")).decode()

    with pytest.raises(CognitoError, match="InvalidParameterException"):
        page([1, 2, 3], limit=1, token=token, most=6)
