"""AWS-signed operations: what moto drops of them counts here, and what they end has ended."""

from typing import Any

import boto3
import pytest
from pycognito import AWSSRP

from amplify_auth.testing import MockCognito, MockPool
from tests.support.clients import refused, sign_in, unsigned
from tests.support.users import PASSWORD


@pytest.fixture
def admin(mock_cognito: MockCognito) -> Any:
    return boto3.client("cognito-idp", "us-east-1")


@pytest.fixture
def pool(mock_cognito: MockCognito) -> Any:
    pool = mock_cognito.create_pool(mfa_methods=())
    pool.create_user("alice", PASSWORD)
    return pool


def test_email_as_the_only_second_factor(admin: Any, pool: MockPool) -> None:
    answered = admin.set_user_pool_mfa_config(
        UserPoolId=pool.id, EmailMfaConfiguration={"Message": "{####}"}, MfaConfiguration="OPTIONAL"
    )
    read = admin.get_user_pool_mfa_config(UserPoolId=pool.id)
    admin.admin_set_user_mfa_preference(
        UserPoolId=pool.id, Username="alice", EmailMfaSettings={"Enabled": True, "PreferredMfa": True}
    )

    assert answered["MfaConfiguration"] == read["MfaConfiguration"] == "OPTIONAL"
    assert "EmailMfaConfiguration" in answered
    assert "EmailMfaConfiguration" in read
    assert admin.admin_get_user(UserPoolId=pool.id, Username="alice")["UserMFASettingList"] == ["EMAIL_OTP"]
    assert sign_in(pool)["ChallengeName"] == "EMAIL_OTP"
    admin.admin_set_user_mfa_preference(UserPoolId=pool.id, Username="alice", EmailMfaSettings={"Enabled": False})
    assert sign_in(pool)["AuthenticationResult"]


def test_the_relying_party_of_passkeys(admin: Any, pool: MockPool) -> None:
    party = {"RelyingPartyId": "example.com", "UserVerification": "required"}

    admin.set_user_pool_mfa_config(UserPoolId=pool.id, WebAuthnConfiguration=party)

    assert admin.get_user_pool_mfa_config(UserPoolId=pool.id)["WebAuthnConfiguration"] == party
    access = sign_in(pool)["AuthenticationResult"]["AccessToken"]
    options = unsigned().start_web_authn_registration(AccessToken=access)["CredentialCreationOptions"]
    assert options["rp"]["id"] == "example.com"


def test_other_second_factors_stay_motos(admin: Any, pool: MockPool) -> None:
    admin.set_user_pool_mfa_config(
        UserPoolId=pool.id, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="ON"
    )

    assert admin.get_user_pool_mfa_config(UserPoolId=pool.id)["SoftwareTokenMfaConfiguration"] == {"Enabled": True}
    assert sign_in(pool)["ChallengeName"] == "MFA_SETUP"


def test_a_preference_moto_refuses_is_not_kept(admin: Any, pool: MockPool) -> None:
    with refused("UserNotFoundException"):
        admin.admin_set_user_mfa_preference(UserPoolId=pool.id, Username="zoe", EmailMfaSettings={"Enabled": True})


@pytest.mark.parametrize("operation", ["admin_disable_user", "admin_delete_user", "admin_user_global_sign_out"])
def test_an_administrator_ends_every_sign_in(admin: Any, mock_cognito: MockCognito, operation: str) -> None:
    pool = mock_cognito.create_pool(username_attributes=("email",))
    pool.create_user("alice@example.com", PASSWORD)
    tokens = sign_in(pool, "alice@example.com")["AuthenticationResult"]
    username = unsigned().get_user(AccessToken=tokens["AccessToken"])["Username"]

    getattr(admin, operation)(UserPoolId=pool.id, Username=username)

    with refused("NotAuthorizedException"):
        unsigned().get_user(AccessToken=tokens["AccessToken"])
    with refused("NotAuthorizedException"):
        unsigned().initiate_auth(
            ClientId=pool.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
        )


def test_a_user_an_administrator_cannot_find_ends_nothing(admin: Any, pool: MockPool) -> None:
    access = sign_in(pool)["AuthenticationResult"]["AccessToken"]
    with refused("UserNotFoundException"):
        admin.admin_disable_user(UserPoolId=pool.id, Username="zoe")

    assert unsigned().get_user(AccessToken=access)["Username"] == "alice"


def test_a_password_an_administrator_resets_is_set_anew_with_the_code_that_is_sent(admin: Any, pool: MockPool) -> None:
    admin.admin_reset_user_password(UserPoolId=pool.id, Username="alice")
    with refused("PasswordResetRequiredException"):
        sign_in(pool)

    unsigned().confirm_forgot_password(
        ClientId=pool.client_id,
        Username="alice",
        ConfirmationCode=pool.code("alice", "ForgotPassword"),
        Password="N3w-Passw0rd!",
    )

    assert sign_in(pool, password="N3w-Passw0rd!")["AuthenticationResult"]


def admin_sign_in(admin, pool, password=PASSWORD, *, username="alice", flow="ADMIN_USER_PASSWORD_AUTH", **more):
    return admin.admin_initiate_auth(
        UserPoolId=pool.id,
        ClientId=pool.client_id,
        AuthFlow=flow,
        AuthParameters={"USERNAME": username, "PASSWORD": password, **more},
    )


@pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
def test_an_administrator_signs_users_in_with_their_password(admin: Any, mock_cognito: MockCognito, flow: str) -> None:
    pool = mock_cognito.create_pool(flows=("ADMIN_USER_PASSWORD_AUTH",))
    pool.create_user("alice", PASSWORD)

    access = admin_sign_in(admin, pool, flow=flow)["AuthenticationResult"]["AccessToken"]

    assert unsigned().get_user(AccessToken=access)["Username"] == "alice"
    with refused("NotAuthorizedException"):
        admin_sign_in(admin, pool, "wrong", flow=flow)
    with refused("NotAuthorizedException"):
        admin_sign_in(admin, pool, username="nobody", flow=flow)
    with refused("InvalidParameterException"):
        admin_sign_in(admin, pool, flow="USER_PASSWORD_AUTH")


def test_an_administrator_may_do_so_where_the_client_allows_it(admin: Any, mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(flows=("USER_PASSWORD_AUTH",))
    pool.create_user("alice", PASSWORD)

    with refused("InvalidParameterException"):
        admin_sign_in(admin, pool)
    mock_cognito.strict = False
    assert admin_sign_in(admin, pool)["AuthenticationResult"]


def test_an_administrator_proves_the_clients_secret(admin: Any, mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(flows=("ADMIN_USER_PASSWORD_AUTH",), client_secret=True)
    pool.create_user("alice", PASSWORD)

    with refused("NotAuthorizedException"):
        admin_sign_in(admin, pool)
    with refused("NotAuthorizedException"):
        admin_sign_in(admin, pool, SECRET_HASH="wrong")
    right = AWSSRP.get_secret_hash("alice", pool.client_id, pool.client_secret)
    assert admin_sign_in(admin, pool, SECRET_HASH=right)["AuthenticationResult"]


def test_a_challenge_of_an_administrators_sign_in_may_be_answered_by_either(
    admin: Any, mock_cognito: MockCognito
) -> None:
    pool = mock_cognito.create_pool(flows=("ADMIN_USER_PASSWORD_AUTH",))
    for name in ("alice", "bob"):
        pool.create_user(name, PASSWORD, status="FORCE_CHANGE_PASSWORD")

    def answer_of(name):
        return {
            "ClientId": pool.client_id,
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": admin_sign_in(admin, pool, username=name)["Session"],
            "ChallengeResponses": {"USERNAME": name, "NEW_PASSWORD": "N3w-Passw0rd!"},
        }

    by_user = unsigned().respond_to_auth_challenge(**answer_of("alice"))
    by_admin = admin.admin_respond_to_auth_challenge(UserPoolId=pool.id, **answer_of("bob"))

    assert by_user["AuthenticationResult"]
    assert by_admin["AuthenticationResult"]


def test_an_administrator_of_another_pool_is_refused(admin: Any, mock_cognito: MockCognito, pool: MockPool) -> None:
    other = mock_cognito.create_pool()

    with refused("ResourceNotFoundException"):
        admin.admin_initiate_auth(
            UserPoolId=other.id, ClientId=pool.client_id, AuthFlow="ADMIN_NO_SRP_AUTH", AuthParameters={}
        )
    with refused("ResourceNotFoundException"):
        admin.admin_respond_to_auth_challenge(UserPoolId=other.id, ClientId=pool.client_id, ChallengeName="SMS_MFA")
