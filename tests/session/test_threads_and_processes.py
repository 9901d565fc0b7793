"""Sessions between threads, tasks and processes: nothing is shared that should not be, and nothing is lost."""

import asyncio
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import PoolOf, SessionOf

PASSWORD = "Passw0rd!"


@pytest.fixture
def pool(pool_of: PoolOf) -> MockPool:
    return pool_of(mfa="OPTIONAL")


@pytest.fixture(autouse=True)
def no_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amplify_auth._api.configure._default", None)


def test_two_sessions_of_one_client_share_no_user(pool: MockPool, session_of: SessionOf, name: str) -> None:
    pool.create_user(name, PASSWORD)
    pool.create_user(f"{name}-2", PASSWORD, mfa=("SMS_MFA",))
    first, second = session_of(pool), session_of(pool)
    auth.sign_in(name, PASSWORD, session=first)
    auth.sign_in(f"{name}-2", PASSWORD, session=second)
    assert (first.username, first.pending_sign_in) == (name, None)
    assert (second.username, second.is_signed_in) == (None, False)
    auth.sign_out(session=second)
    assert first.is_signed_in
    assert second.pending_sign_in is None


def test_what_waits_in_one_session_cannot_be_answered_in_another(
    pool: MockPool, session_of: SessionOf, name: str
) -> None:
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    first, second = session_of(pool), session_of(pool)
    auth.sign_in(name, PASSWORD, session=first)
    with pytest.raises(errors.SignInException):
        auth.confirm_sign_in(pool.code(name), session=second)
    assert auth.confirm_sign_in(pool.code(name), session=first).is_signed_in


def test_functions_use_the_session_of_their_block_then_the_default(
    pool: MockPool, session_of: SessionOf, name: str
) -> None:
    pool.create_user(name, PASSWORD)
    with pytest.raises(auth.AuthConfigurationError):
        auth.sign_in(name, PASSWORD)
    default, outer, inner = auth.configure(pool.config), session_of(pool), session_of(pool)
    with auth.use_session(outer):
        with pytest.raises(errors.UserAlreadyAuthenticatedException), auth.use_session(inner):
            assert auth.sign_in(name, PASSWORD) == auth.sign_in(name, PASSWORD), "the second raises"
        assert auth.get_session() is outer
    auth.sign_in(name, PASSWORD)
    assert [session.is_signed_in for session in (default, outer, inner)] == [True, False, True]
    assert auth.configure(pool.config) is auth.get_session() is not default


def test_threads_choose_their_sessions_apart(pool: MockPool, session_of: SessionOf, name: str) -> None:
    both = threading.Barrier(2, timeout=20)

    def work(number: int) -> auth.Session:
        pool.create_user(f"{name}-{number}", PASSWORD)
        with auth.use_session(session_of(pool)) as session:
            both.wait()
            auth.sign_in(f"{name}-{number}", PASSWORD)
            both.wait()
            assert auth.get_session() is session
        return session

    with ThreadPoolExecutor(2) as threads:
        sessions = list(threads.map(work, range(2)))
    assert [session.username for session in sessions] == [f"{name}-0", f"{name}-1"]


def test_tasks_choose_their_sessions_apart(pool: MockPool, session_of: SessionOf, name: str) -> None:
    async def work(number: int, turn: asyncio.Event, other: asyncio.Event) -> auth.Session:
        pool.create_user(f"{name}-{number}", PASSWORD)
        with auth.use_session(session_of(pool)) as session:
            other.set()
            await turn.wait()
            await asyncio.to_thread(auth.sign_in, f"{name}-{number}", PASSWORD)
            assert auth.get_session() is session
        return session

    async def both() -> list[auth.Session]:
        first, second = asyncio.Event(), asyncio.Event()
        return await asyncio.gather(work(0, first, second), work(1, second, first))

    sessions = asyncio.run(both())
    assert [session.username for session in sessions] == [f"{name}-0", f"{name}-1"]


def test_a_signed_in_session_goes_on_elsewhere(pool: MockPool, session_of: SessionOf, name: str) -> None:
    pool.create_user(name, PASSWORD)
    first, second = session_of(pool), session_of(pool)
    auth.sign_in(name, PASSWORD, session=first)
    second.restore_state(first.export_state())
    assert (second.username, second.user_id, second.sign_in_details) == (
        first.username,
        first.user_id,
        first.sign_in_details,
    )
    assert first.tokens is not None
    assert second.tokens == first.tokens
    with pytest.raises(errors.UserAlreadyAuthenticatedException):
        auth.sign_in(name, PASSWORD, session=second)
    assert auth.sign_out(session=second).is_complete


QUESTIONS: dict[str, dict[str, Any]] = {
    "SMS": {"mfa": ("SMS_MFA",)},
    "EMAIL": {"mfa": ("EMAIL_OTP",)},
    "TOTP": {"mfa": ("SOFTWARE_TOKEN_MFA",)},
    "SELECTION": {"mfa": ("SMS_MFA", "SOFTWARE_TOKEN_MFA")},
    "NEW_PASSWORD": {"status": "FORCE_CHANGE_PASSWORD"},
    "FACTORS": {},
    "PASSWORD": {},
    "PASSWORD_SRP": {},
}


def _ask(question: str, pool: MockPool, name: str, session: auth.Session) -> None:
    pool.create_user(name, PASSWORD, **QUESTIONS[question])
    if question in ("FACTORS", "PASSWORD", "PASSWORD_SRP"):
        auth.sign_in(name, auth_flow_type="USER_AUTH", session=session)
        if question != "FACTORS":
            auth.confirm_sign_in(question, session=session)
    else:
        auth.sign_in(name, PASSWORD, session=session)


def _finish(question: str, pool: MockPool, name: str, session: auth.Session) -> auth.SignInOutput:
    if question == "SELECTION":
        auth.confirm_sign_in("SMS", session=session)
    if question == "FACTORS":
        auth.confirm_sign_in("EMAIL_OTP", session=session)
    answers = {"NEW_PASSWORD": "N3w-passw0rd!", "PASSWORD": PASSWORD, "PASSWORD_SRP": PASSWORD}
    if question == "TOTP":
        return auth.confirm_sign_in(pool.totp(name), session=session)
    return auth.confirm_sign_in(answers.get(question) or pool.code(name), session=session)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_can_be_answered_by_another_session(
    question: str, pool: MockPool, session_of: SessionOf, name: str
) -> None:
    first, second = session_of(pool), session_of(pool)
    _ask(question, pool, name, first)
    text = first.export_state()
    assert PASSWORD not in text
    second.restore_state(text)
    assert first.pending_sign_in is not None
    assert second.pending_sign_in is not None
    assert second.pending_sign_in.next_step == first.pending_sign_in.next_step
    assert _finish(question, pool, name, second).is_signed_in
    if "PASSWORD" not in question or question == "NEW_PASSWORD":
        with pytest.raises(errors.PendingSignInExpired):
            _finish(question, pool, name, first)


def test_the_secret_of_an_authenticator_survives_with_its_set_up(
    pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(mfa="ON", mfa_methods=("SOFTWARE_TOKEN_MFA",))
    pool.create_user(name, PASSWORD)
    first, second = session_of(pool), session_of(pool)
    step = auth.sign_in(name, PASSWORD, session=first).next_step
    second.restore_state(first.export_state())
    assert second.pending_sign_in is not None
    assert second.pending_sign_in.next_step == step
    assert auth.confirm_sign_in(pool.totp(name), session=second).is_signed_in


def test_a_code_is_sent_again_elsewhere_once_the_password_is_given(
    pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    first, second = session_of(pool), session_of(pool)
    auth.sign_in(name, PASSWORD, session=first)
    second.restore_state(first.export_state())
    sent = len(cognito.calls)
    with pytest.raises(auth.AuthValidationError) as caught:
        auth.resend_sign_in_code(session=second)
    assert caught.value.name == "EmptySignInPassword"
    assert len(cognito.calls) == sent
    auth.resend_sign_in_code(PASSWORD, session=second)
    assert auth.confirm_sign_in(pool.code(name), session=second).is_signed_in


@pytest.mark.parametrize("how", [True, {"auth_flow_type": "USER_AUTH"}], ids=["with password", "without"])
@pytest.mark.parametrize("when", ["before the code", "after it"])
def test_an_automatic_sign_in_goes_on_elsewhere(
    how: Any, when: str, pool: MockPool, session_of: SessionOf, name: str
) -> None:
    first, second = session_of(pool), session_of(pool)
    password = PASSWORD if how is True else None
    email = {"email": f"{name}@example.com"}
    auth.sign_up(name, password, user_attributes=email, auto_sign_in=how, session=first)
    if when == "after it":
        auth.confirm_sign_up(name, pool.code(name), session=first)
    second.restore_state(first.export_state())
    if when == "before the code":
        output = auth.confirm_sign_up(name, pool.code(name), session=second)
        assert isinstance(output.next_step, auth.CompleteAutoSignIn)
    if password:
        with pytest.raises(auth.AuthValidationError):
            auth.auto_sign_in(session=second)
    assert auth.auto_sign_in(password, session=second).is_signed_in


def test_a_state_of_another_client_or_no_state_at_all_changes_nothing(
    pool: MockPool, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool.create_user(name, PASSWORD)
    session, other = session_of(pool), session_of(pool_of(name="another"))
    auth.sign_in(name, PASSWORD, session=session)
    for text in (other.export_state(), "", "{}", "[1]", session.export_state()[:-9]):
        with pytest.raises(auth.AuthValidationError) as caught:
            session.restore_state(text)
        assert caught.value.name == "InvalidState"
        assert session.username == name


def test_a_session_is_not_pickled(pool: MockPool, session_of: SessionOf) -> None:
    with pytest.raises(TypeError, match="export_state"):
        pickle.dumps(session_of(pool))
