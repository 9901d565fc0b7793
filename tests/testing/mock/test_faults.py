"""``fail_next``: every kind of outage, once and no more, as a client of botocore's or of `requests` meets it."""

from typing import Any

import boto3
import botocore.exceptions
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from amplify_auth.testing import MockCognito, MockPool
from tests.support.clients import refused, sign_in, unsigned
from tests.support.users import PASSWORD


@pytest.fixture
def pool(mock_cognito: MockCognito) -> Any:
    pool = mock_cognito.create_pool()
    pool.create_user("alice", PASSWORD)
    return pool


ANSWERED = [
    ("throttled", 400, "TooManyRequestsException"),
    ("throttled_429", 429, "ThrottlingException"),
    ("internal_error", 500, "InternalErrorException"),
    ("unavailable", 503, "ServiceUnavailable"),
]


@pytest.mark.parametrize(("kind", "status", "code"), ANSWERED)
def test_an_error_is_answered_once(
    mock_cognito: MockCognito, pool: MockPool, kind: Any, status: Any, code: Any
) -> None:
    mock_cognito.fail_next("InitiateAuth", kind)

    with pytest.raises(ClientError) as caught:
        sign_in(pool)

    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert sign_in(pool)["AuthenticationResult"]


BROKEN = [
    ("dropped", botocore.exceptions.ConnectionClosedError, requests.exceptions.ConnectionError),
    ("timeout", botocore.exceptions.ReadTimeoutError, requests.exceptions.ReadTimeout),
    ("unreachable", botocore.exceptions.EndpointConnectionError, requests.exceptions.ConnectionError),
]


@pytest.mark.parametrize(("kind", "error", "_"), BROKEN)
def test_a_connection_fails_as_botocore_says_it(
    mock_cognito: MockCognito, pool: MockPool, kind: Any, error: Any, _: Any
) -> None:
    mock_cognito.fail_next("InitiateAuth", kind)

    with pytest.raises(error):
        sign_in(pool)

    assert mock_cognito.calls.last("InitiateAuth").error == kind
    assert sign_in(pool)["AuthenticationResult"]


@pytest.mark.parametrize(("kind", "_", "error"), BROKEN)
def test_a_connection_fails_as_requests_says_it(
    mock_cognito: MockCognito, pool: MockPool, kind: Any, _: Any, error: Any
) -> None:
    mock_cognito.fail_next("InitiateAuth", kind)

    with pytest.raises(error):
        requests.post(
            "https://cognito-idp.us-east-1.amazonaws.com/",
            data="{}",
            headers={"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth"},
            timeout=5,
        )


def test_an_answer_that_cannot_be_read(mock_cognito: MockCognito, pool: MockPool) -> None:
    """botocore takes it for an answer that has nothing in it."""
    mock_cognito.fail_next("InitiateAuth", "malformed")

    answer = sign_in(pool)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert set(answer) == {"ResponseMetadata"}


def test_an_answer_that_cannot_be_read_may_come_after_the_operation_acted(
    mock_cognito: MockCognito, pool: MockPool
) -> None:
    mock_cognito.fail_next("SignUp", "malformed", after=True)

    assert "UserSub" not in sign_up(pool)
    assert pool.user("bob").status == "UNCONFIRMED"


def test_any_error_of_cognitos(mock_cognito: MockCognito, pool: MockPool) -> None:
    mock_cognito.fail_next("InitiateAuth", code="LimitExceededException", message="Attempt limit exceeded.", status=400)

    with pytest.raises(ClientError, match="Attempt limit exceeded"):
        sign_in(pool)


def sign_up(pool):
    return unsigned().sign_up(ClientId=pool.client_id, Username="bob", Password=PASSWORD)


@pytest.mark.parametrize("kind", ["dropped", "timeout", "internal_error"])
def test_a_request_that_failed_before_did_nothing(mock_cognito: MockCognito, pool: MockPool, kind: str) -> None:
    mock_cognito.fail_next("SignUp", kind)

    with pytest.raises((botocore.exceptions.HTTPClientError, ClientError)):
        sign_up(pool)

    with pytest.raises(LookupError):
        pool.user("bob")


@pytest.mark.parametrize("kind", ["dropped", "timeout", "internal_error"])
def test_a_request_whose_answer_was_lost_has_acted(mock_cognito: MockCognito, pool: MockPool, kind: str) -> None:
    mock_cognito.fail_next("SignUp", kind, after=True)

    with pytest.raises((botocore.exceptions.BotoCoreError, ClientError)):
        sign_up(pool)

    assert pool.user("bob").status == "UNCONFIRMED"
    with refused("UsernameExistsException"):
        sign_up(pool)


def test_only_the_operation_that_was_named_fails(mock_cognito: MockCognito, pool: MockPool) -> None:
    mock_cognito.fail_next("GetUser", "unavailable")

    access = sign_in(pool)["AuthenticationResult"]["AccessToken"]
    with refused("ServiceUnavailable"):
        unsigned().get_user(AccessToken=access)


def test_without_a_name_the_next_request_fails_whichever_it_is(mock_cognito: MockCognito, pool: MockPool) -> None:
    mock_cognito.fail_next(None, "unavailable")

    with refused("ServiceUnavailable"):
        boto3.client("cognito-idp", "us-east-1", config=Config(retries={"total_max_attempts": 1})).list_user_pools(
            MaxResults=1
        )


def test_as_many_requests_fail_as_was_said_and_a_client_that_repeats_gets_through(
    mock_cognito: MockCognito, pool: MockPool
) -> None:
    patient = boto3.client("cognito-idp", "us-east-1", config=Config(retries={"total_max_attempts": 3}))
    mock_cognito.fail_next("InitiateAuth", "dropped", times=2)

    assert sign_in(pool, client=patient)["AuthenticationResult"]
    assert [call.error for call in mock_cognito.calls] == ["dropped", "dropped", None]


def test_several_faults_come_in_the_order_they_were_given(mock_cognito: MockCognito, pool: MockPool) -> None:
    mock_cognito.fail_next("InitiateAuth", "throttled")
    mock_cognito.fail_next("InitiateAuth", "unavailable")

    for code in ("TooManyRequestsException", "ServiceUnavailable"):
        with refused(code):
            sign_in(pool)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"operation": "IntiateAuth", "kind": "dropped"}, "no operation 'IntiateAuth'"),
        ({"operation": "InitiateAuth", "kind": "exploded"}, "unknown kind of fault 'exploded'"),
        ({"operation": "InitiateAuth"}, "a kind of fault or an error code"),
        ({"operation": "InitiateAuth", "kind": "dropped", "code": "X"}, "not both"),
        ({"operation": "InitiateAuth", "kind": "dropped", "status": 400}, "belong to an error code"),
        ({"operation": "InitiateAuth", "kind": "dropped", "times": 0}, "at least 1"),
    ],
)
def test_a_fault_that_cannot_be_meant_is_refused(mock_cognito: MockCognito, arguments: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        mock_cognito.fail_next(**arguments)


def test_no_fault_outlives_the_mock(mock_cognito: MockCognito, pool: MockPool) -> None:
    from amplify_auth.testing import mock_cognito as make_mock

    with make_mock() as inner:
        inner.fail_next("InitiateAuth", "unavailable")

    assert sign_in(pool)["AuthenticationResult"]
