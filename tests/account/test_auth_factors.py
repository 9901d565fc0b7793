"""`fetch_auth_factors`: what a user can sign in with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import AuthFactors, AuthProtocolError, Session
from amplify_auth.testing import MockCognito
from tests.support.makers import PoolOf, SessionOf
from tests.support.scripted_cognito import HANGS_UP, ScriptedCognito, refuses, says
from tests.support.signed_in_user import KINDS, other_tokens, scripted_user, signed_in_user


@pytest.mark.parametrize("kind", KINDS)
def test_the_factors_of_a_user(
    kind: str, pool_of: PoolOf, session_of: SessionOf, name: str, tmp_path: Path, cognito: MockCognito
) -> None:
    user = signed_in_user(
        kind, pool_of, session_of, name, tmp_path, mfa=("SOFTWARE_TOKEN_MFA",), preferred="SOFTWARE_TOKEN_MFA"
    )
    cognito.calls.clear()
    found = auth.fetch_auth_factors(session=user.session)
    assert cognito.calls.operations == ("GetUserAuthFactors",)
    assert (found.username, found.preferred_mfa, found.enabled_mfa) == (user.session.username, "TOTP", ("TOTP",))
    assert found.configured[0] == "PASSWORD"
    assert found.configured[-1] == "SOFTWARE_TOKEN"


@pytest.fixture
def alice(session: Session, scripted: ScriptedCognito) -> Session:
    return scripted_user(session, scripted)


def test_names_that_are_not_known_stay(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on(
        "GetUserAuthFactors",
        says(
            Username="alice",
            PreferredMfaSetting="NEW_MFA",
            UserMFASettingList=["EMAIL_OTP", "NEW_MFA"],
            ConfiguredUserAuthFactors=["PASSWORD", "NEW_FACTOR"],
            More={"a": 1},
        ),
    )
    assert auth.fetch_auth_factors(session=alice) == AuthFactors(
        username="alice",
        configured=("PASSWORD", "NEW_FACTOR"),
        preferred_mfa="NEW_MFA",
        enabled_mfa=("EMAIL", "NEW_MFA"),
    )


def test_a_user_without_any(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("GetUserAuthFactors", says(Username="alice"))
    assert auth.fetch_auth_factors(session=alice) == AuthFactors(username="alice")


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"Username": ""},
        {"Username": 5},
        {"Username": "alice", "ConfiguredUserAuthFactors": [5]},
        {"Username": "alice", "ConfiguredUserAuthFactors": 5},
        {"Username": "alice", "UserMFASettingList": [{}]},
        {"Username": "alice", "PreferredMfaSetting": ["SMS_MFA"]},
    ],
)
def test_an_answer_that_cannot_be_right(members: dict[str, Any], alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("GetUserAuthFactors", says(**members))
    with pytest.raises(AuthProtocolError) as caught:
        auth.fetch_auth_factors(session=alice)
    assert caught.value.operation == "GetUserAuthFactors"


def test_a_lost_answer_and_an_expired_token(alice: Session, scripted: ScriptedCognito) -> None:
    expired = refuses("NotAuthorizedException", "Access Token has expired")
    scripted.on("GetUserAuthFactors", HANGS_UP, expired, says(Username="alice"))
    scripted.on("GetTokensFromRefreshToken", says(AuthenticationResult=other_tokens()))
    assert auth.fetch_auth_factors(session=alice).username == "alice"
    assert scripted.operations == [*["GetUserAuthFactors"] * 2, "GetTokensFromRefreshToken", "GetUserAuthFactors"]
