"""AWS-signed operations: what moto drops of them counts here, and what they end has ended."""

import boto3
import pytest
from bed_clients import PASSWORD, refused, sign_in, unsigned


@pytest.fixture
def admin(mock_cognito):
    return boto3.client("cognito-idp", "us-east-1")


@pytest.fixture
def pool(mock_cognito):
    pool = mock_cognito.create_pool(mfa_methods=())
    pool.create_user("alice", PASSWORD)
    return pool


def test_email_as_the_only_second_factor(admin, pool):
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


def test_the_relying_party_of_passkeys(admin, pool):
    party = {"RelyingPartyId": "example.com", "UserVerification": "required"}

    admin.set_user_pool_mfa_config(UserPoolId=pool.id, WebAuthnConfiguration=party)

    assert admin.get_user_pool_mfa_config(UserPoolId=pool.id)["WebAuthnConfiguration"] == party
    access = sign_in(pool)["AuthenticationResult"]["AccessToken"]
    options = unsigned().start_web_authn_registration(AccessToken=access)["CredentialCreationOptions"]
    assert options["rp"]["id"] == "example.com"


def test_other_second_factors_stay_motos(admin, pool):
    admin.set_user_pool_mfa_config(
        UserPoolId=pool.id, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="ON"
    )

    assert admin.get_user_pool_mfa_config(UserPoolId=pool.id)["SoftwareTokenMfaConfiguration"] == {"Enabled": True}
    assert sign_in(pool)["ChallengeName"] == "MFA_SETUP"


def test_a_preference_moto_refuses_is_not_kept(admin, pool):
    with refused("UserNotFoundException"):
        admin.admin_set_user_mfa_preference(UserPoolId=pool.id, Username="zoe", EmailMfaSettings={"Enabled": True})


@pytest.mark.parametrize("operation", ["admin_disable_user", "admin_delete_user", "admin_user_global_sign_out"])
def test_an_administrator_ends_every_sign_in(admin, mock_cognito, operation):
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


def test_a_user_an_administrator_cannot_find_ends_nothing(admin, pool):
    access = sign_in(pool)["AuthenticationResult"]["AccessToken"]
    with refused("UserNotFoundException"):
        admin.admin_disable_user(UserPoolId=pool.id, Username="zoe")

    assert unsigned().get_user(AccessToken=access)["Username"] == "alice"
