"""GlobalSignOut, RevokeToken, GetTokensFromRefreshToken."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.signed_in_pool import Client, Pool, refused

ROTATING = {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}}


def refresh(pool: Pool, token: str, client: Client | None = None, **members: str) -> dict[str, Any]:
    client = client or pool.client
    secret = {"ClientSecret": client.secret} if client.secret else {}
    result: dict[str, Any] = pool.idp.get_tokens_from_refresh_token(
        **{"ClientId": client.id, "RefreshToken": token, **secret, **members}
    )["AuthenticationResult"]
    return result


def lives(pool: Pool, access_token: str) -> bool:
    try:
        pool.idp.get_user(AccessToken=access_token)
    except pool.idp.exceptions.NotAuthorizedException as error:
        if error.response["Error"]["Message"] != "Access Token has been revoked":
            raise
        return False
    return True


def test_a_global_sign_out_ends_every_sign_in_of_that_user_only(pool: Pool) -> None:
    pool.user()
    other_client = pool.add_client()
    sign_ins = [pool.sign_in(), pool.sign_in(), pool.sign_in(client=other_client)]
    bob = pool.signed_in("bob")

    pool.idp.global_sign_out(AccessToken=sign_ins[0]["AccessToken"])

    assert [lives(pool, each["AccessToken"]) for each in sign_ins] == [False] * 3
    for each, client in zip(sign_ins, [pool.client, pool.client, other_client], strict=True):
        with refused("NotAuthorizedException", "Refresh Token has been revoked"):
            refresh(pool, each["RefreshToken"], client)
    assert lives(pool, bob)
    assert lives(pool, pool.token())


def test_revoking_ends_one_sign_in_with_all_its_tokens(pool: Pool) -> None:
    pool.user()
    mine, other = pool.sign_in(), pool.sign_in()
    renewed = refresh(pool, mine["RefreshToken"])

    pool.idp.revoke_token(ClientId=pool.client.id, Token=mine["RefreshToken"])

    assert [lives(pool, each["AccessToken"]) for each in (mine, renewed, other)] == [False, False, True]
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        refresh(pool, mine["RefreshToken"])
    assert refresh(pool, other["RefreshToken"])


def test_a_token_revoked_before_is_no_error(pool: Pool) -> None:
    pool.user()
    token = pool.sign_in()["RefreshToken"]
    pool.idp.revoke_token(ClientId=pool.client.id, Token=token)

    assert pool.idp.revoke_token(ClientId=pool.client.id, Token=token)["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("token", ["garbage", "a.b.c", "a.b.c.d.e"])
def test_revoking_what_is_no_token_is_no_error(pool: Pool, token: str) -> None:
    """RFC 7009 section 2.2: what was wanted is the case."""
    answer = pool.idp.revoke_token(ClientId=pool.client.id, Token=token)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("kind", ["AccessToken", "IdToken"])
def test_only_refresh_tokens_can_be_revoked(pool: Pool, kind: str) -> None:
    pool.user()
    result = pool.sign_in()

    with refused("UnsupportedTokenTypeException"):
        pool.idp.revoke_token(ClientId=pool.client.id, Token=result[kind])

    assert lives(pool, result["AccessToken"])


def test_another_clients_token_cannot_be_revoked(pool: Pool) -> None:
    pool.user()
    result = pool.sign_in()

    with refused("UnauthorizedException"):
        pool.idp.revoke_token(ClientId=pool.add_client().id, Token=result["RefreshToken"])

    assert lives(pool, result["AccessToken"])


def test_a_client_without_revocation_refuses(pool: Pool) -> None:
    client = pool.add_client(EnableTokenRevocation=False)
    result = pool.sign_in(pool.user(), client)

    with refused("UnsupportedOperationException"):
        pool.idp.revoke_token(ClientId=client.id, Token=result["RefreshToken"])

    assert lives(pool, result["AccessToken"])


@pytest.mark.parametrize("given", [{}, {"ClientSecret": "x" * 52}])
def test_a_confidential_client_must_show_its_secret(pool: Pool, given: dict[str, str]) -> None:
    client = pool.add_client(GenerateSecret=True)
    result = pool.sign_in(pool.user(), client)
    token = result["RefreshToken"]

    with refused("UnauthorizedException"):
        pool.idp.revoke_token(ClientId=client.id, Token=token, **given)
    with refused("NotAuthorizedException"):
        pool.idp.get_tokens_from_refresh_token(ClientId=client.id, RefreshToken=token, **given)

    assert lives(pool, refresh(pool, token, client)["AccessToken"])
    pool.idp.revoke_token(ClientId=client.id, Token=token, ClientSecret=client.secret)
    assert not lives(pool, result["AccessToken"])


def test_leniently_no_secret_need_be_shown(lenient: Any) -> None:
    pool: Pool = lenient(client={"GenerateSecret": True})
    pool.user()
    token = pool.sign_in()["RefreshToken"]

    assert pool.idp.get_tokens_from_refresh_token(ClientId=pool.client.id, RefreshToken=token)["AuthenticationResult"]


def test_a_refresh_gives_new_tokens_of_the_same_sign_in(pool: Pool) -> None:
    pool.user()
    first = pool.sign_in()

    second = refresh(pool, first["RefreshToken"])

    assert set(second) == {"AccessToken", "IdToken", "ExpiresIn", "TokenType"}
    assert second["AccessToken"] != first["AccessToken"]
    assert [lives(pool, each["AccessToken"]) for each in (first, second)] == [True, True]


@pytest.mark.parametrize("token", ["garbage", "a.b.c.d.e"])
def test_what_is_no_refresh_token_is_refused(pool: Pool, token: str) -> None:
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        refresh(pool, token)


@pytest.mark.parametrize("kind", ["AccessToken", "IdToken"])
def test_other_tokens_are_no_refresh_tokens(pool: Pool, kind: str) -> None:
    pool.user()

    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        refresh(pool, pool.sign_in()[kind])


def test_another_clients_refresh_token_is_refused(pool: Pool) -> None:
    pool.user()

    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        refresh(pool, pool.sign_in()["RefreshToken"], pool.add_client())


def test_an_expired_refresh_token_is_refused(pool: Pool, cognito: Any) -> None:
    client = pool.add_client(RefreshTokenValidity=1, TokenValidityUnits={"RefreshToken": "hours"})
    token = pool.sign_in(pool.user(), client)["RefreshToken"]
    cognito.clock.advance(3599)
    assert refresh(pool, token, client)

    cognito.clock.advance(2)
    with refused("NotAuthorizedException", "Refresh Token has expired"):
        refresh(pool, token, client)


def test_a_disabled_user_gets_no_new_tokens(pool: Pool) -> None:
    pool.user()
    token = pool.sign_in()["RefreshToken"]
    pool.idp.admin_disable_user(UserPoolId=pool.id, Username="alice")

    with refused("NotAuthorizedException"):
        refresh(pool, token)


def test_a_client_that_does_not_exist_is_refused(pool: Pool) -> None:
    with refused("ResourceNotFoundException"):
        pool.idp.get_tokens_from_refresh_token(ClientId="0" * 26, RefreshToken="x")


def test_rotation_replaces_the_refresh_token(make: Any, cognito: Any) -> None:
    pool: Pool = make(client=ROTATING)
    pool.user()
    first = pool.sign_in()

    second = refresh(pool, first["RefreshToken"])
    cognito.clock.advance(11)
    third = refresh(pool, second["RefreshToken"])

    assert len({each["RefreshToken"] for each in (first, second, third)}) == 3
    assert all(lives(pool, each["AccessToken"]) for each in (first, second, third))


def test_a_rotated_token_works_through_the_grace_period_only(make: Any, cognito: Any) -> None:
    pool: Pool = make(client=ROTATING)
    pool.user()
    token = pool.sign_in()["RefreshToken"]
    refresh(pool, token)
    cognito.clock.advance(6)
    assert refresh(pool, token)

    # The retry does not prolong the period.
    cognito.clock.advance(6)
    with refused("RefreshTokenReuseException"):
        refresh(pool, token)


def test_of_many_at_once_one_gets_the_successor(make: Any) -> None:
    """Why a client must let one of its threads refresh for all."""
    pool: Pool = make(client={"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}})
    pool.user()
    token = pool.sign_in()["RefreshToken"]

    def attempt(_: int) -> str:
        try:
            return str(refresh(pool, token)["RefreshToken"])
        except pool.idp.exceptions.RefreshTokenReuseException:
            return "reused"

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(attempt, range(16)))

    assert answers.count("reused") == 15
    (successor,) = set(answers) - {"reused"}
    assert refresh(pool, successor)


@pytest.mark.parametrize("rotation", [{"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}, {"Feature": "ENABLED"}])
def test_without_grace_a_rotated_token_is_refused_at_once(make: Any, rotation: dict[str, Any]) -> None:
    pool: Pool = make(client={"RefreshTokenRotation": rotation})
    pool.user()
    token = pool.sign_in()["RefreshToken"]
    successor = refresh(pool, token)["RefreshToken"]

    with refused("RefreshTokenReuseException"):
        refresh(pool, token)

    assert refresh(pool, successor)


def test_no_grace_period_is_longer_than_a_minute(make: Any, cognito: Any) -> None:
    pool: Pool = make(client={"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 3600}})
    pool.user()
    token = pool.sign_in()["RefreshToken"]
    refresh(pool, token)
    cognito.clock.advance(61)

    with refused("RefreshTokenReuseException"):
        refresh(pool, token)


def test_rotation_does_not_prolong_a_sign_in(make: Any, cognito: Any) -> None:
    validity = {"RefreshTokenValidity": 1, "TokenValidityUnits": {"RefreshToken": "hours"}}
    pool: Pool = make(client=ROTATING | validity)
    pool.user()
    token = pool.sign_in()["RefreshToken"]
    cognito.clock.advance(1800)
    successor = refresh(pool, token)["RefreshToken"]
    cognito.clock.advance(1801)

    with refused("NotAuthorizedException", "Refresh Token has expired"):
        refresh(pool, successor)


def test_revoking_a_rotated_token_ends_its_successors(make: Any) -> None:
    pool: Pool = make(client=ROTATING)
    pool.user()
    first = pool.sign_in()
    second = refresh(pool, first["RefreshToken"])

    pool.idp.revoke_token(ClientId=pool.client.id, Token=first["RefreshToken"])

    assert not lives(pool, second["AccessToken"])
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        refresh(pool, second["RefreshToken"])
