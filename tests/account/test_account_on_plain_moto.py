"""Under an ordinary ``mock_aws()``, with nothing of ours installed: the account as far as moto has it."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.cognitoidp.responses import CognitoIdpResponse

import amplify_auth as auth
from amplify_auth import errors
from tests.support.every_function import ACCOUNT

pytestmark = pytest.mark.slow

PASSWORD, NEW = "Passw0rd!", "N3w-passw0rd!"


@pytest.fixture(scope="module")
def admin(motos_key_read_once: None) -> Iterator[Any]:
    with mock_aws():
        assert CognitoIdpResponse.call_action.__module__.startswith("moto."), "nothing of ours is installed"
        yield boto3.client("cognito-idp", "us-east-1")


@pytest.fixture(params=[False, True], ids=["public", "confidential"])
def session(admin: Any, request: pytest.FixtureRequest) -> auth.Session:
    """A session in which alice is signed in."""
    pool_id = admin.create_user_pool(PoolName="plain", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    client = admin.create_user_pool_client(UserPoolId=pool_id, ClientName="plain", GenerateSecret=request.param)
    facts = client["UserPoolClient"]
    attributes = [{"Name": "email", "Value": "alice@example.com"}, {"Name": "email_verified", "Value": "true"}]
    admin.admin_create_user(UserPoolId=pool_id, Username="alice", UserAttributes=attributes)
    admin.admin_set_user_password(UserPoolId=pool_id, Username="alice", Password=PASSWORD, Permanent=True)
    session = auth.Session(
        user_pool_id=pool_id, user_pool_client_id=facts["ClientId"], client_secret=facts.get("ClientSecret")
    )
    assert auth.sign_in("alice", PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session).is_signed_in
    return session


def test_attributes_are_read_and_changed(session: auth.Session) -> None:
    output = auth.update_user_attribute("email", "new@example.com", session=session)

    assert output == auth.UpdateUserAttributeOutput(is_updated=True, next_step=auth.Done()), "moto sends no code"
    assert auth.fetch_user_attributes(session=session)["email"] == "new@example.com"


def test_a_password_is_changed(session: auth.Session) -> None:
    auth.update_password(PASSWORD, NEW, session=session)
    auth.sign_out(session=session)

    assert auth.sign_in("alice", NEW, auth_flow_type="USER_PASSWORD_AUTH", session=session).is_signed_in


def test_a_forgotten_password_is_set(session: auth.Session) -> None:
    output = auth.reset_password("alice", session=session)

    assert isinstance(output.next_step, auth.ConfirmResetPasswordWithCode)
    auth.confirm_reset_password("alice", NEW, "123456", session=session)
    auth.sign_out(session=session)
    assert auth.sign_in("alice", NEW, auth_flow_type="USER_PASSWORD_AUTH", session=session).is_signed_in


def test_what_moto_does_not_have_is_an_error_that_says_so(session: auth.Session) -> None:
    calls = [
        lambda: auth.delete_user_attributes(["name"], session=session),
        lambda: auth.send_user_attribute_verification_code("email", session=session),
        lambda: auth.confirm_user_attribute("email", "123456", session=session),
        lambda: auth.delete_user(session=session),
    ]
    for call in calls:
        with pytest.raises(errors.UnsupportedOperationException) as caught:
            call()
        assert "mock_cognito" in str(caught.value.recovery_suggestion)

    assert session.is_signed_in


@pytest.mark.parametrize("row", ACCOUNT)
def test_every_function_ends_in_an_output_or_a_typed_error(row: str, session: auth.Session) -> None:
    failure = None
    try:
        ACCOUNT[row].call(session)
    except auth.AuthError as error:
        failure = error

    assert failure is None or failure.recovery_suggestion
    assert session.is_signed_in
