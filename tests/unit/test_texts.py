"""Texts from elsewhere become one line without characters that nobody can see, in an error too."""

from __future__ import annotations

import unicodedata

import pytest

import amplify_auth as auth
from amplify_auth._texts import is_name, one_line
from tests.support.rows import EveryRow

CATEGORIES = ("Cc", "Cf", "Cs", "Zl", "Zp")
#: Every character that no reader can see.
UNSEEN = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in CATEGORIES]
ODD = "\x1b]0;owned\x07\x1b[2J\u202e\x9b31m\r\nERROR forged\u2028\u200b\ud800\x00"


def test_no_unseen_character_is_left() -> None:
    with EveryRow() as every:
        for character in UNSEEN:
            with every.row(f"U+{ord(character):04X}"):
                shown = one_line(f"a{character}b")

                assert shown in ("a b", "a\ufffdb")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("Plain text.", "Plain text."),
        ("Gr\u00fc\u00dfe, \u4f60\u597d \U0001f600", "Gr\u00fc\u00dfe, \u4f60\u597d \U0001f600"),
        ("non-breaking\u00a0space", "non-breaking\u00a0space"),
        ("first\nsecond", "first second"),
        ("first \r\n\t second", "first second"),
        ("ends with a break\n", "ends with a break"),
        ("\u2028\u2029begins", "begins"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("\u202eevil", "\ufffdevil"),
    ],
)
def test_a_text_becomes_one_line(text: str, shown: str) -> None:
    assert one_line(text) == one_line(one_line(text)) == shown


def test_a_name_has_few_characters() -> None:
    assert all(map(is_name, ["CodeMismatchException", "a.b-c_d", "400", "x" * 100]))
    assert not any(map(is_name, ["", "two words", "a/b", "caf\u00e9", "a\n", "x" * 101, "\u0661"]))


def test_an_error_that_a_program_makes_is_clean_too() -> None:
    error = auth.AuthError(f"It {ODD}", name=f"Name{ODD}", recovery_suggestion=f"Do {ODD}", request_id=ODD)

    for text in (error.message, error.name, error.recovery_suggestion, error.request_id, *error.args):
        assert text is not None
        assert not set(UNSEEN) & set(text)
