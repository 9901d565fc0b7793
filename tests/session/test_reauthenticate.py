"""``reauthenticate``: when it is called, by which thread, how often, and what happens if it fails."""

from __future__ import annotations

import functools
import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import anyio
import attrs
import boto3
import httpx
import pytest
import requests

import amplify_auth as auth
from amplify_auth import Session, errors
from amplify_auth._api.as_user import as_user
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import SessionOf
from tests.support.scripted_cognito import signs_in as answers_with_tokens
from tests.support.together import run_together
from tests.support.users import PASSWORD

Signer = Callable[[Session], object]


@attrs.define
class Job:
    """A function for ``reauthenticate`` that counts its calls, and does what the test says."""

    does: Signer = attrs.field()
    calls: int = 0
    threads: set[int] = attrs.field(factory=set[int])

    def __call__(self, session: Session) -> object:
        self.calls += 1
        self.threads.add(threading.get_ident())
        return self.does(session)


def signs_in(username: str = "alice", password: str = PASSWORD) -> Signer:
    return lambda session: auth.sign_in(username, password, session=session)


@pytest.fixture
def job() -> Job:
    return Job(signs_in())


@pytest.fixture
def session(pool: MockPool, quick_session: SessionOf, job: Job) -> Session:
    return quick_session(pool, reauthenticate=job)


def end(session: Session, pool: MockPool) -> None:
    """Let the session end at its next use: its tokens and its refresh token have expired."""
    pool.expire_refresh_tokens()
    with pytest.raises(errors.SessionEnded):
        auth.fetch_auth_session(force_refresh=True, session=without(session))


def without(session: Session) -> Session:
    """A session with the same user, which has no ``reauthenticate``."""
    copy = Session.from_config(attrs.evolve(session.config, reauthenticate=None, storage=None))
    copy.restore_state(session.export_state())
    return copy


def fails(error: Exception) -> Signer:
    def fail(_: Session) -> object:
        raise error

    return fail


# When it is called


@pytest.mark.parametrize(
    "use",
    [
        lambda session: auth.get_current_user(session=session).username,
        lambda session: auth.fetch_auth_session(session=session).tokens.access_token_claims["username"],
        lambda session: auth.fetch_auth_session(force_refresh=True, session=session).tokens.access_token_claims[
            "username"
        ],
        lambda session: as_user(session).call("GetUser")["Username"],
    ],
)
def test_it_signs_in_at_the_first_need(session: Session, job: Job, use: Any) -> None:
    assert use(session) == "alice"
    assert use(session) == "alice"
    assert job.calls == 1
    assert job.threads == {threading.get_ident()}


def test_it_signs_in_when_the_session_has_ended(
    session: Session, pool: MockPool, job: Job, cognito: MockCognito
) -> None:
    first = auth.fetch_auth_session(session=session).tokens
    pool.expire_refresh_tokens()
    cognito.clock.advance(3600)

    second = auth.fetch_auth_session(session=session).tokens
    assert first is not None
    assert second is not None
    assert second.access_token != first.access_token
    assert job.calls == 2


def test_it_signs_in_when_tokens_without_a_refresh_token_have_expired(
    new_session: Any, scripted: Any, clock: Callable[[float], None]
) -> None:
    scripted.always("InitiateAuth", answers_with_tokens(RefreshToken=None))
    job = Job(signs_in())
    session = new_session(reauthenticate=job)
    auth.get_current_user(session=session)
    clock(3600)

    auth.get_current_user(session=session)
    assert job.calls == 2


def test_a_request_that_was_refused_because_the_session_is_over_is_sent_again_with_the_new_tokens(
    session: Session, job: Job, cognito: MockCognito
) -> None:
    auth.get_current_user(session=session)
    other = without(session)
    auth.sign_out(global_sign_out=True, session=other)
    cognito.calls.clear()

    assert as_user(session).call("GetUser")["Username"] == "alice"
    assert len(cognito.calls.of("GetUser")) == 2
    assert job.calls == 2


def test_what_needs_no_user_does_not_call_it(session: Session, job: Job) -> None:
    assert not session.is_signed_in
    assert session.tokens is None
    assert auth.sign_out(session=session).is_complete
    assert job.calls == 0


def test_it_can_restore_a_state(pool: MockPool, sign_in: SessionOf, quick_session: SessionOf) -> None:
    stored = sign_in(pool).export_state()
    session = quick_session(pool, reauthenticate=lambda session: session.restore_state(stored))

    assert auth.get_current_user(session=session).username == "alice"


def test_it_can_answer_a_second_factor(cognito: MockCognito, quick_session: SessionOf) -> None:
    pool = cognito.create_pool(mfa="ON")
    pool.create_user("alice", PASSWORD, mfa=("SOFTWARE_TOKEN_MFA",))

    def both(session: Session) -> object:
        auth.sign_in("alice", PASSWORD, session=session)
        return auth.confirm_sign_in(pool.totp("alice"), session=session)

    assert auth.get_current_user(session=quick_session(pool, reauthenticate=both)).username == "alice"


@pytest.mark.parametrize("client_secret", [False, True])
def test_it_works_for_every_kind_of_client_and_name(
    cognito: MockCognito, quick_session: SessionOf, client_secret: bool
) -> None:
    pool = cognito.create_pool(username_attributes=("email",), client_secret=client_secret)
    pool.create_user("alice@example.com", PASSWORD)
    session = quick_session(
        pool,
        reauthenticate=signs_in("alice@example.com"),
        identity_pool_id="us-east-1:00000000-0000-0000-0000-000000000000",
        identity_pool_endpoint_url="http://127.0.0.1:9",
        connect_timeout=0.2,
    )

    assert as_user(session).call("GetUser")["Username"] == session.username
    assert auth.fetch_auth_session(session=session).credentials_error is not None


# Signing out


def test_it_is_not_called_after_a_sign_out_until_a_user_signs_in(session: Session, pool: MockPool, job: Job) -> None:
    auth.get_current_user(session=session)
    auth.sign_out(session=session)

    with pytest.raises(errors.UserUnAuthenticatedException):
        auth.get_current_user(session=session)
    assert auth.fetch_auth_session(session=session).tokens is None
    assert job.calls == 1

    auth.sign_in("alice", PASSWORD, session=session)
    pool.expire_refresh_tokens()
    assert auth.fetch_auth_session(force_refresh=True, session=session).tokens is not None
    assert job.calls == 2


def test_a_restored_state_without_a_user_lets_it_sign_in_again(session: Session, job: Job) -> None:
    empty = session.export_state()
    auth.sign_out(session=session)
    session.restore_state(empty)

    assert auth.get_current_user(session=session).username == "alice"
    assert job.calls == 1


@pytest.mark.parametrize("how", ["before the sign-in", "during the sign-in", "before a restore"])
def test_a_sign_out_during_its_run_stays(
    pool: MockPool, quick_session: SessionOf, sign_in: SessionOf, how: str
) -> None:
    stored = sign_in(pool).export_state()

    def elsewhere(session: Session) -> None:
        thread = threading.Thread(target=auth.sign_out, kwargs={"session": session})
        thread.start()
        thread.join()

    def run(session: Session) -> object:
        if how == "during the sign-in":
            return auth.sign_in("alice", PASSWORD, client_metadata={"at": "now"}, session=session)
        elsewhere(session)
        return session.restore_state(stored) if how == "before a restore" else signs_in()(session)

    session = quick_session(pool, reauthenticate=run, auth_flow_type="USER_PASSWORD_AUTH")
    if how == "during the sign-in":

        @pool.on("pre_token_generation")
        def sign_out_now(event: Any) -> Any:
            elsewhere(session)
            return event

    with pytest.raises(errors.SignInException):
        auth.get_current_user(session=session)
    assert not session.is_signed_in
    with pytest.raises(errors.UserUnAuthenticatedException) as caught:
        auth.get_current_user(session=session)
    assert not isinstance(caught.value, errors.SessionEnded)


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_a_sign_out_during_its_run_is_no_failure_of_it(
    pool: MockPool, quick_session: SessionOf, is_elsewhere: bool
) -> None:
    def run(session: Session) -> None:
        if not is_elsewhere:
            auth.sign_out(session=session)
            return
        thread = threading.Thread(target=auth.sign_out, kwargs={"session": session})
        thread.start()
        thread.join()

    session = quick_session(pool, reauthenticate=run)
    with pytest.raises(errors.UserUnAuthenticatedException):
        auth.get_current_user(session=session)
    assert auth.fetch_auth_session(session=session).tokens is None


def test_its_own_sign_out_before_its_sign_in_does_no_harm(pool: MockPool, quick_session: SessionOf) -> None:
    def run(session: Session) -> None:
        auth.sign_out(session=session)
        auth.sign_in("alice", PASSWORD, session=session)

    assert auth.get_current_user(session=quick_session(pool, reauthenticate=run)).username == "alice"


def test_a_sign_out_of_another_process_that_shares_the_session_counts_as_one(
    pool: MockPool, quick_session: SessionOf, job: Job, tmp_path: Path
) -> None:
    session = quick_session(pool, reauthenticate=job, storage=FileStorage(tmp_path / "session"))
    auth.get_current_user(session=session)
    auth.sign_out(session=quick_session(pool, storage=FileStorage(tmp_path / "session")))

    for _ in range(2):
        with pytest.raises(errors.SessionEnded, match="another process has signed out"):
            auth.fetch_auth_session(force_refresh=True, session=session)
    assert job.calls == 1

    restarted = quick_session(pool, reauthenticate=job, storage=FileStorage(tmp_path / "session"))
    assert auth.get_current_user(session=restarted).username == "alice"
    assert job.calls == 2


def test_processes_that_share_a_session_each_sign_in_at_most_once(
    pool: MockPool, quick_session: SessionOf, job: Job, tmp_path: Path, cognito: MockCognito
) -> None:
    first = quick_session(pool, reauthenticate=job, storage=FileStorage(tmp_path / "session"))
    auth.get_current_user(session=first)
    second = quick_session(pool, reauthenticate=job, storage=FileStorage(tmp_path / "session"))
    assert auth.get_current_user(session=second).username == "alice"
    assert job.calls == 1
    pool.expire_refresh_tokens()
    cognito.clock.advance(3600)

    for _ in range(3):
        assert auth.get_current_user(session=first).username == "alice"
        assert auth.get_current_user(session=second).username == "alice"
    assert job.calls == 3


# Threads


def test_one_thread_calls_it_and_the_others_wait(session: Session, job: Job) -> None:
    is_late = threading.Event()

    def slowly(session: Session) -> object:
        is_late.wait(0.3)
        return signs_in()(session)

    job.does = slowly
    found = run_together(20, lambda: auth.get_current_user(session=session).username)

    assert found == ["alice"] * 20
    assert job.calls == 1


def test_all_get_an_error_of_their_own_that_says_what_it_raised(session: Session, job: Job) -> None:
    def refused(session: Session) -> object:
        threading.Event().wait(0.3)
        return signs_in(password="Wr0ng-one!")(session)

    job.does = refused
    found = run_together(20, lambda: auth.get_current_user(session=session))

    assert {type(error) for error in found} == {errors.IncorrectUsernameOrPassword}
    assert len({id(error) for error in found}) == 20
    assert job.calls == 1


def test_other_exceptions_reach_those_who_wait_too(session: Session, job: Job) -> None:
    def broken(_: Session) -> object:
        threading.Event().wait(0.3)
        raise LookupError("no secret")

    job.does = broken
    found = run_together(8, lambda: auth.get_current_user(session=session))

    assert {type(error) for error in found} == {LookupError}
    assert len({id(error) for error in found}) == 8
    assert job.calls == 1


def test_those_who_wait_do_so_for_total_timeout_and_get_a_retryable_error(
    pool: MockPool, quick_session: SessionOf
) -> None:
    entered, released = threading.Event(), threading.Event()

    def hangs(session: Session) -> object:
        entered.set()
        released.wait(20)
        return signs_in()(session)

    session = quick_session(pool, reauthenticate=hangs, total_timeout=0.3)
    leader = threading.Thread(target=auth.get_current_user, kwargs={"session": session})
    leader.start()
    entered.wait(10)
    began = time.monotonic()
    with pytest.raises(errors.AuthStateError, match="too long") as caught:
        auth.get_current_user(session=session)
    assert 0.25 < time.monotonic() - began < 3
    released.set()
    leader.join()

    assert caught.value.is_retryable
    assert session.is_signed_in


def test_its_own_time_is_not_counted(new_session: Any, scripted: Any) -> None:
    scripted.always("InitiateAuth", answers_with_tokens())

    def slow(session: Session) -> object:
        threading.Event().wait(0.6)
        return auth.sign_in("alice", PASSWORD, session=session)

    session = new_session(reauthenticate=slow, total_timeout=0.5)

    assert auth.get_current_user(session=session).username == "alice"


def test_if_it_is_interrupted_one_of_those_who_wait_calls_it(session: Session, job: Job) -> None:
    entered, waiting = threading.Event(), threading.Event()

    def first_is_interrupted(session: Session) -> object:
        if job.calls == 1:
            entered.set()
            waiting.wait(10)
            raise KeyboardInterrupt
        return signs_in()(session)

    job.does = first_is_interrupted
    raised: list[BaseException] = []

    def lead() -> None:
        try:
            auth.get_current_user(session=session)
        except BaseException as error:
            raised.append(error)

    leader = threading.Thread(target=lead)
    leader.start()
    entered.wait(10)
    threading.Timer(0.2, waiting.set).start()
    assert run_together(4, lambda: auth.get_current_user(session=session).username) == ["alice"] * 4
    leader.join()

    assert [type(error) for error in raised] == [KeyboardInterrupt]
    assert job.calls == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_process_that_was_forked_during_its_run_calls_it_too(session: Session, job: Job, pool: MockPool) -> None:
    entered, released = threading.Event(), threading.Event()

    def hangs_in_the_parent(session: Session) -> object:
        if job.calls == 1:
            entered.set()
            released.wait(20)
        return signs_in()(session)

    job.does = hangs_in_the_parent
    leader = threading.Thread(target=auth.get_current_user, kwargs={"session": session})
    leader.start()
    entered.wait(10)
    child = os.fork()
    if child == 0:
        try:
            code = 0 if auth.get_current_user(session=session).username == "alice" and job.calls == 2 else 1
        except BaseException:
            code = 2
        os._exit(code)
    _, status = os.waitpid(child, 0)
    released.set()
    leader.join()

    assert os.waitstatus_to_exitcode(status) == 0


# In the function


def test_a_call_in_it_that_needs_a_user_says_that_no_user_is_signed_in(session: Session, job: Job) -> None:
    seen: list[object] = []

    def asks_first(session: Session) -> object:
        with pytest.raises(errors.UserUnAuthenticatedException):
            auth.get_current_user(session=session)
        with pytest.raises(errors.UserUnAuthenticatedException):
            requests.get("http://127.0.0.1:9", auth=session.http_auth(), timeout=1)
        seen.append(auth.fetch_auth_session(session=session).tokens)
        signs_in()(session)
        seen.append(auth.fetch_auth_session(session=session).user_sub)
        return None

    job.does = asks_first
    user = auth.get_current_user(session=session)
    assert seen == [None, user.user_id]
    assert job.calls == 1


def test_a_call_in_it_after_the_session_has_ended_raises_that(session: Session, pool: MockPool, job: Job) -> None:
    auth.get_current_user(session=session)

    def asks_first(session: Session) -> object:
        with pytest.raises(errors.SessionEnded):
            auth.fetch_auth_session(session=session)
        return signs_in()(session)

    job.does = asks_first
    pool.expire_refresh_tokens()
    assert auth.fetch_auth_session(force_refresh=True, session=session).tokens is not None
    assert job.calls == 2


def test_sessions_whose_functions_need_each_other_do_not_wait_for_each_other(
    pool: MockPool, quick_session: SessionOf
) -> None:
    made: list[Session] = []

    def needs_the_other(of: int, session: Session) -> object:
        with suppress(errors.UserUnAuthenticatedException):
            auth.get_current_user(session=made[of])
        return signs_in()(session)

    made += [quick_session(pool, reauthenticate=functools.partial(needs_the_other, of)) for of in (1, 0)]

    assert auth.get_current_user(session=made[0]).username == "alice"
    assert made[1].is_signed_in


def test_a_user_who_signs_in_during_its_run_is_what_was_needed(pool: MockPool, quick_session: SessionOf) -> None:
    def too_late(session: Session) -> object:
        thread = threading.Thread(target=signs_in(), args=(session,))
        thread.start()
        thread.join()
        return auth.sign_in("alice", PASSWORD, session=session)

    assert auth.get_current_user(session=quick_session(pool, reauthenticate=too_late)).username == "alice"


# Refusals and failures


def test_after_refusals_it_is_called_less_and_less_often(
    session: Session, job: Job, clock: Callable[[float], None]
) -> None:
    job.does = fails(errors.NotAuthorizedException("Refused.", recovery_suggestion="Ask."))

    def is_called() -> bool:
        before = job.calls
        with pytest.raises(errors.NotAuthorizedException):
            auth.get_current_user(session=session)
        return job.calls > before

    assert is_called()
    for pause in (30, 60, 120, 240, 480, 960, 1920, 3600, 3600):
        clock(pause - 1)
        assert not is_called()
        clock(1)
        assert is_called()


def test_an_error_in_the_pause_says_when_it_is_called_again(
    session: Session, job: Job, clock: Callable[[float], None]
) -> None:
    first = errors.TooManyRequestsException("Slow down.", recovery_suggestion="Wait.")
    job.does = fails(first)
    with pytest.raises(errors.TooManyRequestsException) as caught:
        auth.get_current_user(session=session)
    assert caught.value is first
    clock(10)

    with pytest.raises(errors.TooManyRequestsException) as caught:
        auth.get_current_user(session=session)
    assert caught.value.message == "Slow down."
    assert caught.value.recovery_suggestion == "Wait. reauthenticate is called again in 20 seconds at the earliest."
    assert caught.value.is_retryable == first.is_retryable
    assert job.calls == 1


def test_a_success_makes_up_for_refusals(
    session: Session, pool: MockPool, job: Job, clock: Callable[[float], None]
) -> None:
    job.does = fails(errors.NotAuthorizedException("Refused."))
    for pause in (30, 60):
        with pytest.raises(errors.NotAuthorizedException):
            auth.get_current_user(session=session)
        clock(pause)
    job.does = signs_in()
    auth.get_current_user(session=session)
    pool.expire_refresh_tokens()
    job.does = fails(errors.NotAuthorizedException("Refused."))
    with pytest.raises(errors.NotAuthorizedException):
        auth.fetch_auth_session(force_refresh=True, session=session)
    clock(30)
    with pytest.raises(errors.NotAuthorizedException):
        auth.fetch_auth_session(session=session)

    assert job.calls == 5


def test_a_sign_in_by_hand_ends_the_pause(session: Session, pool: MockPool, job: Job) -> None:
    job.does = fails(errors.NotAuthorizedException("Refused."))
    with pytest.raises(errors.NotAuthorizedException):
        auth.get_current_user(session=session)
    auth.sign_in("alice", PASSWORD, session=session)
    assert auth.get_current_user(session=session).username == "alice"
    pool.expire_refresh_tokens()
    job.does = signs_in()

    assert auth.fetch_auth_session(force_refresh=True, session=session).tokens is not None
    assert job.calls == 2


@pytest.mark.parametrize(
    ("error", "pause"),
    [
        (errors.AuthNetworkError("No answer."), 5),
        (errors.AuthValidationError("No password.", name="EmptySignInPassword"), 5),
        (OSError("no file"), 5),
        (errors.AuthNetworkError("No answer. It is not known whether Cognito acted on the request."), 30),
        (errors.AuthProtocolError("An unknown challenge."), 30),
        (errors.UserNotFoundException("No."), 30),
        (errors.AuthStateError("It is a coroutine.", name="ReauthenticationException"), 30),
        # It has waited for the function of another session, and asked Cognito for nothing.
        (errors.AuthStateError("It takes too long.", name="ReauthenticationException", is_retryable=True), 5),
    ],
)
def test_how_long_it_rests_after_a_failure(
    session: Session, job: Job, clock: Callable[[float], None], error: Exception, pause: float
) -> None:
    job.does = fails(error)
    for seconds, calls in ((0, 1), (pause - 1, 1), (1, 2)):
        clock(seconds)
        with pytest.raises(type(error)) as caught:
            auth.get_current_user(session=session)
        assert caught.value.args == error.args
        assert job.calls == calls


def test_an_exception_that_cannot_be_copied_is_named_in_the_pause(session: Session, job: Job) -> None:
    class Odd(Exception):
        def __init__(self, one: str, two: str) -> None:
            super().__init__("odd")

    job.does = fails(Odd("a", "b"))
    with pytest.raises(Odd):
        auth.get_current_user(session=session)
    with pytest.raises(errors.AuthStateError, match="failed with Odd") as caught:
        auth.get_current_user(session=session)

    assert caught.value.is_retryable


@pytest.mark.parametrize(
    ("does", "says"),
    [
        (lambda session: None, ("no user is signed in", "session=")),
        (lambda session: auth.sign_in("carol", PASSWORD, session=session), ("ConfirmSignInWithSmsCode", "confirm")),
        (lambda session: auth.sign_in("carol", PASSWORD, session=session) and None, ("ConfirmSignInWithSmsCode", "")),
        (lambda session: auth.sign_in("new", PASSWORD, session=session), ("led to ConfirmSignUp", "this step")),
    ],
)
def test_if_it_signs_no_user_in_the_error_names_the_step_that_waits(
    cognito: MockCognito, quick_session: SessionOf, clock: Callable[[float], None], does: Signer, says: tuple[str, str]
) -> None:
    pool = cognito.create_pool(mfa="OPTIONAL")
    pool.create_user("carol", PASSWORD, mfa=("SMS_MFA",))
    job = Job(does)
    session = quick_session(pool, reauthenticate=job)
    auth.sign_up("new", PASSWORD, user_attributes={"email": "new@example.com"}, session=session)

    for _ in range(2):
        with pytest.raises(errors.AuthStateError) as caught:
            auth.get_current_user(session=session)
        assert caught.value.name == "ReauthenticationException"
        assert says[0] in caught.value.message
        assert says[1] in str(caught.value.recovery_suggestion)
        assert not caught.value.is_retryable
    assert job.calls == 1
    clock(29)
    with pytest.raises(errors.AuthStateError):
        auth.get_current_user(session=session)
    assert job.calls == 1


def test_a_kept_exception_shows_no_variable_of_the_function(session: Session, job: Job) -> None:
    def fail(_: Session) -> object:
        password = "s3cret"
        try:
            raise KeyError(password[:0])
        except KeyError as error:
            raise OSError("no file") from error

    job.does = fail
    with pytest.raises(OSError, match="no file"):
        auth.get_current_user(session=session)
    with pytest.raises(OSError, match="no file") as caught:
        auth.get_current_user(session=session)

    assert job.calls == 1
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert not any("password" in frame.frame.f_locals for frame in caught.traceback)


def test_a_coroutine_function_is_named_as_the_mistake(pool: MockPool, quick_session: SessionOf) -> None:
    async def asynchronous(session: Session) -> None:
        pass

    with pytest.raises(errors.AuthStateError, match="coroutine function"):
        auth.get_current_user(session=quick_session(pool, reauthenticate=asynchronous))


def test_a_wrong_password_is_sent_once_in_the_pause(session: Session, job: Job, cognito: MockCognito) -> None:
    job.does = signs_in(password="Wr0ng-one!")
    for _ in range(10):
        with pytest.raises(errors.IncorrectUsernameOrPassword):
            auth.get_current_user(session=session)

    assert len(cognito.calls.of("InitiateAuth")) == 1


# Another user


def test_a_request_of_the_former_user_is_not_sent_as_another_one(
    session: Session, pool: MockPool, job: Job, cognito: MockCognito
) -> None:
    pool.create_user("bob", PASSWORD)
    auth.get_current_user(session=session)
    waiting = as_user(session)
    auth.sign_out(global_sign_out=True, session=without(session))
    job.does = signs_in("bob")
    cognito.calls.clear()

    with pytest.raises(errors.UserUnAuthenticatedException, match="Another user"):
        waiting.call("GetUser")
    assert len(cognito.calls.of("GetUser")) == 1
    assert as_user(session).call("GetUser")["Username"] == "bob"


# The bridges


class Api:
    """An API that knows which users' tokens are good."""

    def __init__(self, tasks: int = 1) -> None:
        self.tasks = tasks
        self.blocked: set[str] = set()
        self.users: list[str] = []

    def answer(self, token: str) -> int:
        from amplify_auth._values import decode_jwt_payload

        self.users.append(decode_jwt_payload(token)["username"])
        return 401 if token in self.blocked else 200


def with_requests(api: Api, session: Session) -> int:
    class Adapter(requests.adapters.HTTPAdapter):
        def send(self, request: Any, **_: Any) -> Any:
            response = requests.Response()
            response.status_code = api.answer(request.headers["Authorization"].removeprefix("Bearer "))
            response.request, response._content, response.url = request, b"", request.url
            response.raw = type("Raw", (), {"close": lambda _: None, "_original_response": None})()
            response.connection = self  # type: ignore[attr-defined]
            return response

    with requests.Session() as client:
        client.mount("http://", Adapter())
        return int(client.get("http://api", auth=session.http_auth()).status_code)


def with_httpx(api: Api, session: Session) -> int:
    transport = httpx.MockTransport(
        lambda request: httpx.Response(api.answer(request.headers["Authorization"].removeprefix("Bearer ")))
    )
    with httpx.Client(auth=session.http_auth(), transport=transport) as client:
        return client.get("http://api").status_code


def with_async_httpx(api: Api, session: Session) -> int:
    transport = httpx.MockTransport(
        lambda request: httpx.Response(api.answer(request.headers["Authorization"].removeprefix("Bearer ")))
    )

    async def call() -> list[int]:
        async with httpx.AsyncClient(auth=session.http_auth(), transport=transport) as client:
            statuses: list[int] = []

            async def one() -> None:
                statuses.append((await client.get("http://api")).status_code)

            async with anyio.create_task_group() as group:
                for _ in range(api.tasks):
                    group.start_soon(one)
            return statuses

    (status,) = set(anyio.run(call))
    return status


every_client = pytest.mark.parametrize("call", [with_requests, with_httpx, with_async_httpx])


@every_client
def test_http_clients_sign_in_at_the_first_need_and_after_a_401_of_an_ended_session(
    session: Session, pool: MockPool, job: Job, call: Any
) -> None:
    api = Api(tasks=5)
    assert call(api, session) == 200
    assert job.calls == 1
    pool.expire_refresh_tokens()
    assert session.tokens is not None
    api.blocked.add(session.tokens.access_token)

    assert call(api, session) == 200
    assert job.calls == 2


@every_client
def test_http_clients_do_not_send_a_refused_request_as_another_user(
    session: Session, pool: MockPool, job: Job, call: Any
) -> None:
    pool.create_user("bob", PASSWORD)
    api = Api()
    auth.get_current_user(session=session)
    pool.expire_refresh_tokens()
    assert session.tokens is not None
    api.blocked.add(session.tokens.access_token)
    job.does = signs_in("bob")

    with pytest.raises((errors.UserUnAuthenticatedException, ExceptionGroup)) as caught:
        call(api, session)
    assert "Another user has signed in" in repr(caught.value)
    assert set(api.users) == {"alice"}
    assert call(api, session) == 200
    assert api.users[-1] == "bob"


@pytest.fixture
def identity_pool(cognito: MockCognito) -> str:
    client = boto3.client("cognito-identity", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    made = client.create_identity_pool(IdentityPoolName="pool", AllowUnauthenticatedIdentities=True)
    return str(made["IdentityPoolId"])


def keys_of(made: boto3.Session) -> Any:
    credentials = made.get_credentials()
    assert credentials is not None
    return credentials.get_frozen_credentials()


def test_a_boto3_session_signs_in_when_it_is_made_instead_of_being_a_guests(
    pool: MockPool, quick_session: SessionOf, identity_pool: str, job: Job
) -> None:
    session = quick_session(pool, reauthenticate=job, identity_pool_id=identity_pool, allow_guest_access=True)
    made = session.boto3_session()
    assert job.calls == 1
    assert keys_of(made).token
    assert auth.fetch_auth_session(session=session).user_sub == session.user_id


def test_a_boto3_session_goes_on_after_the_same_user_was_signed_in_again(
    pool: MockPool, quick_session: SessionOf, identity_pool: str, job: Job, cognito: MockCognito
) -> None:
    session = quick_session(pool, reauthenticate=job, identity_pool_id=identity_pool)
    made = session.boto3_session()
    assert keys_of(made).token
    used: list[bool] = []

    def uses_the_same_session(session: Session) -> object:
        with pytest.raises(errors.SessionEnded):
            keys_of(made)
        signs_in()(session)
        used.append(bool(keys_of(made).token))
        return None

    job.does = uses_the_same_session
    for _ in range(2):  # once when tokens and credentials have expired, and once when the session is known to be over
        pool.expire_refresh_tokens()
        cognito.clock.advance(3600)
        if used:
            job.does = fails(errors.NotAuthorizedException("Refused."))
            with pytest.raises(errors.NotAuthorizedException):
                auth.get_current_user(session=session)
            job.does = uses_the_same_session
            cognito.clock.advance(30)
        assert keys_of(made).token
    assert used == [True, True]


def test_it_is_not_called_while_others_wait_for_aws_credentials(
    pool: MockPool, quick_session: SessionOf, identity_pool: str, job: Job, cognito: MockCognito
) -> None:
    """It may ask for AWS credentials too, and would wait for itself."""
    session = quick_session(pool, reauthenticate=job, identity_pool_id=identity_pool)
    auth.get_current_user(session=session)
    state = session._state
    signed_in = state.signed_in
    pool.expire_refresh_tokens()
    cognito.clock.advance(3600)

    with pytest.raises(errors.SessionEnded):
        state.identity_pool.credentials_of(signed_in)
    assert job.calls == 1
    assert auth.fetch_auth_session(session=session).credentials is not None
    assert job.calls == 2


def test_a_boto3_session_never_becomes_another_users(
    pool: MockPool, quick_session: SessionOf, identity_pool: str, job: Job, cognito: MockCognito
) -> None:
    pool.create_user("bob", PASSWORD)
    session = quick_session(pool, reauthenticate=job, identity_pool_id=identity_pool)
    made = session.boto3_session()
    keys_of(made)
    job.does = signs_in("bob")
    pool.expire_refresh_tokens()
    cognito.clock.advance(3600)

    for _ in range(2):
        with pytest.raises(errors.UserUnAuthenticatedException, match="not signed in any more"):
            keys_of(made)
    assert keys_of(session.boto3_session()).token


# Events, logs and secrets


def test_events_and_log_lines_say_what_happened_and_no_secret(
    session: Session, job: Job, caplog: pytest.LogCaptureFixture, clock: Callable[[float], None]
) -> None:
    heard: list[str] = []
    session.add_listener(lambda event: heard.append(event.name))
    caplog.set_level(logging.DEBUG, "amplify_auth")
    job.does = signs_in(password="Wr0ng-one!")
    with pytest.raises(errors.IncorrectUsernameOrPassword):
        auth.get_current_user(session=session)
    job.does = signs_in()
    clock(30)
    auth.get_current_user(session=session)

    assert heard == ["signed_in"]
    lines = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "amplify_auth"]
    assert (
        "WARNING",
        "reauthenticate failed (NotAuthorizedException). It is not called again for 30 seconds.",
    ) in lines
    assert sum(level == "INFO" and "reauthenticate is called" in text for level, text in lines) == 2
    assert not any(secret in text for _, text in lines for secret in (PASSWORD, "Wr0ng-one!"))
    assert "Wr0ng" not in repr(session) + repr(session.config)
