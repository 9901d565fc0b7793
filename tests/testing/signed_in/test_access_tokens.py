"""Every operation of a signed-in user asks for a living access token of that user, and says why it refuses one."""

from typing import Any

import pytest

from tests.support.newest_model import needs
from tests.support.signed_in_pool import Client, Pool, refused

pytestmark = pytest.mark.slow

# What each operation needs beside the token.
OPERATIONS: dict[str, dict[str, Any]] = {
    "associate_software_token": {},
    "complete_web_authn_registration": {"Credential": {}},
    "confirm_device": {"DeviceKey": "us-east-1_1"},
    "delete_user": {},
    "delete_user_attributes": {"UserAttributeNames": ["name"]},
    "delete_web_authn_credential": {"CredentialId": "x"},
    "forget_device": {"DeviceKey": "us-east-1_1"},
    "get_device": {"DeviceKey": "us-east-1_1"},
    "get_user": {},
    "get_user_attribute_verification_code": {"AttributeName": "email"},
    "get_user_auth_factors": {},
    "global_sign_out": {},
    "list_devices": {},
    "list_user_sessions": {},
    "list_web_authn_credentials": {},
    "revoke_user_session": {"SessionId": "tkn" + "a" * 25},
    "set_user_mfa_preference": {},
    "set_user_settings": {"MFAOptions": []},
    "start_web_authn_registration": {},
    "update_device_status": {"DeviceKey": "us-east-1_1"},
    "update_user_attributes": {"UserAttributes": []},
    "verify_software_token": {"UserCode": "123456"},
    "verify_user_attribute": {"AttributeName": "email", "Code": "1"},
}
every_operation = pytest.mark.parametrize("operation", [pytest.param(name, marks=needs(name)) for name in OPERATIONS])


def call(pool: Pool, operation: str, token: str) -> Any:
    return getattr(pool.idp, operation)(AccessToken=token, **OPERATIONS[operation])


@every_operation
def test_a_revoked_token_is_refused(pool: Pool, operation: str) -> None:
    token = pool.signed_in()
    pool.idp.global_sign_out(AccessToken=token)

    with refused("NotAuthorizedException", "Access Token has been revoked"):
        call(pool, operation, token)


@every_operation
def test_an_expired_token_is_refused(pool: Pool, cognito: Any, operation: str) -> None:
    token = pool.signed_in()
    cognito.clock.advance(3601)

    with refused("NotAuthorizedException", "Access Token has expired"):
        call(pool, operation, token)


@every_operation
@pytest.mark.parametrize("token", ["garbage", "a.b.c"])
def test_what_is_no_token_is_refused(pool: Pool, operation: str, token: str) -> None:
    with refused("NotAuthorizedException", "Invalid Access Token"):
        call(pool, operation, token)


@every_operation
def test_an_id_token_is_refused(pool: Pool, operation: str) -> None:
    pool.user()

    with refused("NotAuthorizedException", "Invalid Access Token"):
        call(pool, operation, pool.sign_in()["IdToken"])


@every_operation
def test_a_changed_token_is_refused(pool: Pool, operation: str) -> None:
    header, payload, signature = pool.signed_in().split(".")

    with refused("NotAuthorizedException", "Invalid Access Token"):
        call(pool, operation, f"{header}.{payload}.{signature[::-1]}")


@every_operation
def test_a_disabled_users_token_is_refused(pool: Pool, operation: str) -> None:
    token = pool.signed_in()
    pool.idp.admin_disable_user(UserPoolId=pool.id, Username="alice")

    with refused("NotAuthorizedException"):
        call(pool, operation, token)


@every_operation
def test_a_missing_token_is_refused(pool: Pool, operation: str) -> None:
    with refused("InvalidParameterException"):
        getattr(pool.idp, operation)(**OPERATIONS[operation])


def test_tokens_live_as_long_as_the_client_says(pool: Pool, cognito: Any) -> None:
    short: Client = pool.add_client(AccessTokenValidity=5, TokenValidityUnits={"AccessToken": "minutes"})
    token = pool.token(pool.user(), short)
    cognito.clock.advance(299)
    assert call(pool, "get_user", token)["Username"] == "alice"

    cognito.clock.advance(2)
    with refused("NotAuthorizedException", "Access Token has expired"):
        call(pool, "get_user", token)


def test_a_token_acts_on_its_own_user_and_pool_only(make: Any) -> None:
    here, there = make(), make()
    alice, mallory = here.signed_in("alice"), there.signed_in("mallory")

    assert here.idp.get_user(AccessToken=alice)["Username"] == "alice"
    assert here.idp.get_user(AccessToken=mallory)["Username"] == "mallory"
    here.idp.delete_user(AccessToken=alice)
    assert here.idp.get_user(AccessToken=mallory)["Username"] == "mallory"
