"""Tokens: signed with the pool's key, saying what the service says, living as long as the client wants."""

from typing import Any

import jwt
import pytest
import requests

from tests.support.bed import PASSWORD, Bed
from tests.support.clients import refused


def claims(bed: Bed, token: str) -> dict[str, Any]:
    """The claims, after PyJWT checked the signature against the key the pool publishes."""
    keys = requests.get(f"https://cognito-idp.us-east-1.amazonaws.com/{bed.pool.id}/.well-known/jwks.json", timeout=5)
    key = next(one for one in keys.json()["keys"] if one["kid"] == jwt.get_unverified_header(token)["kid"])
    return dict(
        jwt.decode(
            token,
            jwt.PyJWK(key).key,
            algorithms=["RS256"],
            options={"verify_aud": False, "verify_exp": False, "verify_iat": False},
        )
    )


def refresh(bed: Bed, token: str, **more: Any) -> Any:
    return bed.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token, **more)


def test_the_access_token(bed: Bed) -> None:
    said = claims(bed, bed.tokens()["AccessToken"])
    assert {name: said[name] for name in ("sub", "iss", "client_id", "token_use", "scope", "username")} == {
        "sub": bed.pool.user("alice").sub,
        "iss": f"https://cognito-idp.us-east-1.amazonaws.com/{bed.pool.id}",
        "client_id": bed.client_id,
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "username": "alice",
    }
    assert said["exp"] - said["iat"] == 3600
    assert {"jti", "origin_jti", "event_id", "auth_time"} <= set(said)
    assert "email" not in said


def test_the_id_token(make: Any) -> None:
    bed = make(custom_attributes=("tier",))
    bed.pool.create_user("alice", PASSWORD, attributes={"email": "alice@example.com", "custom:tier": "gold"})
    said = claims(bed, bed.tokens()["IdToken"])
    assert said["aud"] == bed.client_id
    assert said["token_use"] == "id"
    assert said["cognito:username"] == "alice"
    assert said["email"] == "alice@example.com"
    assert said["email_verified"] is True
    assert said["phone_number_verified"] is True
    assert said["custom:tier"] == "gold"


def test_the_client_reads_only_what_it_may(make: Any) -> None:
    bed = make(users=("alice",), client_options={"ReadAttributes": ["email"]})
    said = claims(bed, bed.tokens()["IdToken"])
    assert "email" in said
    assert "phone_number" not in said


def test_groups(bed: Bed) -> None:
    for name, precedence in (("last", 9), ("first", 1)):
        role = f"arn:aws:iam::123456789012:role/{name}"
        bed.admin.create_group(UserPoolId=bed.pool.id, GroupName=name, Precedence=precedence, RoleArn=role)
        bed.admin.admin_add_user_to_group(UserPoolId=bed.pool.id, GroupName=name, Username="alice")
    tokens = bed.tokens()
    assert claims(bed, tokens["AccessToken"])["cognito:groups"] == ["first", "last"]
    said = claims(bed, tokens["IdToken"])
    assert said["cognito:roles"] == [f"arn:aws:iam::123456789012:role/{name}" for name in ("first", "last")]
    assert said["cognito:preferred_role"].endswith("first")


def test_tokens_live_as_long_as_the_client_says(make: Any) -> None:
    units = {"AccessToken": "minutes", "IdToken": "hours", "RefreshToken": "days"}
    options = {
        "AccessTokenValidity": 5,
        "IdTokenValidity": 2,
        "RefreshTokenValidity": 1,
        "TokenValidityUnits": units,
    }
    bed = make(users=("alice",), client_options=options)
    tokens = bed.tokens()
    assert tokens["ExpiresIn"] == 300
    lived = {name: claims(bed, tokens[name]) for name in ("AccessToken", "IdToken")}
    assert lived["AccessToken"]["exp"] - lived["AccessToken"]["iat"] == 300
    assert lived["IdToken"]["exp"] - lived["IdToken"]["iat"] == 7200
    bed.idp.get_user(AccessToken=tokens["AccessToken"])
    bed.cognito.clock.advance(300)
    with refused("NotAuthorizedException", "Access Token has expired"):
        bed.idp.get_user(AccessToken=tokens["AccessToken"])
    assert "AccessToken" in refresh(bed, tokens["RefreshToken"])["AuthenticationResult"]
    bed.cognito.clock.advance(24 * 3600)
    with refused("NotAuthorizedException", "Refresh Token has expired"):
        refresh(bed, tokens["RefreshToken"])


def test_a_token_nobody_here_issued(bed: Bed) -> None:
    token = bed.tokens()["AccessToken"]
    head, body, _ = token.split(".")
    forged = f"{head}.{body}.{'A' * 342}"
    for foreign in (forged, "not.a.token", "garbage"):
        with refused("NotAuthorizedException", "Invalid Access Token"):
            bed.idp.get_user(AccessToken=foreign)


def test_an_id_token_is_no_access_token(bed: Bed) -> None:
    with refused("NotAuthorizedException", "Invalid Access Token"):
        bed.idp.get_user(AccessToken=bed.tokens()["IdToken"])


def test_an_administrators_sign_out_counts(bed: Bed) -> None:
    tokens = bed.tokens()
    bed.admin.admin_user_global_sign_out(UserPoolId=bed.pool.id, Username="alice")
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        bed.idp.get_user(AccessToken=tokens["AccessToken"])
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        refresh(bed, tokens["RefreshToken"])


def test_a_deleted_user_and_a_namesake(bed: Bed) -> None:
    tokens = bed.tokens()
    bed.admin.admin_delete_user(UserPoolId=bed.pool.id, Username="alice")
    bed.pool.create_user("alice", "Other-h0rse!1")
    with pytest.raises(bed.idp.exceptions.ClientError):
        bed.idp.get_user(AccessToken=tokens["AccessToken"])
    with pytest.raises(bed.idp.exceptions.ClientError):
        refresh(bed, tokens["RefreshToken"])


def test_a_namesake_of_whom_nothing_was_revoked_gets_nothing_either(bed: Bed) -> None:
    tokens = bed.tokens()
    del bed.pool._pool.users["alice"]
    for _ in range(2):
        with refused("UserNotFoundException", "User does not exist."):
            bed.idp.get_user(AccessToken=tokens["AccessToken"])
        with refused("UserNotFoundException", "User does not exist."):
            refresh(bed, tokens["RefreshToken"])
        if "alice" not in bed.pool._pool.users:
            bed.pool.create_user("alice", "Other-h0rse!1")


def test_a_user_disabled_without_a_revocation(bed: Bed) -> None:
    tokens = bed.tokens()
    bed.pool._pool.users["alice"].enabled = False
    with refused("NotAuthorizedException", "User is disabled."):
        bed.idp.get_user(AccessToken=tokens["AccessToken"])
    with refused("NotAuthorizedException", "User is disabled."):
        refresh(bed, tokens["RefreshToken"])


def test_a_disabled_user(bed: Bed) -> None:
    tokens = bed.tokens()
    bed.admin.admin_disable_user(UserPoolId=bed.pool.id, Username="alice")
    with pytest.raises(bed.idp.exceptions.NotAuthorizedException):
        bed.idp.get_user(AccessToken=tokens["AccessToken"])
    with pytest.raises(bed.idp.exceptions.NotAuthorizedException):
        refresh(bed, tokens["RefreshToken"])


def test_tokens_an_administrator_obtained_work_here(make: Any) -> None:
    bed = make(
        users=("alice",),
        client_options={"ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},
    )
    reply = bed.admin.admin_initiate_auth(
        UserPoolId=bed.pool.id,
        ClientId=bed.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    assert bed.idp.get_user(AccessToken=reply["AccessToken"])["Username"] == "alice"
    assert "AccessToken" in refresh(bed, reply["RefreshToken"])["AuthenticationResult"]


# -- refreshing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flow", ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"])
def test_a_refresh_gives_new_tokens_of_the_same_sign_in(bed: Bed, flow: str) -> None:
    tokens = bed.tokens()
    bed.cognito.clock.advance(60)
    fresh = bed.initiate(flow, REFRESH_TOKEN=tokens["RefreshToken"])["AuthenticationResult"]
    assert "RefreshToken" not in fresh
    before, after = claims(bed, tokens["AccessToken"]), claims(bed, fresh["AccessToken"])
    assert after["origin_jti"] == before["origin_jti"]
    assert after["auth_time"] == before["auth_time"]
    assert after["jti"] != before["jti"]
    assert after["iat"] == before["iat"] + 60
    bed.idp.get_user(AccessToken=fresh["AccessToken"])


def test_garbage_and_another_clients_token_are_invalid(bed: Bed) -> None:
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        refresh(bed, "garbage")
    other = bed.admin.create_user_pool_client(UserPoolId=bed.pool.id, ClientName="other")["UserPoolClient"]
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        refresh(bed, bed.tokens()["RefreshToken"], client_id=other["ClientId"])


def test_a_refresh_sees_new_attributes(bed: Bed) -> None:
    token = bed.tokens()["RefreshToken"]
    bed.admin.admin_update_user_attributes(
        UserPoolId=bed.pool.id, Username="alice", UserAttributes=[{"Name": "name", "Value": "Alice"}]
    )
    assert claims(bed, refresh(bed, token)["AuthenticationResult"]["IdToken"])["name"] == "Alice"


def test_clients_with_rotation_refresh_another_way(make: Any) -> None:
    flows = ("USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH")
    bed = make(users=("alice",), refresh_token_rotation=True, flows=flows)
    with refused("InvalidParameterException", "Refresh token rotation is enabled for this client."):
        refresh(bed, bed.tokens()["RefreshToken"])


# -- the trigger ------------------------------------------------------------------------------------------------------


def test_the_trigger_changes_the_id_token(bed: Bed) -> None:
    seen: list[dict[str, Any]] = []

    @bed.pool.on("pre_token_generation")
    def customize(event: dict[str, Any]) -> dict[str, Any]:
        seen.append(event)
        event["response"]["claimsOverrideDetails"] = {
            "claimsToAddOrOverride": {"tenant": "t1", "sub": "somebody else"},
            "claimsToSuppress": ["email", "iss"],
            "groupOverrideDetails": {"groupsToOverride": ["readers"]},
        }
        return event

    tokens = bed.tokens()
    said = claims(bed, tokens["IdToken"])
    assert said["tenant"] == "t1"
    assert "email" not in said
    assert said["sub"] == bed.pool.user("alice").sub
    assert said["iss"]
    assert said["cognito:groups"] == ["readers"]
    assert "tenant" not in claims(bed, tokens["AccessToken"])
    assert seen[0]["triggerSource"] == "TokenGeneration_Authentication"
    refresh(bed, tokens["RefreshToken"])
    assert seen[1]["triggerSource"] == "TokenGeneration_RefreshTokens"


def test_the_second_version_changes_both_tokens_and_the_scopes(bed: Bed) -> None:
    @bed.pool.on("pre_token_generation")
    def customize(event: dict[str, Any]) -> dict[str, Any]:
        event["response"] = {
            "claimsAndScopeOverrideDetails": {
                "idTokenGeneration": {"claimsToAddOrOverride": {"a": 1}},
                "accessTokenGeneration": {
                    "claimsToAddOrOverride": {"b": ["x"]},
                    "scopesToAdd": ["read"],
                    "scopesToSuppress": ["aws.cognito.signin.user.admin"],
                },
            }
        }
        return event

    tokens = bed.tokens()
    assert claims(bed, tokens["IdToken"])["a"] == 1
    access = claims(bed, tokens["AccessToken"])
    assert access["b"] == ["x"]
    assert access["scope"] == "read"
    with refused("NotAuthorizedException"):
        bed.idp.get_user(AccessToken=tokens["AccessToken"])


def test_a_trigger_that_raises_stops_the_sign_in(bed: Bed) -> None:
    @bed.pool.on("pre_token_generation")
    def refuse(event: dict[str, Any]) -> dict[str, Any]:
        raise RuntimeError("no")

    with refused("UserLambdaValidationException", "PreTokenGeneration failed with error no."):
        bed.password()


def test_tokens_moto_minted_age_from_when_they_are_taken_in(make: Any) -> None:
    bed = make(users=("alice",), client_options={"ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]})
    bed.cognito.clock.advance(7200)
    reply = bed.admin.admin_initiate_auth(
        UserPoolId=bed.pool.id,
        ClientId=bed.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    bed.idp.get_user(AccessToken=reply["AccessToken"])
    bed.cognito.clock.advance(3600)
    with refused("NotAuthorizedException", "Access Token has expired"):
        bed.idp.get_user(AccessToken=reply["AccessToken"])
