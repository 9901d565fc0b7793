"""``cognito.calls``: what arrived, in order, with nothing secret on show and everything to compare with."""

import copy
import pickle
from typing import Any

import boto3
import pytest
import requests

from amplify_auth.testing import Masked, MockCognito, MockPool
from tests.support.clients import refused, sign_in, unsigned
from tests.support.users import PASSWORD


@pytest.fixture
def pool(mock_cognito: MockCognito) -> Any:
    pool = mock_cognito.create_pool()
    pool.create_user("alice", PASSWORD)
    return pool


def test_requests_are_there_in_order_and_preparations_are_not(mock_cognito: MockCognito, pool: MockPool) -> None:
    sign_in(pool)
    with refused("NotAuthorizedException"):
        sign_in(pool, password="nope")
    boto3.client("cognito-idp", "us-east-1").list_user_pools(MaxResults=5)

    assert mock_cognito.calls.operations == ("InitiateAuth", "InitiateAuth", "ListUserPools")
    assert [call.error for call in mock_cognito.calls] == [None, "NotAuthorizedException", None]
    assert len(mock_cognito.calls) == 3
    assert mock_cognito.calls[-1].parameters == {"MaxResults": 5}
    assert [call.operation for call in mock_cognito.calls[1:]] == ["InitiateAuth", "ListUserPools"]


def test_an_error_of_motos_is_named(mock_cognito: MockCognito) -> None:
    with refused("ResourceNotFoundException"):
        boto3.client("cognito-idp", "us-east-1").describe_user_pool(UserPoolId="us-east-1_none")

    assert mock_cognito.calls[0].error == "ResourceNotFoundException"


def test_what_moto_cannot_do_is_recorded_too(mock_cognito: MockCognito, pool: MockPool) -> None:
    with pytest.raises(NotImplementedError):
        boto3.client("cognito-idp", "us-east-1").admin_list_devices(UserPoolId=pool.id, Username="alice")

    assert mock_cognito.calls[0].error == "NotImplementedError"


def test_no_secret_is_shown(mock_cognito: MockCognito, pool: MockPool) -> None:
    tokens = sign_in(pool)["AuthenticationResult"]
    unsigned().forgot_password(ClientId=pool.client_id, Username="alice")
    code = pool.code("alice")
    unsigned().confirm_forgot_password(
        ClientId=pool.client_id, Username="alice", ConfirmationCode=code, Password="N3w-Passw0rd!"
    )
    unsigned().get_user(AccessToken=tokens["AccessToken"])

    shown = repr(mock_cognito.calls) + str(mock_cognito.calls[0]) + repr(pool.config)

    for secret in (PASSWORD, code, "N3w-Passw0rd!", tokens["AccessToken"], "alice"):
        assert secret not in shown
    assert "USER_PASSWORD_AUTH" in shown


def test_what_is_masked_can_be_compared(mock_cognito: MockCognito, pool: MockPool) -> None:
    sign_in(pool)
    sent = mock_cognito.calls.last("InitiateAuth").parameters

    assert sent["AuthFlow"] == "USER_PASSWORD_AUTH"
    assert sent["ClientId"] == pool.client_id
    assert sent["AuthParameters"] == {"USERNAME": "alice", "PASSWORD": PASSWORD}
    assert sent["AuthParameters"]["PASSWORD"] != "Passw0rd?"
    assert "SECRET_HASH" not in sent["AuthParameters"]


def test_a_call_can_be_revealed_whole(mock_cognito: MockCognito, pool: MockPool) -> None:
    unsigned().sign_up(
        ClientId=pool.client_id,
        Username="bob",
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "bob@example.org"}],
    )

    assert mock_cognito.calls.last("SignUp").reveal() == {
        "ClientId": pool.client_id,
        "Username": "bob",
        "Password": PASSWORD,
        "UserAttributes": [{"Name": "email", "Value": "bob@example.org"}],
    }


def test_a_recorded_call_is_a_copy_that_cannot_be_changed(mock_cognito: MockCognito, pool: MockPool) -> None:
    sign_in(pool)
    call = mock_cognito.calls[0]

    with pytest.raises(TypeError):
        call.parameters["AuthFlow"] = "other"
    with pytest.raises(AttributeError):
        call.operation = "other"


def test_looking_for_a_call_that_never_came_says_what_did(mock_cognito: MockCognito, pool: MockPool) -> None:
    sign_in(pool)

    with pytest.raises(AssertionError, match="expected a call of SignUp, but what arrived was: InitiateAuth"):
        mock_cognito.calls.last("SignUp")
    assert mock_cognito.calls.of("SignUp") == ()
    mock_cognito.calls.clear()
    with pytest.raises(AssertionError, match="nothing"):
        mock_cognito.calls.last("SignUp")


def test_masked_values() -> None:
    masked = Masked("secret")

    assert masked == "secret"
    assert masked == Masked("secret")
    assert masked != "other"
    assert {masked: 1}["secret"] == 1
    assert f"{masked} {masked!r}" == "*** ***"
    assert masked.reveal() == "secret"
    assert copy.deepcopy({"a": masked}) == {"a": "secret"}
    assert copy.copy(masked) is masked
    with pytest.raises(TypeError, match="reveal"):
        pickle.dumps(masked)


def send(operation, body):
    requests.post(
        "https://cognito-idp.us-east-1.amazonaws.com/",
        json=body,
        headers={"X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}"},
        timeout=5,
    )


def test_what_the_model_does_not_know_is_masked(mock_cognito: MockCognito, pool: MockPool) -> None:
    """A newer client may send what this botocore has not heard of, secret or not."""
    send("InitiateAuth", {"NewThing": {"Inner": ["hush"]}, "AuthFlow": "USER_AUTH"})
    with pytest.raises(NotImplementedError):
        send("DanceAuth", {"Plain": "hush"})

    assert "hush" not in repr(mock_cognito.calls)
    assert mock_cognito.calls[0].parameters == {"NewThing": {"Inner": ("hush",)}, "AuthFlow": "USER_AUTH"}
    assert mock_cognito.calls.operations == ("InitiateAuth", "DanceAuth")
