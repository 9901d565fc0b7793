"""ListUserSessions and RevokeUserSession."""

import re
from typing import Any

import pytest

from tests.support.newest_model import needs
from tests.support.signed_in_pool import Client, Pool, refused

pytestmark = needs("ListUserSessions", "RevokeUserSession")


def sessions(pool: Pool, token: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = pool.idp.list_user_sessions(AccessToken=token)["Sessions"]
    return listed


def test_a_session_is_one_sign_in_on_any_client(pool: Pool, cognito: Any) -> None:
    other: Client = pool.add_client()
    pool.user()
    first = pool.sign_in()
    begun = cognito.clock.now
    cognito.clock.advance(60)
    second = pool.sign_in(client=other)

    mine, theirs = sessions(pool, first["AccessToken"])

    assert (mine["ClientId"], theirs["ClientId"]) == (pool.client.id, other.id)
    assert (mine["IsCurrentSession"], theirs["IsCurrentSession"]) == (True, False)
    assert mine["SessionType"] == "TOKEN"
    assert re.fullmatch(r"tkn[a-z0-9]{25}", mine["SessionId"])
    assert mine["SessionId"] != theirs["SessionId"]
    assert abs((mine["CreateDate"] - begun).total_seconds()) < 30
    assert (theirs["CreateDate"] - mine["CreateDate"]).total_seconds() >= 60
    assert [each["SessionId"] for each in sessions(pool, second["AccessToken"])] == [
        mine["SessionId"],
        theirs["SessionId"],
    ]


def test_a_refresh_is_activity_of_the_same_session(pool: Pool, cognito: Any) -> None:
    pool.user()
    result = pool.sign_in()
    (before,) = sessions(pool, result["AccessToken"])
    cognito.clock.advance(600)

    pool.idp.get_tokens_from_refresh_token(ClientId=pool.client.id, RefreshToken=result["RefreshToken"])

    (after,) = sessions(pool, result["AccessToken"])
    assert (after["SessionId"], after["CreateDate"]) == (before["SessionId"], before["CreateDate"])
    assert (after["LastActiveDate"] - before["LastActiveDate"]).total_seconds() >= 600


def test_only_living_sessions_of_the_user_are_listed(pool: Pool, cognito: Any) -> None:
    short = pool.add_client(RefreshTokenValidity=1, TokenValidityUnits={"RefreshToken": "hours"})
    pool.user()
    pool.sign_in(client=short)
    revoked = pool.sign_in()
    pool.idp.revoke_token(ClientId=pool.client.id, Token=revoked["RefreshToken"])
    pool.signed_in("bob")
    cognito.clock.advance(3601)

    assert len(sessions(pool, pool.token())) == 1


def test_an_administrators_sign_out_ends_every_session(pool: Pool) -> None:
    pool.user()
    pool.sign_in()
    pool.idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="alice")

    assert len(sessions(pool, pool.token())) == 1


def test_another_session_can_be_revoked(pool: Pool) -> None:
    pool.user()
    lost, mine = pool.sign_in(), pool.sign_in()
    (target,) = [each for each in sessions(pool, mine["AccessToken"]) if not each["IsCurrentSession"]]

    pool.idp.revoke_user_session(AccessToken=mine["AccessToken"], SessionId=target["SessionId"])

    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.idp.get_user(AccessToken=lost["AccessToken"])
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        pool.idp.get_tokens_from_refresh_token(ClientId=pool.client.id, RefreshToken=lost["RefreshToken"])
    assert len(sessions(pool, mine["AccessToken"])) == 1
    with refused("ResourceNotFoundException"):
        pool.idp.revoke_user_session(AccessToken=mine["AccessToken"], SessionId=target["SessionId"])


def test_ones_own_session_cannot_be_revoked(pool: Pool) -> None:
    token = pool.signed_in()
    (mine,) = sessions(pool, token)

    with refused("InvalidParameterException"):
        pool.idp.revoke_user_session(AccessToken=token, SessionId=mine["SessionId"])

    assert len(sessions(pool, token)) == 1


def test_another_users_session_cannot_be_revoked(pool: Pool) -> None:
    alice, bob = pool.signed_in("alice"), pool.signed_in("bob")
    (hers,) = sessions(pool, alice)

    with refused("ResourceNotFoundException"):
        pool.idp.revoke_user_session(AccessToken=bob, SessionId=hers["SessionId"])

    assert len(sessions(pool, alice)) == 1


@pytest.mark.parametrize("session_id", ["", "tkn", "abc" + "a" * 25, "tkn" + "A" * 25])
def test_what_is_no_session_id_is_refused(pool: Pool, session_id: str) -> None:
    with refused("InvalidParameterException"):
        pool.idp.revoke_user_session(AccessToken=pool.signed_in(), SessionId=session_id)


def test_many_sessions_come_in_pages(pool: Pool) -> None:
    pool.user()
    token = [pool.token() for _ in range(61)][-1]

    first = pool.idp.list_user_sessions(AccessToken=token)
    second = pool.idp.list_user_sessions(AccessToken=token, NextToken=first["NextToken"])

    assert [each["IsCurrentSession"] for each in first["Sessions"]] == [False] * 60
    assert [each["IsCurrentSession"] for each in second["Sessions"]] == [True]
    assert "NextToken" not in second
    with refused("InvalidParameterException"):
        pool.idp.list_user_sessions(AccessToken=token, NextToken="bm90IGEgdG9rZW4=")
