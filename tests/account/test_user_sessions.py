"""`list_user_sessions`, `revoke_user_session`, and the sign-out that ends the session of the managed login."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import AuthNetworkError, AuthProtocolError, AuthValidationError, Session, UserSession, errors
from amplify_auth.testing import MockCognito
from tests.support.makers import NewSession, PoolOf, SessionOf
from tests.support.newest_model import needs
from tests.support.scripted_cognito import HANGS_UP, ScriptedCognito, jwt, refuses, says, signs_in
from tests.support.signed_in_user import KINDS, other_tokens, scripted_user, sign_in, signed_in_user

pytestmark = needs("ListUserSessions", "RevokeUserSession", "RevokeToken.RevokeAssociatedSessions")

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


# The sign-out with the session of the managed login


def revocations(scripted: ScriptedCognito) -> list[tuple[str, str | None]]:
    return [(body["Token"], body.get("RevokeAssociatedSessions")) for body in scripted.of("RevokeToken")]


def test_a_sign_out_ends_the_linked_session(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("RevokeToken", says())
    assert auth.sign_out(revoke_associated_sessions=True, session=alice) == auth.SignOutOutput(is_complete=True)
    assert revocations(scripted) == [("refresh-of-alice", "LINKED")]
    assert not alice.is_signed_in


def test_an_ordinary_sign_out_leaves_it(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("RevokeToken", says())
    auth.sign_out(session=alice)
    assert revocations(scripted) == [("refresh-of-alice", None)]


@pytest.mark.parametrize("kind", KINDS)
def test_it_works_in_every_kind_of_session(
    kind: str, pool_of: PoolOf, session_of: SessionOf, name: str, tmp_path: Path, cognito: MockCognito
) -> None:
    user = signed_in_user(kind, pool_of, session_of, name, tmp_path)
    assert auth.sign_out(revoke_associated_sessions=True, session=user.session).is_complete
    assert cognito.calls[-1].parameters["RevokeAssociatedSessions"] == "LINKED"


def test_what_was_asked_is_remembered_for_the_next_try(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.always("RevokeToken", HANGS_UP)
    first = auth.sign_out(revoke_associated_sessions=True, session=alice)
    assert isinstance(first.revoke_token_error, AuthNetworkError)
    scripted.always("RevokeToken", says())
    scripted.requests.clear()
    assert auth.sign_out(session=alice).is_complete
    assert revocations(scripted) == [("refresh-of-alice", "LINKED")]


def test_what_is_asked_later_holds_for_a_sign_out_that_is_not_finished(
    alice: Session, scripted: ScriptedCognito
) -> None:
    scripted.always("RevokeToken", HANGS_UP)
    auth.sign_out(session=alice)
    scripted.always("RevokeToken", says())
    scripted.requests.clear()
    assert auth.sign_out(revoke_associated_sessions=True, session=alice).is_complete
    assert revocations(scripted) == [("refresh-of-alice", "LINKED")]


def test_if_cognito_refuses_it_for_good_the_tokens_are_revoked_without_it(
    alice: Session, scripted: ScriptedCognito
) -> None:
    scripted.on("RevokeToken", refuses("InvalidParameterException", "No such member."), says())
    for _ in range(2):  # the second call reports it again
        output = auth.sign_out(revoke_associated_sessions=True, session=alice)
        assert not output.is_complete
        assert isinstance(output.revoke_token_error, errors.InvalidParameterException)
    assert revocations(scripted) == [("refresh-of-alice", "LINKED"), ("refresh-of-alice", None)]

    scripted_user(alice, scripted, "bob")
    scripted.on("RevokeToken", says())
    assert auth.sign_out(session=alice).is_complete
    assert revocations(scripted) == [("refresh-of-bob", None)]


def test_if_the_tokens_cannot_be_revoked_either_both_are_tried_again(alice: Session, scripted: ScriptedCognito) -> None:
    refusal = refuses("InvalidParameterException", "No such member.")
    scripted.on("RevokeToken", refusal, HANGS_UP, HANGS_UP, HANGS_UP)
    assert isinstance(
        auth.sign_out(revoke_associated_sessions=True, session=alice).revoke_token_error, AuthNetworkError
    )
    scripted.on("RevokeToken", refusal, says())
    output = auth.sign_out(session=alice)
    assert isinstance(output.revoke_token_error, errors.InvalidParameterException)
    assert [linked for _, linked in revocations(scripted)] == ["LINKED", None, None, None, "LINKED", None]


def test_with_a_global_sign_out_both_are_asked_for(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("GlobalSignOut", says()).on("RevokeToken", says())
    output = auth.sign_out(global_sign_out=True, revoke_associated_sessions=True, session=alice)
    assert output == auth.SignOutOutput(is_complete=True)
    assert scripted.operations == ["GlobalSignOut", "RevokeToken"]
    assert revocations(scripted) == [("refresh-of-alice", "LINKED")]


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_global_sign_out_that_was_done_is_not_asked_for_again(
    everywhere: bool, alice: Session, scripted: ScriptedCognito
) -> None:
    scripted.on("GlobalSignOut", says()).always("RevokeToken", HANGS_UP)
    first = auth.sign_out(global_sign_out=True, revoke_associated_sessions=True, session=alice)
    assert (first.is_complete, first.global_sign_out_error) == (False, None)
    assert isinstance(first.revoke_token_error, AuthNetworkError)
    scripted.requests.clear()
    scripted.always("RevokeToken", says())
    assert auth.sign_out(global_sign_out=everywhere, session=alice) == auth.SignOutOutput(is_complete=True)
    assert scripted.operations == ["RevokeToken"]


def test_if_all_sessions_have_ended_a_refusal_of_the_linked_one_is_reported(
    alice: Session, scripted: ScriptedCognito
) -> None:
    scripted.on("GlobalSignOut", says()).on("RevokeToken", refuses("InvalidParameterException", "No."))
    output = auth.sign_out(global_sign_out=True, revoke_associated_sessions=True, session=alice)
    assert (output.is_complete, output.global_sign_out_error) == (False, None)
    assert isinstance(output.revoke_token_error, errors.InvalidParameterException)
    assert len(revocations(scripted)) == 1, "the tokens are revoked already"


def test_a_refused_global_sign_out_still_ends_the_linked_session(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("GlobalSignOut", refuses("NotAuthorizedException", "Access Token does not have required scopes"))
    scripted.on("RevokeToken", says())
    output = auth.sign_out(global_sign_out=True, revoke_associated_sessions=True, session=alice)
    assert isinstance(output.global_sign_out_error, errors.AccessTokenLacksScope)
    assert output.revoke_token_error is None
    assert revocations(scripted) == [("refresh-of-alice", "LINKED")]


def test_without_a_refresh_token_the_linked_session_cannot_be_ended(
    new_session: NewSession, scripted: ScriptedCognito
) -> None:
    """Also if the access token has expired, and so nothing else is left to revoke."""
    session = new_session()
    scripted.on("InitiateAuth", signs_in(RefreshToken=None, ExpiresIn=0, AccessToken=jwt(username="alice")))
    auth.sign_in("alice", "Passw0rd!", session=session)
    output = auth.sign_out(revoke_associated_sessions=True, session=session)
    assert not output.is_complete
    assert output.revoke_token_error is not None
    assert output.revoke_token_error.name == "TokenRevocationImpossible"


def test_a_sign_out_without_a_user_sends_nothing(session: Session, scripted: ScriptedCognito) -> None:
    assert auth.sign_out(revoke_associated_sessions=True, session=session).is_complete
    assert scripted.requests == []
