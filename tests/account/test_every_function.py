"""`ACCOUNT` of ``tests/support/every_function.py`` has every public function, and calls it right."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from tests.account.test_every_operation import SENT_BY
from tests.support.every_function import (
    ACCOUNT,
    LIFECYCLE,
    OF_SESSIONS,
    Authenticator,
    answer_all,
    function_of,
    public_functions,
    sign_in_with_device,
)
from tests.support.makers import NewSession
from tests.support.newest_model import needs_newest
from tests.support.rows import EveryRow
from tests.support.scripted_cognito import ScriptedCognito

FUNCTIONS = {function_of(row) for row in ACCOUNT}


def test_every_public_function_has_a_row_or_is_of_the_lifecycle() -> None:
    assert public_functions() == FUNCTIONS | LIFECYCLE | OF_SESSIONS
    assert len(FUNCTIONS) + len(LIFECYCLE) + len(OF_SESSIONS) == len(public_functions())


@pytest.mark.parametrize("name", sorted(FUNCTIONS | LIFECYCLE))
def test_every_function_takes_a_session_by_keyword(name: str) -> None:
    session = inspect.signature(getattr(auth, name)).parameters["session"]

    assert (session.kind, session.default) == (inspect.Parameter.KEYWORD_ONLY, None)


@needs_newest
@pytest.mark.parametrize("row", ACCOUNT)
def test_a_row_sends_what_it_says(row: str, scripted: ScriptedCognito, new_session: NewSession) -> None:
    session = sign_in_with_device(scripted, new_session(passkey=Authenticator()))
    answer_all(scripted)
    ACCOUNT[row].call(session)

    assert tuple(scripted.operations) == ACCOUNT[row].operations
    assert all(function_of(row) in SENT_BY[operation] for operation in scripted.operations)
    for request in scripted.requests:
        assert ("AccessToken" in request.body) == ACCOUNT[row].needs_user
    assert session.is_signed_in == (row != "delete_user")


@pytest.mark.parametrize("row", [row for row in ACCOUNT if ACCOUNT[row].needs_user])
def test_without_a_user_nothing_is_sent(row: str, scripted: ScriptedCognito, new_session: NewSession) -> None:
    with pytest.raises(errors.UserUnAuthenticatedException) as caught:
        ACCOUNT[row].call(new_session(passkey=Authenticator()))

    assert scripted.requests == []
    assert caught.value.recovery_suggestion


@pytest.mark.parametrize("row", ACCOUNT)
def test_without_a_session_nothing_is_sent(row: str) -> None:
    with pytest.raises(auth.AuthConfigurationError):
        ACCOUNT[row].call(None)  # type: ignore[arg-type]  # as for the default session, which no test has


class Odd:
    """Shows what a program may have put into a wrong argument."""

    def __repr__(self) -> str:
        return "canary"


#: What is the wrong type for every argument, or no text that can be sent.
WRONG: list[Any] = [
    *(5, 1.5, b"canary", Odd(), Odd, ["canary", 5], [None], {"canary": 5}, {5: "canary"}, {"": "canary"}),
    *("canary-\ud800", {"canary": "\ud800"}, (character for character in "canary"), len),
]


@pytest.mark.parametrize("row", [row for row in ACCOUNT if ACCOUNT[row].arguments])
def test_a_wrong_argument_is_refused_before_anything_is_sent_and_not_repeated(
    row: str, scripted: ScriptedCognito, new_session: NewSession
) -> None:
    session = sign_in_with_device(scripted, new_session(passkey=Authenticator()))
    names = set(inspect.signature(ACCOUNT[row].function).parameters) - {"session"}
    with EveryRow() as every:
        for name in sorted(names):
            for wrong in WRONG:
                if name == "page_size" and wrong == 5:
                    continue
                with every.row(f"{name}={wrong!r:.30}"):
                    with pytest.raises(auth.AuthValidationError) as caught:
                        ACCOUNT[row].call(session, **{name: wrong})

                    assert name in caught.value.message
                    assert caught.value.recovery_suggestion
                    assert "canary-" not in str(caught.value)
                    assert scripted.requests == []


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u00a0", "\u200b"], ids=ascii)
@pytest.mark.parametrize("row", [row for row in ACCOUNT if ACCOUNT[row].arguments])
def test_a_required_text_that_is_blank_is_refused(
    row: str, blank: str, scripted: ScriptedCognito, new_session: NewSession
) -> None:
    """Passwords are left as they are, and an empty value deletes an attribute."""
    session = sign_in_with_device(scripted, new_session(passkey=Authenticator()))
    answer_all(scripted)
    may_be_blank = {"old_password", "new_password", "value", "friendly_device_name"}
    texts = [name for name, given in ACCOUNT[row].arguments.items() if isinstance(given, str)]
    for name in sorted(set(texts) - may_be_blank):
        with pytest.raises(auth.AuthValidationError):
            ACCOUNT[row].call(session, **{name: blank})

    assert scripted.requests == []


@pytest.mark.parametrize(
    "row", ["confirm_user_attribute", "send_user_attribute_verification_code", "update_user_attribute"]
)
def test_white_space_around_the_name_of_an_attribute_does_not_matter(
    row: str, scripted: ScriptedCognito, new_session: NewSession
) -> None:
    session = sign_in_with_device(scripted, new_session())
    answer_all(scripted)
    name = next(name for name in ACCOUNT[row].arguments if name.endswith("attribute_key") or name == "attribute_key")
    ACCOUNT[row].call(session, **{name: " email\n"})

    assert '"email"' in scripted.requests[0].raw.decode()
