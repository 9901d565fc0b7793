"""`list_user_sessions` and `revoke_user_session`: where else a user is signed in, and how that is ended."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import AuthProtocolError, AuthValidationError, Session, UserSession, errors
from amplify_auth.testing import MockCognito
from tests.support.makers import PoolOf, SessionOf
from tests.support.newest_model import needs
from tests.support.scripted_cognito import HANGS_UP, ScriptedCognito, refuses, says
from tests.support.signed_in_user import KINDS, other_tokens, scripted_user, sign_in, signed_in_user

pytestmark = needs("ListUserSessions", "RevokeUserSession")

MINE, OTHER, SSO = "tkn" + "m" * 25, "tkn" + "o" * 25, "sso" + "s" * 25
NOT_FOUND = refuses("ResourceNotFoundException", "Session does not exist.")


@pytest.mark.parametrize("kind", KINDS)
def test_another_session_is_found_and_ended(
    kind: str, pool_of: PoolOf, session_of: SessionOf, name: str, tmp_path: Path, cognito: MockCognito
) -> None:
    user = signed_in_user(kind, pool_of, session_of, name, tmp_path)
    elsewhere = sign_in(user.pool, user.name, session_of(user.pool))
    cognito.calls.clear()
    mine, other = auth.list_user_sessions(session=user.session)
    assert (mine.is_current_session, other.is_current_session) == (True, False)
    assert other.client_id == user.pool.client_id
    assert mine.create_date is not None
    assert mine.create_date.tzinfo is UTC

    auth.revoke_user_session(other.session_id, session=user.session)
    assert cognito.calls.operations == ("ListUserSessions", "ListUserSessions", "RevokeUserSession")
    assert [each.session_id for each in auth.list_user_sessions(session=user.session)] == [mine.session_id]
    with pytest.raises(errors.SessionEnded):
        auth.fetch_mfa_preference(session=elsewhere)


def test_the_own_session_is_not_revoked(
    pool_of: PoolOf, session_of: SessionOf, name: str, tmp_path: Path, cognito: MockCognito
) -> None:
    user = signed_in_user("public", pool_of, session_of, name, tmp_path)
    (mine,) = auth.list_user_sessions(session=user.session)
    cognito.calls.clear()
    with pytest.raises(AuthValidationError, match="session that makes the call") as caught:
        auth.revoke_user_session(f" {mine.session_id}\n", session=user.session)
    assert "sign_out()" in (caught.value.recovery_suggestion or "")
    assert mine.session_id not in str(caught.value)
    assert cognito.calls.operations == ("ListUserSessions",)
    assert auth.fetch_mfa_preference(session=user.session) == auth.MfaPreference()


# Against a service that says what the test wants


@pytest.fixture
def alice(session: Session, scripted: ScriptedCognito) -> Session:
    return scripted_user(session, scripted)


def listed(*ids: str, **more: Any) -> Any:
    return says(Sessions=[{"SessionId": each, "IsCurrentSession": each == MINE} for each in ids], **more)


def test_every_member(alice: Session, scripted: ScriptedCognito) -> None:
    full = {
        "SessionId": OTHER,
        "SessionType": "TOKEN",
        "ClientId": "client",
        "CreateDate": 1_790_000_000.5,
        "LastActiveDate": 1_790_000_100,
        "DeviceType": "Linux",
        "LastIPAddress": "192.0.2.7",
        "LastLocation": {"City": "Paris", "Country": "France", "More": 1},
        "OriginSessionId": SSO,
        "IsCurrentSession": False,
        "More": {},
    }
    scripted.on("ListUserSessions", says(Sessions=[full, {"SessionId": SSO, "LastLocation": {}}]))
    first, second = auth.list_user_sessions(session=alice)
    assert first == UserSession(
        session_id=OTHER,
        session_type="TOKEN",
        client_id="client",
        create_date=datetime.fromtimestamp(1_790_000_000.5, UTC),
        last_active_date=datetime.fromtimestamp(1_790_000_100, UTC),
        device_type="Linux",
        last_ip_address="192.0.2.7",
        last_location=auth.UserSessionLocation(city="Paris", country="France"),
        origin_session_id=SSO,
    )
    assert second == UserSession(session_id=SSO)
    assert "192.0.2.7" not in repr(first)


def test_all_pages(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("ListUserSessions", listed(MINE, NextToken="t"), listed(NextToken="u"), listed(OTHER))
    assert [each.session_id for each in auth.list_user_sessions(session=alice)] == [MINE, OTHER]
    assert [request.get("NextToken") for request in scripted.of("ListUserSessions")] == [None, "t", "u"]


def test_pages_that_repeat(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.always("ListUserSessions", listed(MINE, NextToken="t"))
    for call in (
        lambda: auth.list_user_sessions(session=alice),
        lambda: auth.revoke_user_session(OTHER, session=alice),
    ):
        with pytest.raises(AuthProtocolError, match="do not end"):
            call()
    assert scripted.operations == ["ListUserSessions"] * 4


def test_a_pool_that_tracks_no_sessions(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("ListUserSessions", says(), says(Sessions=[]), says(Sessions=None))
    for _ in range(3):
        assert auth.list_user_sessions(session=alice) == ()


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"SessionId": ""},
        {"SessionId": 5},
        {"SessionId": OTHER, "IsCurrentSession": "yes"},
        {"SessionId": OTHER, "CreateDate": {}},
        {"SessionId": OTHER, "LastLocation": "Paris"},
        {"SessionId": OTHER, "LastLocation": {"City": 5}},
        {"SessionId": OTHER, "LastIPAddress": ["192.0.2.7"]},
        5,
        "x",
    ],
)
def test_an_answer_that_cannot_be_right(entry: Any, alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("ListUserSessions", says(Sessions=[entry]))
    with pytest.raises(AuthProtocolError) as caught:
        auth.list_user_sessions(session=alice)
    assert "192.0.2.7" not in str(caught.value)


@pytest.mark.parametrize(("linked", "member"), [(False, {}), (True, {"RevokeAssociatedSessions": "LINKED"})])
def test_the_request(linked: bool, member: dict[str, str], alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("ListUserSessions", listed(MINE, OTHER)).on("RevokeUserSession", says())
    auth.revoke_user_session(OTHER, revoke_associated_sessions=linked, session=alice)
    token = alice.tokens and alice.tokens.access_token
    assert scripted.of("RevokeUserSession") == [{"AccessToken": token, "SessionId": OTHER, **member}]


def test_a_session_that_has_ended_in_the_meantime_is_no_error(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("ListUserSessions", listed(MINE, OTHER)).on("RevokeUserSession", HANGS_UP, NOT_FOUND)
    auth.revoke_user_session(OTHER, session=alice)
    assert scripted.operations == ["ListUserSessions", "RevokeUserSession", "RevokeUserSession"]


def test_a_session_that_is_not_listed_is_an_error_if_cognito_does_not_know_it(
    alice: Session, scripted: ScriptedCognito
) -> None:
    """A session is listed some seconds after its begin, so Cognito is asked."""
    scripted.always("ListUserSessions", listed(MINE)).on("RevokeUserSession", NOT_FOUND, says())
    with pytest.raises(errors.ResourceNotFoundException) as caught:
        auth.revoke_user_session(OTHER, session=alice)
    assert "list_user_sessions()" in (caught.value.recovery_suggestion or "")
    auth.revoke_user_session(OTHER, session=alice)


def test_a_token_that_is_over_is_refreshed_once(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("ListUserSessions", listed(OTHER))
    scripted.on("RevokeUserSession", refuses("NotAuthorizedException", "Access Token has been revoked"), says())
    scripted.on("GetTokensFromRefreshToken", says(AuthenticationResult=other_tokens()))
    auth.revoke_user_session(OTHER, session=alice)
    assert scripted.operations[1:] == ["RevokeUserSession", "GetTokensFromRefreshToken", "RevokeUserSession"]
