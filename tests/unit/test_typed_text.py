"""How typed text is read: codes, names, choices, and what was probably meant."""

from __future__ import annotations

import pytest

from amplify_auth._typed_text import code_of, has_unseen, hint, name_of, probably_meant, stripped

CODES = {
    "123456": "123456",
    "012345": "012345",
    "123 456": "123456",
    " 123456": "123456",
    "123456\n": "123456",
    "123456\r\n": "123456",
    "\t12 34 56\t": "123456",
    "123\xa0456": "123456",
    "123\u202f456": "123456",
    "123\u3000456": "123456",
    "\ufeff123456\u200b": "123456",
    "\u202a123456\u202c": "123456",
    "123-456": "123456",
    "123\u2013456": "123456",
    "123.456": "123456",
    "\uff11\uff12\uff13\uff14\uff15\uff16": "123456",
    "\u0661\u0662\u0663\u0664\u0665\u0666": "123456",
    "AB-12 3": "AB-123",
    "a code": "acode",
    "---": "---",
    "\xb2\xb3": "\xb2\xb3",
    " \n": "",
    "": "",
}


@pytest.mark.parametrize("typed", CODES, ids=ascii)
def test_a_code_is_read_without_white_space_and_separators(typed: str) -> None:
    assert code_of(typed) == CODES[typed]


@pytest.mark.parametrize("typed", ["alice", " alice", "alice\n", "\u200balice\ufeff", "\xa0alice \r\n"], ids=ascii)
def test_the_ends_of_a_text_are_stripped(typed: str) -> None:
    assert stripped(typed) == "alice"


@pytest.mark.parametrize("typed", ["", " ", "\u200b\n"], ids=ascii)
def test_nothing_is_left_of_white_space(typed: str) -> None:
    assert stripped(typed) == ""


def test_what_is_within_a_text_stays() -> None:
    assert stripped(" al ice ") == "al ice"
    assert has_unseen("al ice")
    assert not has_unseen("al\u0301ice+test@example.com")


@pytest.mark.parametrize("typed", ["SMS_MFA", "sms_mfa", " Sms-Mfa ", "sms mfa", "smsMfa", "SMS__MFA\n"], ids=ascii)
def test_a_name_is_read_in_any_spelling(typed: str) -> None:
    assert name_of(typed) == "SMS_MFA"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("user_pool_id", "user_pool_id"),
        ("userPoolId", "user_pool_id"),
        ("user_pol_id", "user_pool_id"),
        ("POOL", "user_pool_id"),
        ("colour", None),
        ("", None),
        ("user_pool_id" * 1000, None),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_was_probably_meant(given: str, meant: str | None) -> None:
    assert probably_meant(given, ["user_pool_id", "region"], {"POOL": "user_pool_id"}) == meant


def test_a_hint_is_a_question_or_a_sentence_or_nothing() -> None:
    also = {"SECOND": "That is another thing."}

    assert hint("firs", ["first"], also) == "Did you mean first? "
    assert hint("second", ["first"], also) == "That is another thing. "
    assert hint("colour", ["first"], also) == ""
