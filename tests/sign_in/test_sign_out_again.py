"""A sign-out that could not revoke the tokens: the next one tries again, and tells the truth."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import Session, errors
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito
from tests.support.makers import NewSession, PoolOf, SessionOf
from tests.support.scripted_cognito import HANGS_UP, Answer, ScriptedCognito, jwt, refuses, says, signs_in

PASSWORD = "Passw0rd!"
PASSING = {
    "silent": HANGS_UP,
    "throttled": refuses("TooManyRequestsException"),
    "down": refuses("InternalErrorException", status=500),
}
FINAL = refuses("UnsupportedOperationException", "Revoking is not supported.")


@pytest.fixture
def alice(session: Session, scripted: ScriptedCognito) -> Session:
    """A session in which alice is signed in."""
    sign_in(session, scripted, "alice")
    return session


def sign_in(session: Session, scripted: ScriptedCognito, name: str, **result: Any) -> None:
    scripted.on("InitiateAuth", signs_in(name, RefreshToken=f"refresh-{name}", **result))
    auth.sign_in(name, PASSWORD, session=session)
    scripted.requests.clear()


def revoked(scripted: ScriptedCognito) -> list[str]:
    """The tokens that Cognito was asked to revoke, without repetitions of one request."""
    return list(dict.fromkeys(body["Token"] for body in scripted.of("RevokeToken")))


def outcome(output: auth.SignOutOutput) -> tuple[bool, str | None, str | None]:
    errors_of = (output.global_sign_out_error, output.revoke_token_error)
    names = [None if error is None else error.name for error in errors_of]
    return output.is_complete, names[0], names[1]


@pytest.mark.parametrize("failure", PASSING.values(), ids=list(PASSING))
def test_the_next_one_tries_again(alice: Session, scripted: ScriptedCognito, failure: Answer) -> None:
    scripted.always("RevokeToken", failure)
    for _ in range(2):
        output = auth.sign_out(session=alice)
        assert not output.is_complete
        assert isinstance(output.revoke_token_error, auth.AuthError)
        assert not alice.is_signed_in
    scripted.always("RevokeToken", says())
    scripted.requests.clear()
    assert outcome(auth.sign_out(session=alice)) == (True, None, None)
    assert revoked(scripted) == ["refresh-alice"]
    assert auth.sign_out(session=alice).is_complete
    assert len(scripted.requests) == 1, "nothing is left to do"


@pytest.mark.parametrize("first", [False, True], ids=["this session", "everywhere"])
@pytest.mark.parametrize("second", [False, True], ids=["this session", "everywhere"])
def test_in_every_order_of_the_two_kinds(alice: Session, scripted: ScriptedCognito, first: bool, second: bool) -> None:
    for operation in ("RevokeToken", "GlobalSignOut"):
        scripted.always(operation, PASSING["down"])
    assert not auth.sign_out(global_sign_out=first, session=alice).is_complete
    for operation in ("RevokeToken", "GlobalSignOut"):
        scripted.always(operation, says())
    scripted.requests.clear()
    assert outcome(auth.sign_out(global_sign_out=second, session=alice)) == (True, None, None)
    assert scripted.operations == ["GlobalSignOut" if second else "RevokeToken"]


def test_other_sessions_that_are_still_alive_are_told_each_time_they_are_asked_for(
    alice: Session, scripted: ScriptedCognito
) -> None:
    """With the refresh token the access token was revoked too, and only with it can other sessions be ended."""
    scripted.always("GlobalSignOut", PASSING["down"]).always("RevokeToken", says())
    for _ in range(2):
        output = auth.sign_out(global_sign_out=True, session=alice)
        assert outcome(output) == (False, "InternalErrorException", None)
        error = output.global_sign_out_error
        assert error is not None
        assert not error.is_retryable, "this call can do nothing more"
        assert "sign in, and then call sign_out(global_sign_out=True)" in str(error.recovery_suggestion)
    assert revoked(scripted) == ["refresh-alice"]
    scripted.requests.clear()
    assert auth.sign_out(session=alice).is_complete, "this session is over"
    assert scripted.requests == []


def test_what_was_refused_for_good_is_told_but_not_tried_again(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.always("RevokeToken", FINAL)
    for _ in range(3):
        assert outcome(auth.sign_out(session=alice)) == (False, None, "UnsupportedOperationException")
    assert len(scripted.requests) == 1
    sign_in(alice, scripted, "bob")
    scripted.always("RevokeToken", says())
    assert auth.sign_out(session=alice).is_complete, "that is about bob"
    assert revoked(scripted) == ["refresh-bob"]


def test_tokens_that_cannot_be_revoked_can_still_be_ended_everywhere(
    session: Session, scripted: ScriptedCognito
) -> None:
    """As the error advises."""
    sign_in(session, scripted, "alice", AccessToken=jwt(origin_jti=None))
    for _ in range(2):
        assert outcome(auth.sign_out(session=session)) == (False, None, "TokenRevocationDisabled")
    scripted.always("GlobalSignOut", says())
    assert outcome(auth.sign_out(global_sign_out=True, session=session)) == (True, None, None)
    assert scripted.operations == ["GlobalSignOut"]
    assert auth.sign_out(session=session).is_complete


def test_an_access_token_that_cannot_be_revoked_is_done_once_it_has_expired(
    session: Session, scripted: ScriptedCognito, clock: Callable[[float], None]
) -> None:
    scripted.on("InitiateAuth", signs_in(RefreshToken=None))
    auth.sign_in("alice", PASSWORD, session=session)
    assert outcome(auth.sign_out(session=session))[2] == "TokenRevocationImpossible"
    assert outcome(auth.sign_out(session=session))[2] == "TokenRevocationImpossible"
    clock(3601)
    assert auth.sign_out(session=session).is_complete


def test_a_former_user_is_not_forgotten_for_the_next_one(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.always("RevokeToken", PASSING["down"])
    auth.sign_out(session=alice)
    sign_in(alice, scripted, "bob")
    assert not auth.sign_out(session=alice).is_complete
    assert revoked(scripted) == ["refresh-alice", "refresh-bob"]
    scripted.always("RevokeToken", says())
    scripted.requests.clear()
    assert auth.sign_out(session=alice).is_complete
    assert revoked(scripted) == ["refresh-alice", "refresh-bob"]


def test_one_of_two_that_is_done_does_not_hide_the_other(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.always("RevokeToken", PASSING["down"])
    auth.sign_out(session=alice)
    sign_in(alice, scripted, "bob")

    def only_bob(request: Any) -> Answer:
        return says() if request.body["Token"] == "refresh-bob" else PASSING["down"]

    scripted.always("RevokeToken", only_bob)  # type: ignore[arg-type]
    assert outcome(auth.sign_out(session=alice)) == (False, None, "InternalErrorException")
    scripted.always("RevokeToken", says())
    scripted.requests.clear()
    assert auth.sign_out(session=alice).is_complete
    assert revoked(scripted) == ["refresh-alice"]


def test_a_number_of_former_users_is_kept(
    session: Session, scripted: ScriptedCognito, caplog: pytest.LogCaptureFixture
) -> None:
    scripted.always("RevokeToken", refuses("ForbiddenException", status=403))
    for number in range(12):
        sign_in(session, scripted, f"user{number}")
        auth.sign_out(session=session)
    assert any("cannot be revoked any more" in message for message in caplog.messages)
    scripted.always("RevokeToken", says())
    scripted.requests.clear()
    auth.sign_out(session=session)
    assert revoked(scripted) == [f"refresh-user{number}" for number in range(2, 12)]


def test_the_session_and_the_storage_forget_the_user_at_once(
    new_session: NewSession, scripted: ScriptedCognito, tmp_path: Path
) -> None:
    storage = FileStorage(tmp_path / "session.json")
    session = new_session(storage=storage)
    sign_in(session, scripted, "alice")
    scripted.always("RevokeToken", PASSING["down"])
    assert not auth.sign_out(session=session).is_complete
    stored = storage.load() or ""
    assert '"signed_in": null' in stored
    assert "refresh-alice" not in stored
    assert (session.is_signed_in, session.tokens, session.username) == (False, None, None)
    for text in (session.export_state(), repr(session), repr(session._state.unfinished_sign_outs)):
        assert "refresh-alice" not in text


def test_the_errors_hold_no_frames(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.always("RevokeToken", PASSING["down"])
    error = auth.sign_out(session=alice).revoke_token_error
    assert error is not None
    assert error.__traceback__ is None


def test_a_second_thread_waits_for_the_outcome_of_the_first(alice: Session, scripted: ScriptedCognito) -> None:
    """It must not say that all is done while the first one still tries."""
    arrived, answer = threading.Event(), threading.Event()

    def fail_slowly(_: Any) -> Answer:
        arrived.set()
        answer.wait(10)
        return refuses("ForbiddenException", status=403)

    scripted.on("RevokeToken", fail_slowly).always("RevokeToken", says())
    outputs: list[auth.SignOutOutput] = []
    first, second = (threading.Thread(target=lambda: outputs.append(auth.sign_out(session=alice))) for _ in range(2))
    first.start()
    assert arrived.wait(10)
    assert not alice.is_signed_in, "the session has forgotten the user before Cognito answers"
    second.start()
    second.join(0.5)
    assert second.is_alive()
    answer.set()
    first.join(10)
    second.join(10)
    assert [output.is_complete for output in outputs] == [False, True]
    assert len(scripted.of("RevokeToken")) == 2


def test_an_interrupt_loses_nothing(alice: Session, scripted: ScriptedCognito, monkeypatch: pytest.MonkeyPatch) -> None:
    from amplify_auth._api import sign_out

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sign_out, "call", interrupt)
        with pytest.raises(KeyboardInterrupt):
            auth.sign_out(session=alice)
    scripted.always("RevokeToken", says())
    assert auth.sign_out(session=alice).is_complete
    assert revoked(scripted) == ["refresh-alice"]


def test_cognito_has_really_revoked_it_then(
    pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito, slept: list[float]
) -> None:
    pool = pool_of()
    pool.create_user(name, PASSWORD)
    session, thief = session_of(pool), session_of(pool)
    auth.sign_in(name, PASSWORD, session=session)
    thief.restore_state(session.export_state())
    cognito.fail_next("RevokeToken", "unreachable", times=3)
    assert not auth.sign_out(session=session).is_complete
    assert auth.fetch_auth_session(force_refresh=True, session=thief).tokens
    assert auth.sign_out(session=session).is_complete
    with pytest.raises(errors.SessionEnded):
        auth.fetch_auth_session(force_refresh=True, session=thief)


@pytest.mark.parametrize("fault", ["dropped", "timeout", "internal_error", "unavailable", "malformed"])
def test_a_global_sign_out_whose_answer_was_lost_is_done(
    fault: Any, pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    """Cognito refuses the second request: the first one has revoked its access token."""
    pool = pool_of()
    pool.create_user(name, PASSWORD)
    session, other = session_of(pool), session_of(pool)
    for each in (session, other):
        auth.sign_in(name, PASSWORD, session=each)
    cognito.fail_next("GlobalSignOut", fault, after=True)

    assert outcome(auth.sign_out(global_sign_out=True, session=session)) == (True, None, None)

    with pytest.raises(errors.SessionEnded):
        auth.fetch_auth_session(force_refresh=True, session=other)


def test_a_global_sign_out_whose_answers_were_lost_is_found_to_be_done_by_the_next(
    alice: Session, scripted: ScriptedCognito
) -> None:
    scripted.always("GlobalSignOut", HANGS_UP).always("RevokeToken", HANGS_UP)
    output = auth.sign_out(global_sign_out=True, session=alice)
    assert output.global_sign_out_error is not None
    assert output.global_sign_out_error.is_retryable
    assert scripted.operations.count("GlobalSignOut") == 2
    scripted.always("GlobalSignOut", refuses("NotAuthorizedException", "Access Token has been revoked"))

    assert auth.sign_out(global_sign_out=True, session=alice).is_complete


def test_a_token_that_was_revoked_before_does_not_end_other_sessions(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.always("GlobalSignOut", refuses("NotAuthorizedException", "Access Token has been revoked"))
    scripted.always("RevokeToken", says())

    output = auth.sign_out(global_sign_out=True, session=alice)

    assert outcome(output) == (False, "NotAuthorizedException", None)
    assert scripted.operations.count("GlobalSignOut") == 1
