"""A refresh on moto as it comes, which may lack the newer operation. No test here may use `cognito`."""

import functools

import boto3
import moto
from moto import mock_aws
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.server import ThreadedMotoServer

import amplify_auth as auth
from tests.support.users import PASSWORD, new_client


@functools.cache
def admin_client(**options):
    return boto3.client("cognito-idp", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x", **options)


def session_on_moto(admin, **options):
    """A session on moto as it comes, with alice signed in."""
    pool_id = admin.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    client_id = admin.create_user_pool_client(UserPoolId=pool_id, ClientName="c")["UserPoolClient"]["ClientId"]
    admin.admin_create_user(UserPoolId=pool_id, Username="alice")
    admin.admin_set_user_password(UserPoolId=pool_id, Username="alice", Password=PASSWORD, Permanent=True)
    session = auth.Session(user_pool_id=pool_id, user_pool_client_id=client_id, **options)
    auth.sign_in("alice", PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)
    return session


def test_a_refresh_works_on_a_moto_without_the_operation() -> None:
    with mock_aws():
        assert CognitoIdpResponse.call_action.__module__.startswith("moto."), "nothing of ours is installed"
        session = session_on_moto(admin_client())
        old = session.tokens

        assert auth.fetch_auth_session(force_refresh=True, session=session).tokens is not old


def test_a_refresh_works_on_motos_server() -> None:
    """It answers what it lacks with an HTML page and status 500."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    try:
        assert CognitoIdpResponse.call_action.__module__.startswith("moto."), "nothing of ours is installed"
        url = "http://{}:{}".format(*server.get_host_and_port())
        session = session_on_moto(admin_client(endpoint_url=url), client=new_client(endpoint_url=url))
        old = session.tokens

        assert auth.fetch_auth_session(force_refresh=True, session=session).tokens is not old
        if tuple(map(int, moto.__version__.split(".")[:2])) >= (5, 2):  # an older one serves no keys
            assert auth.verify_token(session.tokens.access_token, token_use="access", session=session)
    finally:
        server.stop()
