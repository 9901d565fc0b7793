"""Threads may share a session: a question is answered once, a session has one user, a sign-out wins."""

import json
import linecache
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import AuthError, Session, errors
from amplify_auth._session import snapshot as _export
from tests.support import processes
from tests.support.scripted_cognito import HANGS_UP, Answer, Request, ScriptedCognito, asks, refuses, says, signs_in


def _outcome(function: Callable[[], Any]) -> Any:
    try:
        return function()
    except AuthError as error:
        return error


def _lines_of(frame: FrameType | None) -> Iterator[str]:
    """The lines that a thread is at, innermost first."""
    while frame is not None:
        yield linecache.getline(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back


def _wait_until_one_is_blocked(thread_ids: list[int]) -> None:
    """Wait until one of the threads stands before the lock that the other one holds."""
    for _ in range(5000):
        frames = sys._current_frames()
        if any("with step.exclusive" in line for name in list(thread_ids) for line in _lines_of(frames.get(name))):
            return
        time.sleep(0.001)
    raise AssertionError("no thread waits for the other one")


def test_of_two_threads_that_answer_one_question_one_signs_in_and_one_is_told(
    scripted: ScriptedCognito, session: Session
) -> None:
    scripted.on("InitiateAuth", asks("SMS_MFA"))
    auth.sign_in("alice", "Passw0rd!", session=session)
    running: list[int] = []

    def answer() -> Any:
        running.append(threading.get_ident())
        return _outcome(lambda: auth.confirm_sign_in("123456", session=session))

    def once_both_are_there(request: Request) -> Answer:
        _wait_until_one_is_blocked(running)
        return signs_in()

    scripted.on("RespondToAuthChallenge", once_both_are_there, once_both_are_there)
    with ThreadPoolExecutor(2) as pool:
        outcomes = [future.result() for future in [pool.submit(answer), pool.submit(answer)]]
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["SignInException", "SignInOutput"]
    assert scripted.operations == ["InitiateAuth", "RespondToAuthChallenge"]
    assert session.is_signed_in


def test_the_slower_of_two_threads_does_not_answer_the_next_question(
    scripted: ScriptedCognito, session: Session
) -> None:
    """Its answer was meant for the question that the faster one has answered meanwhile."""
    scripted.on("InitiateAuth", asks("CUSTOM_CHALLENGE", question="first"))
    auth.sign_in("alice", "Passw0rd!", session=session)
    running: list[int] = []

    def answer() -> Any:
        running.append(threading.get_ident())
        return _outcome(lambda: auth.confirm_sign_in("answer to the first", session=session))

    def once_both_are_there(request: Request) -> Answer:
        _wait_until_one_is_blocked(running)
        return asks("CUSTOM_CHALLENGE", "session-of-the-second-question", question="second")

    scripted.always("RespondToAuthChallenge", once_both_are_there)
    with ThreadPoolExecutor(2) as pool:
        outcomes = [future.result() for future in [pool.submit(answer), pool.submit(answer)]]
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["SignInException", "SignInOutput"]
    assert len(scripted.of("RespondToAuthChallenge")) == 1
    assert session.pending_sign_in is not None
    assert session.pending_sign_in.next_step.additional_info == {"question": "second"}  # type: ignore[union-attr]


def test_of_eight_threads_that_sign_in_one_does_and_the_others_are_told(
    scripted: ScriptedCognito, session: Session
) -> None:
    start = threading.Barrier(8, timeout=20)
    scripted.always("InitiateAuth", lambda request: signs_in(request.body["AuthParameters"]["USERNAME"]))

    def sign_in(number: int) -> Any:
        start.wait()
        return _outcome(lambda: auth.sign_in(f"user-{number}", "Passw0rd!", session=session))

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(sign_in, range(8)))
    winners = [number for number, outcome in enumerate(outcomes) if isinstance(outcome, auth.SignInOutput)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, errors.UserAlreadyAuthenticatedException)]
    assert (len(winners), len(losers)) == (1, 7)
    assert session.username == f"user-{winners[0]}"
    assert scripted.operations == ["InitiateAuth"], "whoever is refused sends nothing"


def test_eight_sessions_sign_in_at_once_over_one_client_and_keep_their_users_apart(
    scripted: ScriptedCognito, new_session: Callable[..., Session]
) -> None:
    start = threading.Barrier(8, timeout=20)
    scripted.always("InitiateAuth", lambda request: signs_in(request.body["AuthParameters"]["USERNAME"]))
    sessions = [new_session() for _ in range(8)]

    def sign_in(number: int) -> None:
        start.wait()
        with auth.use_session(sessions[number]):
            auth.sign_in(f"user-{number}", "Passw0rd!")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(sign_in, range(8)))
    assert [session.username for session in sessions] == [f"user-{number}" for number in range(8)]


@pytest.mark.parametrize("operation", ["InitiateAuth", "RespondToAuthChallenge", "ConfirmDevice", "device proof"])
def test_a_sign_out_while_a_sign_in_is_under_way_lets_nothing_be_published(
    operation: str, scripted: ScriptedCognito, session: Session
) -> None:
    def signed_out_before(answer: Answer) -> Callable[[Request], Answer]:
        def late(request: Request) -> Answer:
            auth.sign_out(session=session)
            return answer

        return late

    metadata = {"DeviceKey": "us-east-1_device", "DeviceGroupKey": "-group"}
    if operation == "InitiateAuth":
        scripted.on("InitiateAuth", signed_out_before(signs_in()))
        with pytest.raises(errors.SignInException):
            auth.sign_in("alice", "Passw0rd!", session=session)
    elif operation == "ConfirmDevice":
        scripted.on("InitiateAuth", signs_in(NewDeviceMetadata=metadata))
        scripted.on("ConfirmDevice", signed_out_before(says()))
        with pytest.raises(errors.SignInException):
            auth.sign_in("alice", "Passw0rd!", session=session)
    else:
        scripted.on("InitiateAuth", asks("CUSTOM_CHALLENGE"))
        auth.sign_in("alice", "Passw0rd!", session=session)
        again = asks("CUSTOM_CHALLENGE", "session-of-the-second-question")
        scripted.on("RespondToAuthChallenge", signed_out_before(again if operation == "device proof" else signs_in()))
        with pytest.raises(errors.SignInException):
            auth.confirm_sign_in("4", session=session)
    assert (session.is_signed_in, session.tokens, session.pending_sign_in) == (False, None, None)


def test_after_a_sign_out_nothing_more_is_sent_for_the_sign_in_that_was_under_way(
    scripted: ScriptedCognito, session: Session
) -> None:
    def late(request: Request) -> Answer:
        auth.sign_out(session=session)
        return asks("DEVICE_SRP_AUTH")

    device = {"DeviceKey": "us-east-1_device", "DeviceGroupKey": "-group"}
    scripted.on("InitiateAuth", signs_in(NewDeviceMetadata=device), late).always("ConfirmDevice", says())
    scripted.always("RevokeToken", says())
    auth.sign_in("alice", "Passw0rd!", session=session)
    auth.sign_out(session=session)
    with pytest.raises(errors.SignInException):
        auth.sign_in("alice", "Passw0rd!", session=session)
    assert scripted.operations[-1] == "InitiateAuth"


def test_a_sign_out_while_a_sign_up_is_under_way_leaves_no_automatic_sign_in(
    scripted: ScriptedCognito, session: Session
) -> None:
    def late(request: Request) -> Answer:
        auth.sign_out(session=session)
        return says(UserConfirmed=True, UserSub="1")

    scripted.on("SignUp", late)
    output = auth.sign_up("alice", "Passw0rd!", auto_sign_in=True, session=session)
    assert output.next_step == auth.Done(), "nobody is sent to an automatic sign-in that is not there"
    with pytest.raises(errors.AutoSignInException):
        auth.auto_sign_in(session=session)
    assert scripted.operations == ["SignUp"]


def test_a_sign_out_while_a_sign_up_is_confirmed_leaves_no_automatic_sign_in(
    scripted: ScriptedCognito, session: Session
) -> None:
    def late(request: Request) -> Answer:
        auth.sign_out(session=session)
        return says()

    scripted.on("SignUp", says(UserConfirmed=False, UserSub="1")).on("ConfirmSignUp", late)
    auth.sign_up("alice", "Passw0rd!", auto_sign_in=True, session=session)
    assert auth.confirm_sign_up("alice", "123456", session=session).next_step == auth.Done()


def test_a_sign_out_while_an_automatic_sign_in_fails_leaves_none_for_later(
    scripted: ScriptedCognito, session: Session
) -> None:
    def late(request: Request) -> Answer:
        auth.sign_out(session=session)
        return HANGS_UP

    scripted.on("SignUp", says(UserConfirmed=True, UserSub="1")).always("InitiateAuth", late)
    auth.sign_up("alice", "Passw0rd!", auto_sign_in={"auth_flow_type": "USER_PASSWORD_AUTH"}, session=session)
    with pytest.raises(auth.AuthNetworkError):
        auth.auto_sign_in(session=session)
    with pytest.raises(errors.AutoSignInException):
        auth.auto_sign_in(session=session)


@pytest.mark.parametrize("waiting", ["sign_in", "auto_sign_in"])
def test_who_waits_for_a_sign_in_to_end_loses_to_a_sign_out_too(
    waiting: str, scripted: ScriptedCognito, session: Session
) -> None:
    how = {"auth_flow_type": "USER_PASSWORD_AUTH"}
    scripted.on("SignUp", says(UserConfirmed=True, UserSub="sub-1"))
    auth.sign_up("alice", "Passw0rd!", auto_sign_in=how, session=session)
    running: list[int] = []

    def wait() -> Any:
        running.append(threading.get_ident())
        if waiting == "auto_sign_in":
            return _outcome(lambda: auth.auto_sign_in(session=session))
        return _outcome(lambda: auth.sign_in("alice", "Passw0rd!", session=session, **how))

    def sign_out_once_the_other_waits(request: Request) -> Answer:
        other = pool.submit(wait)
        _wait_until_one_is_blocked(running)
        auth.sign_out(session=session)
        outcomes.append(other)
        return refuses("NotAuthorizedException", "Incorrect username or password.")

    outcomes: list[Any] = []
    scripted.on("InitiateAuth", sign_out_once_the_other_waits).always("InitiateAuth", signs_in())
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(errors.NotAuthorizedException):
            auth.sign_in("bob", "Passw0rd!", session=session, **how)
        assert isinstance(outcomes[0].result(10), auth.AuthStateError)
    assert not session.is_signed_in
    assert scripted.operations == ["SignUp", "InitiateAuth"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_does_not_wait_for_a_thread_of_its_parent() -> None:
    """A thread that held the session at the fork is not there in the child to let go of it."""
    done = processes.run("-W", "ignore", "-m", "tests.support.processes.forked_sign_in", timeout=60)
    assert (done.stdout, done.returncode) == ("True alice\n", 0), done.stderr


def test_a_state_is_exported_as_it_was_at_one_moment(
    scripted: ScriptedCognito, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread answers the question while the state is written out."""
    scripted.on("InitiateAuth", asks("SMS_MFA")).on("RespondToAuthChallenge", signs_in())
    auth.sign_in("alice", "Passw0rd!", session=session)
    values = _export._fields_of

    def answer_meanwhile(item: Any) -> dict[str, Any]:
        monkeypatch.setattr(_export, "_fields_of", values)
        auth.confirm_sign_in("123456", session=session)
        return values(item)

    monkeypatch.setattr(_export, "_fields_of", answer_meanwhile)
    exported = json.loads(session.export_state())
    assert session.is_signed_in
    assert (exported["signed_in"], exported["pending_sign_in"]["challenge_name"]) == (None, "SMS_MFA")


def test_a_restored_state_is_not_overwritten_by_a_sign_in_that_was_under_way(
    scripted: ScriptedCognito, session: Session
) -> None:
    empty = session.export_state()

    def late(request: Request) -> Answer:
        session.restore_state(empty)
        return signs_in()

    scripted.on("InitiateAuth", late)
    with pytest.raises(errors.SignInException):
        auth.sign_in("alice", "Passw0rd!", session=session)
    assert not session.is_signed_in


def test_two_automatic_sign_ins_at_once_both_end(scripted: ScriptedCognito, session: Session) -> None:
    """One signs in, the other is told; neither waits for ever."""
    scripted.on("SignUp", says(UserConfirmed=True, UserSub="1"))
    auth.sign_up("alice", "Passw0rd!", auto_sign_in={"auth_flow_type": "USER_PASSWORD_AUTH"}, session=session)
    running: list[int] = []

    def sign_in() -> Any:
        running.append(threading.get_ident())
        return _outcome(lambda: auth.auto_sign_in(session=session))

    scripted.always("InitiateAuth", signs_in())
    with ThreadPoolExecutor(2) as pool:
        outcomes = [future.result(timeout=20) for future in [pool.submit(sign_in), pool.submit(sign_in)]]
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AutoSignInException", "SignInOutput"]
    assert scripted.operations == ["SignUp", "InitiateAuth"]
