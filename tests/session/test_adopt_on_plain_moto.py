"""`adopt_tokens` on moto as it comes, with the tokens of a program that uses boto3. No test here may use `cognito`."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.cognitoidp.responses import CognitoIdpResponse

import amplify_auth as auth
from tests.support.secret_hash import secret_hash
from tests.support.users import PASSWORD


@pytest.fixture(params=[False, True], ids=["public", "confidential"])
def program(request: pytest.FixtureRequest, motos_key_read_once: None) -> Iterator[tuple[auth.Session, Any]]:
    """A session, and what Cognito gave to another program."""
    with mock_aws():
        assert CognitoIdpResponse.call_action.__module__.startswith("moto."), "nothing of ours is installed"
        admin = boto3.client("cognito-idp", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        pool_id = admin.create_user_pool(PoolName="pool")["UserPool"]["Id"]
        client = admin.create_user_pool_client(UserPoolId=pool_id, ClientName="c", GenerateSecret=request.param)
        facts = client["UserPoolClient"]
        admin.admin_create_user(UserPoolId=pool_id, Username="alice")
        admin.admin_set_user_password(UserPoolId=pool_id, Username="alice", Password=PASSWORD, Permanent=True)
        given = {"USERNAME": "alice", "PASSWORD": PASSWORD}
        if request.param:
            given["SECRET_HASH"] = secret_hash("alice", facts["ClientId"], facts["ClientSecret"])
        answer = admin.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId=facts["ClientId"], AuthParameters=given)
        session = auth.Session(
            user_pool_id=pool_id, user_pool_client_id=facts["ClientId"], client_secret=facts.get("ClientSecret")
        )
        yield session, answer["AuthenticationResult"]


def test_three_tokens(program: tuple[auth.Session, Any]) -> None:
    session, result = program

    user = auth.adopt_tokens(
        access_token=result["AccessToken"],
        id_token=result["IdToken"],
        refresh_token=result["RefreshToken"],
        session=session,
    )

    assert user.username == "alice"
    assert auth.fetch_auth_session(force_refresh=True, session=session).user_sub == user.user_id


def test_a_refresh_token_with_a_token_that_names_the_user(program: tuple[auth.Session, Any]) -> None:
    """A moto that lacks GetTokensFromRefreshToken needs the name if the client has a secret."""
    session, result = program

    user = auth.adopt_tokens(id_token=result["IdToken"], refresh_token=result["RefreshToken"], session=session)

    assert user.username == "alice"
