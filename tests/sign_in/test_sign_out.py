"""Sign-out, here or everywhere: what Cognito confirms, what dies at Cognito, and what this session forgets."""

import functools
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import PoolOf, SessionOf

PASSWORD = "Passw0rd!"


@pytest.fixture(params=[False, True], ids=["public", "confidential"])
def pool(request: pytest.FixtureRequest, pool_of: PoolOf) -> MockPool:
    return pool_of(client_secret=request.param)


@functools.cache
def _client() -> Any:
    return boto3.client("cognito-idp", "us-east-1", config=Config(signature_version=UNSIGNED))


def _is_alive(tokens: auth.AuthTokens | None) -> bool:
    """Whether Cognito takes the access token."""
    assert tokens is not None
    client = _client()
    try:
        client.get_user(AccessToken=tokens.access_token)
    except client.exceptions.NotAuthorizedException:
        return False
    return True


def test_a_sign_out_revokes_this_sessions_tokens_and_no_others(
    pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool.create_user(name, PASSWORD)
    here, elsewhere = session_of(pool), session_of(pool)
    for session in (here, elsewhere):
        auth.sign_in(name, PASSWORD, session=session)
    tokens = here.tokens
    assert auth.sign_out(session=here) == auth.SignOutOutput(is_complete=True)
    assert cognito.calls.operations[-1] == "RevokeToken"
    assert not _is_alive(tokens)
    assert _is_alive(elsewhere.tokens)
    assert (here.is_signed_in, here.tokens, here.username, here.user_id, here.sign_in_details) == (
        False,
        None,
        None,
        None,
        None,
    )


def test_a_global_sign_out_ends_all_sessions_of_the_user(
    pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool.create_user(name, PASSWORD)
    here, elsewhere = session_of(pool), session_of(pool)
    for session in (here, elsewhere):
        auth.sign_in(name, PASSWORD, session=session)
    tokens = here.tokens
    assert auth.sign_out(global_sign_out=True, session=here) == auth.SignOutOutput(is_complete=True)
    assert cognito.calls.operations[-1] == "GlobalSignOut"
    assert not _is_alive(tokens)
    assert not _is_alive(elsewhere.tokens)
    output = auth.sign_out(global_sign_out=True, session=elsewhere)
    assert not output.is_complete
    assert isinstance(output.global_sign_out_error, errors.NotAuthorizedException)
    assert not elsewhere.is_signed_in


@pytest.mark.parametrize("everywhere", [False, True])
def test_where_nobody_is_signed_in_nothing_is_sent(
    everywhere: bool, pool: MockPool, session_of: SessionOf, cognito: MockCognito
) -> None:
    output = auth.sign_out(global_sign_out=everywhere, session=session_of(pool))
    assert output == auth.SignOutOutput(is_complete=True)
    assert len(cognito.calls) == 0


@pytest.mark.parametrize("everywhere", [False, True])
def test_the_next_user_finds_nothing_of_the_last(
    everywhere: bool, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(mfa="OPTIONAL")
    pool.create_user(name, PASSWORD)
    pool.create_user(f"{name}-2", PASSWORD, mfa=("SMS_MFA",))
    session = session_of(pool)
    auth.sign_in(name, PASSWORD, session=session)
    auth.sign_out(global_sign_out=everywhere, session=session)
    auth.sign_in(f"{name}-2", PASSWORD, session=session)
    auth.sign_out(session=session)
    assert session.pending_sign_in is None
    with pytest.raises(errors.SignInException):
        auth.confirm_sign_in(pool.code(f"{name}-2"), session=session)


def test_a_sign_out_ends_what_waits_and_keeps_the_devices(pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    pool = pool_of(device_tracking="ALWAYS")
    pool.create_user(name, PASSWORD)
    session = session_of(pool)
    auth.sign_in(name, PASSWORD, session=session)
    auth.sign_up(f"{name}-new", PASSWORD, auto_sign_in=True, user_attributes={"email": "a@b.example"}, session=session)
    auth.sign_out(session=session)
    assert pool.user(name).devices[0] in session.export_state()
    confirmed = auth.confirm_sign_up(f"{name}-new", pool.code(f"{name}-new"), session=session)
    assert isinstance(confirmed.next_step, auth.Done)
