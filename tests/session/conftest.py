"""A verifying Cognito, a pool with alice in it, and sessions that answer failures at once instead of trying again."""

import functools

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

import amplify_auth as auth
from amplify_auth.testing import mock_cognito as new_mock

PASSWORD = "Passw0rd!"


@pytest.fixture
def cognito():
    with new_mock() as cognito:
        yield cognito


@pytest.fixture
def pool(cognito):
    return with_alice(cognito.create_pool())


@pytest.fixture
def rotating_pool(cognito):
    return with_alice(cognito.create_pool(refresh_token_rotation=True))


def with_alice(pool):
    pool.create_user("alice", PASSWORD)
    return pool


def new_client(**options):
    """A client that does not repeat what failed, so that tests need not wait for it."""
    config = Config(signature_version=UNSIGNED, retries={"mode": "standard", "total_max_attempts": 1})
    return boto3.client("cognito-idp", "us-east-1", config=config, **options)


#: One for all tests: to make one takes long. Who adds event handlers to a client makes one of his own.
shared_client = functools.cache(new_client)


@pytest.fixture
def new_session(cognito):
    def new(pool, **options):
        usual = {"client": shared_client(), "auth_flow_type": "USER_PASSWORD_AUTH"}  # a proof takes longer
        return auth.Session(**{**pool.config, **usual, **options})

    return new


@pytest.fixture
def sign_in(new_session):
    """A session in which alice is signed in."""

    def sign_in(pool, username="alice", **options):
        session = new_session(pool, **options)
        output = auth.sign_in(username, PASSWORD, session=session)
        assert output.is_signed_in
        return session

    return sign_in


@pytest.fixture
def session(pool, sign_in):
    return sign_in(pool)


@pytest.fixture
def events(session):
    """The names of what happened to ``session`` since the sign-in."""
    names = []
    session.add_listener(lambda event: names.append(event.name))
    return names
