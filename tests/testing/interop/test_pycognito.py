"""pycognito, a client nobody here wrote, signs in to the mock as it does to Cognito."""

from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from pycognito import AWSSRP, Cognito
from pycognito.exceptions import (
    ForceChangePasswordException,
    SMSMFAChallengeException,
    SoftwareTokenMFAChallengeException,
)

from amplify_auth.testing import MockCognito

PASSWORD = "Passw0rd!"
WRONG = "An error occurred \\(NotAuthorizedException\\).*Incorrect username or password"

pytestmark = pytest.mark.slow


@pytest.fixture(params=[False, True], ids=["public", "confidential"])
def client_secret(request: pytest.FixtureRequest) -> Any:
    return request.param


def user(pool, username="alice"):
    return Cognito(
        pool.id, pool.client_id, client_secret=pool.client_secret, username=username, user_pool_region="us-east-1"
    )


def srp(pool, username="alice", password=PASSWORD, **device):
    return AWSSRP(
        username,
        password,
        pool.id,
        pool.client_id,
        client_secret=pool.client_secret,
        pool_region="us-east-1",
        **device,
    )


def other(code):
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.mark.parametrize("names", [(), ("email",)], ids=["names", "addresses"])
def test_the_right_password_signs_in_and_its_tokens_verify(
    mock_cognito: MockCognito, client_secret: Any, names: Any
) -> None:
    pool = mock_cognito.create_pool(client_secret=client_secret, username_attributes=names)
    alice = pool.create_user("alice@example.com" if names else "alice", PASSWORD)
    cognito = user(pool, alice.attributes["email"] if names else "alice")

    cognito.authenticate(PASSWORD)

    cognito.verify_tokens()
    assert cognito.id_claims["sub"] == alice.sub
    assert cognito.get_user().email == "alice@example.com"


@pytest.mark.parametrize("hidden", [False, True])
def test_a_wrong_password_is_refused(mock_cognito: MockCognito, client_secret: Any, hidden: bool) -> None:
    pool = mock_cognito.create_pool(client_secret=client_secret, prevent_user_existence_errors=hidden)
    pool.create_user("alice", PASSWORD)

    for password in ("Passw0rd?", "passw0rd!", PASSWORD + " "):
        with pytest.raises(ClientError, match=WRONG):
            user(pool).authenticate(password)


def test_an_unknown_user_looks_like_a_wrong_password_where_users_are_hidden(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(prevent_user_existence_errors=True)

    with pytest.raises(ClientError, match=WRONG):
        user(pool, "nobody").authenticate(PASSWORD)
    assert mock_cognito.calls.operations == ("InitiateAuth", "RespondToAuthChallenge")


def test_an_unknown_user_is_named_where_they_are_not(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(prevent_user_existence_errors=False)

    with pytest.raises(ClientError, match="UserNotFoundException"):
        user(pool, "nobody").authenticate(PASSWORD)


def test_a_wrong_secret_is_refused(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(client_secret=True)
    pool.create_user("alice", PASSWORD)
    client = Cognito(pool.id, pool.client_id, client_secret="wrong", username="alice", user_pool_region="us-east-1")

    with pytest.raises(ClientError, match="Unable to verify secret hash for client"):
        client.authenticate(PASSWORD)


def test_signing_up_confirming_and_signing_in(mock_cognito: MockCognito, client_secret: Any) -> None:
    pool = mock_cognito.create_pool(client_secret=client_secret)
    cognito = user(pool, "bob")
    cognito.set_base_attributes(email="bob@example.org")
    cognito.register("bob", PASSWORD)
    with pytest.raises(ClientError, match="CodeMismatchException"):
        cognito.confirm_sign_up(other(pool.code("bob")), username="bob")

    cognito.confirm_sign_up(pool.code("bob"), username="bob")

    cognito.authenticate(PASSWORD)
    assert cognito.access_token


def test_a_forgotten_password(mock_cognito: MockCognito, client_secret: Any) -> None:
    pool = mock_cognito.create_pool(client_secret=client_secret)
    pool.create_user("alice", PASSWORD)
    cognito = user(pool)
    cognito.initiate_forgot_password()

    cognito.confirm_forgot_password(pool.code("alice"), "N3w-Passw0rd!")

    cognito.authenticate("N3w-Passw0rd!")
    with pytest.raises(ClientError, match=WRONG):
        user(pool).authenticate(PASSWORD)


def test_renewing_and_signing_out(mock_cognito: MockCognito, client_secret: Any) -> None:
    pool = mock_cognito.create_pool(client_secret=client_secret)
    pool.create_user("alice", PASSWORD)
    cognito = user(pool)
    cognito.authenticate(PASSWORD)
    mock_cognito.clock.advance(1)

    before = cognito.access_token
    cognito.renew_access_token()
    assert cognito.access_token != before

    refresh_token = cognito.refresh_token
    cognito.logout()
    cognito.refresh_token = refresh_token
    with pytest.raises(ClientError, match="NotAuthorizedException"):
        cognito.renew_access_token()


def test_a_text_message_as_second_factor(mock_cognito: MockCognito, client_secret: Any) -> None:
    pool = mock_cognito.create_pool(mfa="OPTIONAL", client_secret=client_secret)
    pool.create_user("alice", PASSWORD, mfa=("SMS_MFA",))
    cognito = user(pool)
    with pytest.raises(SMSMFAChallengeException):
        cognito.authenticate(PASSWORD)

    code = pool.code("alice", "SMS_MFA")
    with pytest.raises(ClientError, match="CodeMismatchException"):
        cognito.respond_to_sms_mfa_challenge(other(code))
    cognito.respond_to_sms_mfa_challenge(code)

    assert cognito.access_token


def test_an_authenticator_app_as_second_factor(mock_cognito: MockCognito, client_secret: Any) -> None:
    pool = mock_cognito.create_pool(mfa="OPTIONAL", client_secret=client_secret)
    pool.create_user("alice", PASSWORD)
    cognito = user(pool)
    cognito.authenticate(PASSWORD)
    cognito.associate_software_token()
    with pytest.raises(ClientError, match="EnableSoftwareTokenMFAException"):
        cognito.verify_software_token(other(pool.totp("alice")))
    assert cognito.verify_software_token(pool.totp("alice")) is True
    cognito.set_user_mfa_preference(False, True, preferred="SOFTWARE_TOKEN")

    again = user(pool)
    with pytest.raises(SoftwareTokenMFAChallengeException):
        again.authenticate(PASSWORD)
    again.respond_to_software_token_mfa_challenge(pool.totp("alice"))

    assert again.access_token


def test_a_password_that_must_be_changed(mock_cognito: MockCognito, client_secret: Any) -> None:
    pool = mock_cognito.create_pool(client_secret=client_secret)
    pool.create_user("alice", PASSWORD, status="FORCE_CHANGE_PASSWORD")
    with pytest.raises(ForceChangePasswordException):
        user(pool).authenticate(PASSWORD)

    user(pool).new_password_challenge(PASSWORD, "N3w-Passw0rd!")

    user(pool).authenticate("N3w-Passw0rd!")
    assert pool.user("alice").status == "CONFIRMED"


def test_a_remembered_device(mock_cognito: MockCognito) -> None:
    """For a public client: pycognito forgets the secret hash when it answers for a device."""
    pool = mock_cognito.create_pool(device_tracking="ALWAYS")
    pool.create_user("alice", PASSWORD)
    first = srp(pool)
    tokens = first.authenticate_user()
    confirmed, device_password = first.confirm_device(tokens, "laptop")
    assert confirmed.status_code == requests.codes.ok, confirmed.text
    assert pool.user("alice").devices == (first.device_key,)
    device = {"device_key": first.device_key, "device_group_key": first.device_group_key}
    mock_cognito.calls.clear()

    second = srp(pool, **device, device_password=device_password).authenticate_user()

    assert second["AuthenticationResult"]["AccessToken"]
    assert "NewDeviceMetadata" not in second["AuthenticationResult"]
    assert mock_cognito.calls.last("RespondToAuthChallenge").parameters["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER"
    with pytest.raises(ClientError, match="NotAuthorizedException"):
        srp(pool, **device, device_password="wrong").authenticate_user()
