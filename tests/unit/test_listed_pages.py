"""Lists that Cognito gives in pages: all of them are read, and a list that does not end is refused."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from amplify_auth import AuthProtocolError
from amplify_auth._account import Page, all_pages
from amplify_auth._cognito import optional_texts, optional_time


def page(items: list[str], token: str | None) -> Page[str]:
    return Page(operation="ListThings", items=tuple(items), next_token=token)


def test_all_pages_are_asked_for_in_order() -> None:
    pages = {None: page(["a", "b"], "1"), "1": page([], "2"), "2": page(["c"], None)}
    asked: list[str | None] = []

    def ask(token: str | None) -> Page[str]:
        asked.append(token)
        return pages[token]

    assert all_pages(ask) == ("a", "b", "c")
    assert asked == [None, "1", "2"]


@pytest.mark.parametrize("tokens", [["1", "1"], ["1", "2", "1"]])
def test_a_token_that_repeats_is_an_error(tokens: list[str]) -> None:
    answers = iter(tokens)
    with pytest.raises(AuthProtocolError, match="pages of ListThings do not end") as caught:
        all_pages(lambda _: page(["a"], next(answers)))
    assert caught.value.operation == "ListThings"
    assert next(answers, None) is None, "the guard waits for the token that repeats"


def test_there_is_a_limit_for_tokens_that_are_always_new() -> None:
    numbers = itertools.count()
    with pytest.raises(AuthProtocolError, match="do not end"):
        all_pages(lambda _: page([], str(next(numbers))))
    assert next(numbers) < 2000


def read(members: Mapping[str, object]) -> str | None:
    name = members.get("Name")
    return name if isinstance(name, str) else None


def parse(answer: dict[str, Any]) -> Page[str]:
    return Page.parse(answer, "ListThings", items="Things", read=read)


def test_an_answer_becomes_a_page() -> None:
    found = parse({"Things": [{"Name": "a", "More": 1}, {}], "NextToken": "t", "More": 1})
    assert (found.items, found.next_token) == (("a",), "t")
    for empty in ({}, {"Things": None}, {"Things": [], "NextToken": ""}):
        assert (parse(empty).items, parse(empty).next_token) == ((), None)


@pytest.mark.parametrize(
    "answer", [{"Things": 5}, {"Things": "x"}, {"Things": {"Name": "a"}}, {"Things": ["a"]}, {"NextToken": 5}]
)
def test_an_answer_that_cannot_be_right_is_an_error(answer: dict[str, Any]) -> None:
    with pytest.raises(AuthProtocolError):
        parse(answer)


def test_a_list_of_text() -> None:
    assert optional_texts({"L": ["a", "b"]}, "L", "Op") == ("a", "b")
    assert optional_texts({}, "L", "Op") == ()
    assert optional_texts({"L": None}, "L", "Op") == ()
    for wrong in ("ab", 5, {"a": "b"}, ["a", None], [["a"]]):
        with pytest.raises(AuthProtocolError, match="L of Op"):
            optional_texts({"L": wrong}, "L", "Op")


def test_a_time_is_in_utc() -> None:
    there = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    found = optional_time({"T": there}, "T", "Op")
    assert found == there
    assert found is not None
    assert found.tzinfo is UTC
    assert optional_time({}, "T", "Op") is None
    first = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    for wrong in (datetime(2026, 5, 1), 5, "2026-05-01", first):
        with pytest.raises(AuthProtocolError, match="T of Op"):
            optional_time({"T": wrong}, "T", "Op")
