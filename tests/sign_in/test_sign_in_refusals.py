"""Sign-ins that Cognito refuses, or that lead to a step before them."""

import boto3
import pytest

import amplify_auth as auth
from amplify_auth import AuthError, errors
from amplify_auth.testing import MockCognito
from tests.support.makers import PoolOf, SessionOf
from tests.support.password_flows import WITH_PASSWORD, with_each_password_flow

PASSWORD = "Passw0rd!"


@with_each_password_flow
def test_a_confidential_client_without_its_secret_is_refused(flow: dict[str, str], pool_of: PoolOf, name: str) -> None:
    pool = pool_of(client_secret=True)
    pool.create_user(name, PASSWORD)
    config = {**pool.config, "client_secret": None}
    with pytest.raises(errors.NotAuthorizedException, match="SECRET_HASH was not received"):
        auth.sign_in(name, PASSWORD, **flow, session=auth.Session(**config))
    with pytest.raises(errors.NotAuthorizedException, match="Unable to verify secret hash"):
        auth.sign_in(name, PASSWORD, **flow, session=auth.Session(**{**config, "client_secret": "another"}))


@pytest.mark.parametrize("hidden", [True, False], ids=["hidden", "told"])
@with_each_password_flow
def test_a_user_who_does_not_exist(
    flow: dict[str, str], hidden: bool, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    """Where the client hides who exists, a stranger's refusal is that of a wrong password."""
    session = session_of(pool_of(prevent_user_existence_errors=hidden))
    expected = errors.NotAuthorizedException if hidden else errors.UserNotFoundException
    with pytest.raises(expected):
        auth.sign_in(name, PASSWORD, **flow, session=session)
    assert session.pending_sign_in is None


ALL_FLOWS: list[tuple[dict[str, str], str | None]] = [
    *((flow, PASSWORD) for flow in WITH_PASSWORD),
    ({"auth_flow_type": "USER_AUTH"}, None),
    ({"auth_flow_type": "USER_AUTH", "preferred_challenge": "EMAIL_OTP"}, None),
    ({"auth_flow_type": "CUSTOM_WITHOUT_SRP"}, None),
    ({"auth_flow_type": "CUSTOM_WITH_SRP"}, PASSWORD),
]


@pytest.mark.parametrize(("flow", "password"), ALL_FLOWS, ids=lambda value: str(value))
def test_an_account_that_waits_for_its_code_is_a_step(
    flow: dict[str, str], password: str | None, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of()
    pool.create_user(name, PASSWORD, status="UNCONFIRMED")
    session = session_of(pool)
    output = auth.sign_in(name, password, **flow, session=session)
    assert not output.is_signed_in
    assert isinstance(output.next_step, auth.ConfirmSignUp)
    assert output.next_step.sign_in_step == "CONFIRM_SIGN_UP"
    assert isinstance(output.next_step.error, errors.UserNotConfirmedException)
    assert session.pending_sign_in is None


@with_each_password_flow
def test_a_password_that_must_be_reset_is_a_step(
    flow: dict[str, str], pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of()
    pool.create_user(name, PASSWORD, status="RESET_REQUIRED")
    session = session_of(pool)
    output = auth.sign_in(name, PASSWORD, **flow, session=session)
    assert isinstance(output.next_step, auth.ResetPassword)
    assert output.next_step.sign_in_step == "RESET_PASSWORD"
    assert isinstance(output.next_step.error, errors.PasswordResetRequiredException)
    assert (output.is_signed_in, session.pending_sign_in) == (False, None)


@with_each_password_flow
def test_a_disabled_user_is_refused(flow: dict[str, str], pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    pool = pool_of()
    pool.create_user(name, PASSWORD)
    boto3.client("cognito-idp", "us-east-1").admin_disable_user(UserPoolId=pool.id, Username=name)
    with pytest.raises(errors.NotAuthorizedException, match="disabled"):
        auth.sign_in(name, PASSWORD, **flow, session=session_of(pool))


@pytest.mark.parametrize(
    ("flow", "password"), [pair for pair in ALL_FLOWS if pair[0]["auth_flow_type"] != "USER_SRP_AUTH"], ids=str
)
def test_a_flow_that_the_client_does_not_allow_is_refused_by_name(
    flow: dict[str, str], password: str | None, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(flows=("USER_SRP_AUTH",))
    pool.create_user(name, PASSWORD)
    with pytest.raises(errors.InvalidParameterException, match="not enabled"):
        auth.sign_in(name, password, **flow, session=session_of(pool))


@with_each_password_flow
def test_who_is_signed_in_signs_nobody_else_in_and_sends_nothing(
    flow: dict[str, str], pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool = pool_of()
    pool.create_user(name, PASSWORD)
    session = session_of(pool)
    auth.sign_in(name, PASSWORD, session=session)
    tokens, sent = session.tokens, len(cognito.calls)
    with pytest.raises(errors.UserAlreadyAuthenticatedException):
        auth.sign_in("another", PASSWORD, **flow, session=session)
    assert (session.tokens, len(cognito.calls)) == (tokens, sent)


def test_too_many_wrong_passwords_lock_the_account_for_a_while(
    pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool = pool_of()
    pool.create_user(name, PASSWORD)
    session = session_of(pool)
    for _ in range(6):
        with pytest.raises(errors.NotAuthorizedException):
            auth.sign_in(name, "wrong", auth_flow_type="USER_PASSWORD_AUTH", session=session)
    with pytest.raises(errors.NotAuthorizedException, match="Password attempts exceeded"):
        auth.sign_in(name, PASSWORD, session=session)
    cognito.clock.advance(15 * 60)
    assert auth.sign_in(name, PASSWORD, session=session).is_signed_in


def test_every_refusal_is_an_auth_error(pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    with pytest.raises(AuthError):
        auth.sign_in(name, PASSWORD, session=session_of(pool_of()))
