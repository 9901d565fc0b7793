"""How long an automatic sign-in waits: for a link, and between the sign-up and the call of `auto_sign_in`."""

import threading

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito
from tests.support.asking import BY_PASSWORD, CONFIRMED, NEW
from tests.support.makers import NewSession, PoolOf
from tests.support.scripted_cognito import (
    Answer,
    Request,
    ScriptedCognito,
    asks,
    refuses,
    signs_in,
)
from tests.support.story import PASSWORD


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amplify_auth._api.auto_sign_in.POLL_INTERVAL", 0.01)


@pytest.mark.parametrize("method", ["code", "link"])
def test_a_confirmation_returns_at_once(method: str, new_session: NewSession, scripted: ScriptedCognito) -> None:
    """It waits for no link and for no automatic sign-in, the second time neither."""
    session = new_session(sign_up_verification_method=method)
    scripted.always("SignUp", NEW).always("ConfirmSignUp", CONFIRMED)
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    for _ in range(2):
        output = auth.confirm_sign_up("alice", "123456", session=session)
        assert output == auth.ConfirmSignUpOutput(is_sign_up_complete=True, next_step=auth.CompleteAutoSignIn())


def test_after_a_confirmation_by_code_no_link_is_waited_for(new_session: NewSession, scripted: ScriptedCognito) -> None:
    """The first request has the session of the confirmation, which is good only once."""
    session = new_session(sign_up_verification_method="link")
    scripted.on("SignUp", NEW).on("ConfirmSignUp", CONFIRMED).on("InitiateAuth", signs_in())
    auth.sign_up("alice", auto_sign_in=True, session=session)
    auth.confirm_sign_up("alice", "123456", session=session)
    assert auth.auto_sign_in(session=session).is_signed_in
    assert [body.get("Session") for body in scripted.of("InitiateAuth")] == ["the-session-of-the-code"]


def test_an_automatic_sign_in_waits_an_hour_for_its_confirmation(
    cognito: MockCognito, pool_of: PoolOf, name: str
) -> None:
    """Each sign-up has its own time, whatever other sign-ups have."""
    pool = pool_of()
    session = auth.Session(**pool.config)
    email = {"email": "a@b.example"}
    auth.sign_up(name, PASSWORD, user_attributes=email, auto_sign_in=True, session=session)
    cognito.clock.advance(3600)
    auth.sign_up(f"{name}-2", PASSWORD, user_attributes=email, auto_sign_in={"timeout": 600}, session=session)
    cognito.clock.advance(599)
    for user in (f"{name}-2", name):
        assert auth.confirm_sign_up(user, pool.code(user), session=session).next_step == auth.CompleteAutoSignIn()


def test_the_time_that_an_automatic_sign_in_waits_can_be_chosen(
    cognito: MockCognito, pool_of: PoolOf, name: str
) -> None:
    """After that time the confirmation leads to no automatic sign-in."""
    pool = pool_of()
    session = auth.Session(**pool.config)
    email = {"email": "a@b.example"}
    auth.sign_up(name, PASSWORD, user_attributes=email, auto_sign_in={"timeout": 600}, session=session)
    cognito.clock.advance(601)
    assert auth.confirm_sign_up(name, pool.code(name), session=session).next_step == auth.Done()
    with pytest.raises(errors.AutoSignInException):
        auth.auto_sign_in(session=session)


def test_an_automatic_sign_in_ends_a_day_after_its_sign_up(
    cognito: MockCognito, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """Unless another time was chosen, the password is kept no longer than the code is good."""
    scripted.always("SignUp", NEW).always("ConfirmSignUp", CONFIRMED)
    for seconds, step in ((24 * 3600 - 1, auth.CompleteAutoSignIn()), (24 * 3600, auth.Done())):
        auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
        cognito.clock.advance(seconds)
        assert auth.confirm_sign_up("alice", "123456", session=session).next_step == step


def test_a_link_can_be_followed_long_after_the_sign_up(cognito: MockCognito, pool_of: PoolOf, name: str) -> None:
    """The time limit of `auto_sign_in` runs from its call. The call may come up to a day after the sign-up."""
    pool = pool_of()
    session = auth.Session(**pool.config, sign_up_verification_method="link")
    auth.sign_up(name, PASSWORD, user_attributes={"email": "a@b.example"}, auto_sign_in=True, session=session)
    cognito.clock.advance(23 * 3600)
    pool.confirm(name)
    assert auth.auto_sign_in(session=session).is_signed_in


def test_an_automatic_sign_in_is_not_used_after_its_time(
    cognito: MockCognito, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """The password is not sent, although the account was confirmed in time."""
    scripted.on("SignUp", NEW).on("ConfirmSignUp", CONFIRMED).always("InitiateAuth", signs_in())
    auth.sign_up("alice", PASSWORD, auto_sign_in={**BY_PASSWORD, "timeout": 600}, session=session)
    cognito.clock.advance(599)
    assert auth.confirm_sign_up("alice", "123456", session=session).next_step == auth.CompleteAutoSignIn()
    cognito.clock.advance(1)
    with pytest.raises(errors.AutoSignInException, match="not started"):
        auth.auto_sign_in(session=session)
    assert "InitiateAuth" not in scripted.operations


def test_waiting_for_a_link_makes_one_try_after_the_other(new_session: NewSession, scripted: ScriptedCognito) -> None:
    """The first try comes at once, and no two tries overlap."""
    session = new_session(sign_up_verification_method="link")
    under_way, most = threading.Semaphore(1), []

    def unconfirmed(request: object) -> object:
        most.append(under_way.acquire(blocking=False))
        answer = signs_in() if len(most) == 4 else refuses("UserNotConfirmedException", "User is not confirmed.")
        under_way.release()
        return answer

    scripted.on("SignUp", NEW).always("InitiateAuth", unconfirmed)  # type: ignore[arg-type]
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    assert auth.auto_sign_in(session=session).is_signed_in
    assert most == [True] * 4, "four tries, never two at once"


def test_tries_while_waiting_for_a_link_send_no_session(new_session: NewSession, scripted: ScriptedCognito) -> None:
    """The session of the sign-up is good for one sign-in, and the account may not be confirmed yet."""
    session = new_session(sign_up_verification_method="link")
    scripted.on("SignUp", NEW).on("InitiateAuth", refuses("UserNotConfirmedException"), asks("EMAIL_OTP"))
    auth.sign_up("alice", auto_sign_in=True, session=session)
    assert isinstance(auth.auto_sign_in(session=session).next_step, auth.ConfirmSignInWithEmailCode)
    assert [("Session" in body) for body in scripted.of("InitiateAuth")] == [False, False]


def test_a_link_that_was_followed_before_the_call_is_not_waited_for(
    new_session: NewSession, scripted: ScriptedCognito, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first try comes before the first pause."""
    monkeypatch.setattr("amplify_auth._api.auto_sign_in.POLL_INTERVAL", 1e9)
    session = new_session(sign_up_verification_method="link")
    scripted.on("SignUp", NEW).on("InitiateAuth", signs_in())
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    assert auth.auto_sign_in(session=session).is_signed_in


@pytest.mark.parametrize("method", ["code", "link"])
def test_a_confirmation_that_cognito_does_not_know_yet_is_a_step(
    method: str, new_session: NewSession, scripted: ScriptedCognito
) -> None:
    """After a confirmation by code there is no link to wait for."""
    session = new_session(sign_up_verification_method=method)
    scripted.on("SignUp", NEW).on("ConfirmSignUp", CONFIRMED)
    scripted.on("InitiateAuth", refuses("UserNotConfirmedException", "User is not confirmed."), signs_in())
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    auth.confirm_sign_up("alice", "123456", session=session)
    assert isinstance(auth.auto_sign_in(session=session).next_step, auth.ConfirmSignUp)


def test_no_pause_is_longer_than_the_time_that_is_left(
    new_session: NewSession, scripted: ScriptedCognito, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the next try would come too late, the call ends at once."""
    monkeypatch.setattr("amplify_auth._api.auto_sign_in.POLL_INTERVAL", 1.0)
    session = new_session(sign_up_verification_method="link")
    scripted.on("SignUp", NEW).always("InitiateAuth", refuses("UserNotConfirmedException", "User is not confirmed."))
    auth.sign_up("alice", PASSWORD, auto_sign_in={**BY_PASSWORD, "timeout": 0.5}, session=session)
    with pytest.raises(errors.AutoSignInException, match="on time"):
        auth.auto_sign_in(session=session)
    assert scripted.operations == ["SignUp", "InitiateAuth"]


def test_a_sign_out_during_a_try_cancels_as_one_between_two_tries(
    new_session: NewSession, scripted: ScriptedCognito
) -> None:
    session = new_session(sign_up_verification_method="link")

    def signs_out(request: Request) -> Answer:
        auth.sign_out(session=session)
        return signs_in()

    scripted.on("SignUp", NEW).on("InitiateAuth", signs_out)
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)

    with pytest.raises(errors.AutoSignInException, match="sign-out cancelled"):
        auth.auto_sign_in(session=session)
    assert not session.is_signed_in
