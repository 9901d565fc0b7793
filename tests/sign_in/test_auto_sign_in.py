"""The sign-in that follows a sign-up by itself: after a code, after a link, without a password."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import PoolOf, SessionOf
from tests.support.users import sign_up

PASSWORD = "Passw0rd!"


@pytest.fixture(params=[False, True], ids=["public", "confidential"])
def pool(request: pytest.FixtureRequest, pool_of: PoolOf) -> MockPool:
    return pool_of(client_secret=request.param, prevent_user_existence_errors=False)


@pytest.fixture(autouse=True)
def short_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amplify_auth._api.auto_sign_in.POLL_INTERVAL", 0.02)


# The sign-in that follows.

FLOWS: list[Any] = [
    True,
    {},
    {"auth_flow_type": "USER_SRP_AUTH"},
    {"auth_flow_type": "USER_PASSWORD_AUTH"},
    {"auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD"},
    {"auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD_SRP"},
    {"enabled": True},
]


@pytest.mark.parametrize("how", FLOWS, ids=str)
def test_after_its_code_an_account_is_signed_in_to_by_any_flow(
    how: Any, pool: MockPool, session_of: SessionOf, name: str
) -> None:
    session = session_of(pool)
    output = sign_up(session, name, auto_sign_in=how)
    assert isinstance(output.next_step, auth.ConfirmSignUp)
    with pytest.raises(errors.AutoSignInException):
        auth.auto_sign_in(session=session)
    confirmed = auth.confirm_sign_up(name, pool.code(name), session=session)
    assert confirmed == auth.ConfirmSignUpOutput(is_sign_up_complete=True, next_step=auth.CompleteAutoSignIn())
    assert auth.auto_sign_in(session=session).is_signed_in
    assert session.username == name
    with pytest.raises(errors.AutoSignInException):
        auth.auto_sign_in(session=session)


@pytest.mark.parametrize("how", [{"enabled": False}, False])
def test_nothing_follows_where_nothing_was_asked_for(
    how: Any, pool: MockPool, session_of: SessionOf, name: str
) -> None:
    session = session_of(pool)
    sign_up(session, name, auto_sign_in=how)
    assert isinstance(auth.confirm_sign_up(name, pool.code(name), session=session).next_step, auth.Done)
    with pytest.raises(errors.AutoSignInException, match="not started"):
        auth.auto_sign_in(session=session)


@pytest.mark.parametrize("how", [True, {"auth_flow_type": "USER_AUTH"}], ids=str)
def test_without_a_password_the_code_of_the_sign_up_is_enough(
    how: Any, pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    """Passwordless: the session of ConfirmSignUp signs in without a second code."""
    session = session_of(pool)
    sign_up(session, name, None, auto_sign_in=how)
    auth.confirm_sign_up(name, pool.code(name), session=session)
    messages = len(pool.outbox)
    assert auth.auto_sign_in(session=session).is_signed_in
    assert len(pool.outbox) == messages, "no second code"
    assert cognito.calls.operations == ("SignUp", "ConfirmSignUp", "InitiateAuth")
    sent = cognito.calls.last("InitiateAuth").reveal()
    assert (sent["AuthFlow"], bool(sent["Session"])) == ("USER_AUTH", True)


def test_a_session_of_a_sign_up_that_came_too_late_is_replaced_by_an_ordinary_sign_in(
    pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    session = session_of(pool)
    sign_up(session, name, None, auto_sign_in={"auth_flow_type": "USER_AUTH", "preferred_challenge": "EMAIL_OTP"})
    auth.confirm_sign_up(name, pool.code(name), session=session)
    cognito.clock.advance(3600)
    step = auth.auto_sign_in(session=session).next_step
    assert isinstance(step, auth.ConfirmSignInWithEmailCode)
    assert auth.confirm_sign_in(pool.code(name, "EMAIL_OTP"), session=session).is_signed_in


def test_what_follows_may_have_a_second_factor(pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    pool = pool_of(mfa="ON", mfa_methods=("SOFTWARE_TOKEN_MFA",))
    session = session_of(pool)
    sign_up(session, name, auto_sign_in=True)
    auth.confirm_sign_up(name, pool.code(name), session=session)
    assert isinstance(auth.auto_sign_in(session=session).next_step, auth.ContinueSignInWithTotpSetup)
    assert auth.confirm_sign_in(pool.totp(name), session=session).is_signed_in


@pytest.fixture
def auto_confirming(pool_of: PoolOf) -> MockPool:
    pool = pool_of(name="confirming")

    @pool.on("pre_sign_up")
    def pre_sign_up(event: dict[str, Any]) -> dict[str, Any]:
        event["response"] |= {"autoConfirmUser": True, "autoVerifyEmail": True}
        return event

    return pool


@pytest.mark.parametrize("method", ["code", "link"])
@pytest.mark.parametrize("password", [PASSWORD, None])
def test_an_account_that_is_confirmed_at_once(
    password: str | None, method: str, auto_confirming: MockPool, session_of: SessionOf, name: str
) -> None:
    session = session_of(auto_confirming, sign_up_verification_method=method)
    plain = sign_up(session, f"{name}-plain", password)
    assert (plain.is_sign_up_complete, plain.next_step) == (True, auth.Done())
    output = sign_up(session, name, password, auto_sign_in=True)
    assert (output.is_sign_up_complete, output.next_step) == (True, auth.CompleteAutoSignIn())
    signed_in = auth.auto_sign_in(session=session)
    if password is None:
        assert isinstance(
            signed_in.next_step,
            auth.ContinueSignInWithFirstFactorSelection | auth.ConfirmSignInWithEmailCode | auth.Done,
        )
    else:
        assert signed_in.is_signed_in


def _in_background(function: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(function())
        except auth.AuthError as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


def _wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(5000):
        if condition():
            return
        threading.Event().wait(0.001)
    raise AssertionError("it does not happen")


def test_after_a_link_it_looks_until_the_account_is_confirmed(
    pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    session = session_of(pool, sign_up_verification_method="link")
    output = sign_up(session, name, auto_sign_in=True)
    assert isinstance(output.next_step, auth.CompleteAutoSignIn)
    assert output.next_step.code_delivery_details is not None
    assert not output.is_sign_up_complete
    thread, outcome = _in_background(lambda: auth.auto_sign_in(session=session))
    _wait_for(lambda: len(cognito.calls.of("InitiateAuth")) >= 3)
    pool.confirm(name)
    thread.join(20)
    assert outcome[0].is_signed_in
    assert session.is_signed_in


def test_after_a_link_it_stops_when_the_time_is_over(
    pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    session = session_of(pool, sign_up_verification_method="link")
    sign_up(session, name, auto_sign_in={"timeout": 180})
    thread, outcome = _in_background(lambda: auth.auto_sign_in(session=session))
    _wait_for(lambda: len(cognito.calls.of("InitiateAuth")) >= 2)
    assert not outcome
    cognito.clock.advance(181)
    thread.join(20)
    assert isinstance(outcome[0], errors.AutoSignInException)
    assert "not confirmed on time" in outcome[0].message


def test_after_a_link_a_sign_out_ends_the_waiting_at_once(
    pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amplify_auth._api.auto_sign_in.POLL_INTERVAL", 60.0)
    session = session_of(pool, sign_up_verification_method="link")
    sign_up(session, name, auto_sign_in=True)
    thread, outcome = _in_background(lambda: auth.auto_sign_in(session=session))
    _wait_for(lambda: len(cognito.calls.of("InitiateAuth")) == 1)
    auth.sign_out(session=session)
    thread.join(20)
    assert not thread.is_alive()
    assert isinstance(outcome[0], auth.AuthStateError)
    pool.confirm(name)
    with pytest.raises(errors.AutoSignInException):
        auth.auto_sign_in(session=session)


def test_after_a_link_a_wrong_password_ends_the_waiting(
    pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    session = session_of(pool, sign_up_verification_method="link")
    sign_up(session, name, auto_sign_in=True)
    pool.confirm(name)
    with pytest.raises(errors.NotAuthorizedException):
        auth.auto_sign_in("another password", session=session)
    with pytest.raises(errors.AutoSignInException):
        auth.auto_sign_in(session=session)


def test_who_confirms_by_code_where_links_are_expected_is_signed_in_too(
    pool: MockPool, session_of: SessionOf, name: str
) -> None:
    session = session_of(pool, sign_up_verification_method="link")
    sign_up(session, name, auto_sign_in=True)
    output = auth.confirm_sign_up(name, pool.code(name), session=session)
    assert isinstance(output.next_step, auth.CompleteAutoSignIn)
    assert auth.auto_sign_in(session=session).is_signed_in


@pytest.mark.parametrize(
    ("how", "password", "name_of_error"),
    [
        ({"auth_flow_type": "USER_SRP_AUTH"}, None, "EmptySignInPassword"),
        ({"auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD"}, None, "EmptySignInPassword"),
        ({"authFlowType": "USER_AUTH"}, PASSWORD, "InvalidArgument"),
        ({"auth_flow_type": "NO_AUTH"}, PASSWORD, "InvalidArgument"),
        ("yes", PASSWORD, "InvalidArgument"),
        ({"timeout": -1}, PASSWORD, "InvalidArgument"),
        ({"enabled": "yes"}, PASSWORD, "InvalidArgument"),
    ],
    ids=str,
)
def test_a_sign_in_that_could_not_follow_is_refused_before_the_account_is_made(
    how: Any,
    password: str | None,
    name_of_error: str,
    pool: MockPool,
    session_of: SessionOf,
    name: str,
    cognito: MockCognito,
) -> None:
    with pytest.raises(auth.AuthValidationError) as caught:
        sign_up(session_of(pool), name, password, auto_sign_in=how)
    assert caught.value.name == name_of_error
    assert len(cognito.calls) == 0
