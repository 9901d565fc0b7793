"""`ACCOUNT` of ``tests/support/every_function.py`` has every public function, and calls it right."""

from __future__ import annotations

import inspect

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
