"""A copy of something that holds secrets still holds them: only what is written out is masked.

Programs copy what they were given, to change or keep a part of it: ``copy``, ``deepcopy``, ``dataclasses.asdict``,
``attrs.evolve``.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

import amplify_auth as auth
from amplify_auth import AuthSession, AuthTokens, AwsCredentials, TotpSetupDetails
from tests.support.scripted_cognito import jwt, tokens

TOKENS = AuthTokens.from_result(tokens())
CREDENTIALS = AwsCredentials(
    access_key_id="AKIA", secret_access_key="very secret", session_token="a token", expiration=datetime.now(UTC)
)
TOTP = TotpSetupDetails(shared_secret="JBSWY3DPEHPK3PXP", username="alice")

COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "deepcopy of a list": lambda item: copy.deepcopy([item])[0],
    "deepcopy of a dict": lambda item: copy.deepcopy({"item": item})["item"],
}


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("item", [TOKENS, CREDENTIALS, TOTP], ids=lambda item: type(item).__name__)
def test_a_copy_of_what_holds_secrets_is_itself(how: str, item: Any) -> None:
    """It never changes, so that one is enough."""
    assert COPIES[how](item) is item


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_of_a_session_s_state_holds_the_same_tokens_and_credentials(how: str) -> None:
    given = AuthSession(tokens=TOKENS, credentials=CREDENTIALS, identity_id="identity", user_sub="sub-1")
    twin = COPIES[how](given)

    assert twin == given
    assert (twin.tokens, twin.credentials) == (TOKENS, CREDENTIALS)
    assert twin.tokens.access_token == jwt(username="alice")
    assert twin.credentials.secret_access_key == "very secret"


def test_a_deep_copy_of_an_output_holds_the_secret_that_its_step_shows() -> None:
    step = auth.ContinueSignInWithTotpSetup(totp_setup_details=TOTP)
    twin = copy.deepcopy(auth.SignInOutput(is_signed_in=False, next_step=step))

    assert isinstance(twin.next_step, auth.ContinueSignInWithTotpSetup)
    assert twin.next_step.totp_setup_details.shared_secret == "JBSWY3DPEHPK3PXP"


def test_a_program_s_own_record_that_holds_tokens_can_be_taken_apart() -> None:
    """``dataclasses.asdict`` and ``dataclasses.replace`` copy deeply what they do not know."""

    @dataclasses.dataclass
    class Login:
        name: str
        tokens: AuthTokens

    login = Login("alice", TOKENS)

    assert dataclasses.asdict(login)["tokens"] is TOKENS
    assert dataclasses.replace(login, name="bob").tokens is TOKENS


def test_an_evolved_copy_holds_the_other_secrets() -> None:
    twin = attrs.evolve(TOKENS, token_type="DPoP")

    assert (twin.access_token, twin.refresh_token) == (TOKENS.access_token, TOKENS.refresh_token)
