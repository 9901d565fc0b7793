"""Defects of sign-up and of the sign-in that follows by itself (A1 to A12)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from faults.scripted_cognito import HANGS_UP, ScriptedCognito, asks, page, refuses, says, signs_in

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito
from defects.conftest import NewSession, PoolOf

PASSWORD = "Passw0rd!"
NEW = says(UserConfirmed=False, UserSub="1", Session="the-session-of-the-sign-up")
CONFIRMED = says(Session="the-session-of-the-code")
BY_PASSWORD = {"auth_flow_type": "USER_PASSWORD_AUTH"}


def test_a01_the_session_of_the_sign_up_reaches_its_confirmation_and_survives_a_wrong_code(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """SignUp's session was kept and never sent, so that a passwordless sign-in needed a second code."""
    cognito.on("SignUp", NEW).on("ConfirmSignUp", refuses("CodeMismatchException"), CONFIRMED)
    cognito.on("InitiateAuth", signs_in())
    auth.sign_up("alice", auto_sign_in=True, session=session)
    with pytest.raises(errors.CodeMismatchException):
        auth.confirm_sign_up("alice", "wrong", session=session)
    auth.confirm_sign_up("alice", "right", session=session)
    auth.auto_sign_in(session=session)
    assert [body["Session"] for body in cognito.of("ConfirmSignUp")] == ["the-session-of-the-sign-up"] * 2
    assert cognito.of("InitiateAuth")[0]["Session"] == "the-session-of-the-code"


def test_a01_the_session_of_one_sign_up_is_not_sent_for_another_user(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """The session belongs to the user who signed up."""
    cognito.on("SignUp", NEW).on("ConfirmSignUp", CONFIRMED)
    auth.sign_up("alice", auto_sign_in=True, session=session)
    auth.confirm_sign_up("bob", "123456", session=session)
    assert "Session" not in cognito.of("ConfirmSignUp")[0]


def test_a02_who_never_asked_for_an_automatic_sign_in_gets_none(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """A flag that an earlier sign-up had left made the next user's sign-up an automatic one."""
    cognito.always("SignUp", NEW).always("ConfirmSignUp", CONFIRMED)
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    auth.sign_up("bob", PASSWORD, session=session)
    assert auth.confirm_sign_up("bob", "123456", session=session).next_step == auth.Done()
    cognito.on("SignUp", says(UserConfirmed=True, UserSub="1"))
    assert auth.sign_up("carol", PASSWORD, session=session).next_step == auth.Done()
    auth.sign_up("alice", PASSWORD, session=session)
    assert auth.confirm_sign_up("alice", "123456", session=session).next_step == auth.Done()


@pytest.mark.parametrize("method", ["code", "link"])
def test_a03_a_confirmation_returns_at_once_whoever_listens(
    method: str, new_session: NewSession, cognito: ScriptedCognito
) -> None:
    """confirmSignUp waited for ever: in link mode, and the second time before the automatic sign-in."""
    session = new_session(sign_up_verification_method=method)
    cognito.always("SignUp", NEW).always("ConfirmSignUp", CONFIRMED)
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    for _ in range(2):
        output = auth.confirm_sign_up("alice", "123456", session=session)
        assert output == auth.ConfirmSignUpOutput(is_sign_up_complete=True, next_step=auth.CompleteAutoSignIn())


def test_a03_who_confirms_by_code_where_a_link_was_expected_is_signed_in_at_once(
    new_session: NewSession, cognito: ScriptedCognito
) -> None:
    """Nobody looks for a followed link any more: the first request has the confirmation's session, good only once."""
    session = new_session(sign_up_verification_method="link")
    cognito.on("SignUp", NEW).on("ConfirmSignUp", CONFIRMED).on("InitiateAuth", signs_in())
    auth.sign_up("alice", auto_sign_in=True, session=session)
    auth.confirm_sign_up("alice", "123456", session=session)
    assert auth.auto_sign_in(session=session).is_signed_in
    assert [body.get("Session") for body in cognito.of("InitiateAuth")] == ["the-session-of-the-code"]


def test_a04_a_second_automatic_sign_in_right_behind_the_first_returns_too(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """Within 300 ms of the first, the second one never returned."""
    cognito.always("SignUp", says(UserConfirmed=True, UserSub="1")).always("InitiateAuth", asks("SMS_MFA"))
    for user in ("alice", "bob"):
        auth.sign_up(user, PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    with ThreadPoolExecutor(3) as threads:
        waiting = [threads.submit(auth.auto_sign_in, session=session) for _ in range(3)]
        outcomes = [future.exception(timeout=20) or future.result() for future in waiting]
    kinds = sorted(type(outcome).__name__ for outcome in outcomes)
    assert kinds == ["AutoSignInException", "SignInOutput", "SignInOutput"]
    started = sorted(body["AuthParameters"]["USERNAME"] for body in cognito.of("InitiateAuth"))
    assert started == ["alice", "bob"]


def test_a05_who_takes_his_time_is_signed_in_all_the_same(bed: MockCognito, pool_of: PoolOf, name: str) -> None:
    """180 seconds after the sign-up its automatic sign-in was gone, and so was that of whoever came after."""
    pool = pool_of()
    session = auth.Session(**pool.config)
    email = {"email": "a@b.example"}
    auth.sign_up(name, PASSWORD, user_attributes=email, auto_sign_in=True, session=session)
    bed.clock.advance(3600)
    auth.sign_up(f"{name}-2", PASSWORD, user_attributes=email, auto_sign_in={"timeout": 600}, session=session)
    bed.clock.advance(599)
    for user in (f"{name}-2", name):
        assert auth.confirm_sign_up(user, pool.code(user), session=session).next_step == auth.CompleteAutoSignIn()


def test_a05_the_time_that_an_automatic_sign_in_waits_can_be_chosen(
    bed: MockCognito, pool_of: PoolOf, name: str
) -> None:
    """Its end was fixed. It is a stamp on each now, looked at when it is used."""
    pool = pool_of()
    session = auth.Session(**pool.config)
    email = {"email": "a@b.example"}
    auth.sign_up(name, PASSWORD, user_attributes=email, auto_sign_in={"timeout": 600}, session=session)
    bed.clock.advance(601)
    assert auth.confirm_sign_up(name, pool.code(name), session=session).next_step == auth.Done()
    with pytest.raises(errors.AutoSignInException):
        auth.auto_sign_in(session=session)


def test_a05_a_day_after_the_sign_up_its_code_and_its_automatic_sign_in_are_over(
    bed: MockCognito, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """Unless another time was chosen, a password is kept no longer than the code could be of use."""
    cognito.always("SignUp", NEW).always("ConfirmSignUp", CONFIRMED)
    for seconds, step in ((24 * 3600 - 1, auth.CompleteAutoSignIn()), (24 * 3600, auth.Done())):
        auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
        bed.clock.advance(seconds)
        assert auth.confirm_sign_up("alice", "123456", session=session).next_step == step


def test_a05_a_link_can_be_followed_long_after_the_sign_up(bed: MockCognito, pool_of: PoolOf, name: str) -> None:
    """The 180 seconds ran from the sign-up. They are how long ``auto_sign_in`` waits; until it is called is a day."""
    pool = pool_of()
    session = auth.Session(**pool.config, sign_up_verification_method="link")
    auth.sign_up(name, PASSWORD, user_attributes={"email": "a@b.example"}, auto_sign_in=True, session=session)
    bed.clock.advance(23 * 3600)
    pool.confirm(name)
    assert auth.auto_sign_in(session=session).is_signed_in


def test_a05_an_automatic_sign_in_whose_time_is_over_is_not_used(
    bed: MockCognito, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """The password is not sent for whoever left it behind, though the account was confirmed in time."""
    cognito.on("SignUp", NEW).on("ConfirmSignUp", CONFIRMED).always("InitiateAuth", signs_in())
    auth.sign_up("alice", PASSWORD, auto_sign_in={**BY_PASSWORD, "timeout": 600}, session=session)
    bed.clock.advance(599)
    assert auth.confirm_sign_up("alice", "123456", session=session).next_step == auth.CompleteAutoSignIn()
    bed.clock.advance(1)
    with pytest.raises(errors.AutoSignInException, match="not started"):
        auth.auto_sign_in(session=session)
    assert "InitiateAuth" not in cognito.operations


@pytest.mark.parametrize(
    ("method", "confirmed", "signed_in"),
    [
        ("code", ["alice", "bob"], "bob"),
        ("code", ["bob", "alice"], "alice"),
        ("code", ["alice"], "alice"),
        ("link", [], "bob"),
        ("link", ["alice"], "alice"),
    ],
)
def test_a06_of_several_the_newest_that_is_confirmed_is_signed_in(
    method: str, confirmed: list[str], signed_in: str, new_session: NewSession, cognito: ScriptedCognito
) -> None:
    """Who was signed in was left to chance. Where none is confirmed, it is the newest that waits for its link."""
    session = new_session(sign_up_verification_method=method)
    cognito.always("SignUp", NEW).always("ConfirmSignUp", CONFIRMED)
    cognito.on("InitiateAuth", lambda request: signs_in(request.body["AuthParameters"]["USERNAME"]))
    for user in ("alice", "bob"):
        auth.sign_up(user, PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    for user in confirmed:
        auth.confirm_sign_up(user, "123456", session=session)
    auth.auto_sign_in(session=session)
    assert session.username == signed_in


def test_a06_two_sign_ups_under_way_do_not_harm_each_other(session: auth.Session, cognito: ScriptedCognito) -> None:
    """The confirmation of the first gave DONE and destroyed what the second had asked for."""
    cognito.always("SignUp", NEW).always("ConfirmSignUp", CONFIRMED)
    for user in ("alice", "bob"):
        auth.sign_up(user, PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    for user in ("alice", "bob"):
        output = auth.confirm_sign_up(user, "123456", session=session)
        assert output.next_step == auth.CompleteAutoSignIn()
    cognito.always("InitiateAuth", asks("SMS_MFA"))
    for _ in range(2):
        auth.auto_sign_in(session=session)
    assert {body["AuthParameters"]["USERNAME"] for body in cognito.of("InitiateAuth")} == {"alice", "bob"}


def test_a07_waiting_for_a_link_looks_at_once_then_one_try_after_the_other(
    new_session: NewSession, cognito: ScriptedCognito
) -> None:
    """The first try came after 5 seconds, tries overlapped, and each let a second automatic sign-in fail."""
    session = new_session(sign_up_verification_method="link")
    under_way, most = threading.Semaphore(1), []

    def unconfirmed(request: object) -> object:
        most.append(under_way.acquire(blocking=False))
        answer = signs_in() if len(most) == 4 else refuses("UserNotConfirmedException", "User is not confirmed.")
        under_way.release()
        return answer

    cognito.on("SignUp", NEW).always("InitiateAuth", unconfirmed)  # type: ignore[arg-type]
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    assert auth.auto_sign_in(session=session).is_signed_in
    assert most == [True] * 4, "four tries, never two at once"


def test_a07_looking_for_a_followed_link_spends_no_session(new_session: NewSession, cognito: ScriptedCognito) -> None:
    """The sign-up's session is of use once the account is known to be confirmed, and good for one sign-in."""
    session = new_session(sign_up_verification_method="link")
    cognito.on("SignUp", NEW).on("InitiateAuth", refuses("UserNotConfirmedException"), asks("EMAIL_OTP"))
    auth.sign_up("alice", auto_sign_in=True, session=session)
    assert isinstance(auth.auto_sign_in(session=session).next_step, auth.ConfirmSignInWithEmailCode)
    assert [("Session" in body) for body in cognito.of("InitiateAuth")] == [False, False]


def test_a07_the_first_look_needs_no_waiting(
    new_session: NewSession, cognito: ScriptedCognito, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who had followed the link already waited 5 seconds for nothing."""
    monkeypatch.setattr("amplify_auth._api.auto_sign_in.POLL_INTERVAL", 1e9)
    session = new_session(sign_up_verification_method="link")
    cognito.on("SignUp", NEW).on("InitiateAuth", signs_in())
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    assert auth.auto_sign_in(session=session).is_signed_in


@pytest.mark.parametrize("method", ["code", "link"])
def test_a07_who_has_confirmed_by_code_does_not_wait_for_a_link(
    method: str, new_session: NewSession, cognito: ScriptedCognito
) -> None:
    """That Cognito does not know of the confirmation yet is told at once: there is no link that anybody may follow."""
    session = new_session(sign_up_verification_method=method)
    cognito.on("SignUp", NEW).on("ConfirmSignUp", CONFIRMED)
    cognito.on("InitiateAuth", refuses("UserNotConfirmedException", "User is not confirmed."), signs_in())
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    auth.confirm_sign_up("alice", "123456", session=session)
    assert isinstance(auth.auto_sign_in(session=session).next_step, auth.ConfirmSignUp)


def test_a07_nobody_waits_for_a_look_that_would_come_too_late(
    new_session: NewSession, cognito: ScriptedCognito, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time given is not exceeded by a pause behind which nothing is tried any more."""
    monkeypatch.setattr("amplify_auth._api.auto_sign_in.POLL_INTERVAL", 1.0)
    session = new_session(sign_up_verification_method="link")
    cognito.on("SignUp", NEW).always("InitiateAuth", refuses("UserNotConfirmedException", "User is not confirmed."))
    auth.sign_up("alice", PASSWORD, auto_sign_in={**BY_PASSWORD, "timeout": 0.5}, session=session)
    with pytest.raises(errors.AutoSignInException, match="on time"):
        auth.auto_sign_in(session=session)
    assert cognito.operations == ["SignUp", "InitiateAuth"]


def test_a08_an_automatic_sign_in_goes_on_in_another_process_with_the_password_given_again(
    new_session: NewSession, cognito: ScriptedCognito
) -> None:
    """It worked in the same process and tab alone, as it kept the password in memory."""
    first, second = new_session(), new_session()
    cognito.on("SignUp", NEW).on("ConfirmSignUp", CONFIRMED).on("InitiateAuth", signs_in())
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=first)
    text = first.export_state()
    assert PASSWORD not in text
    second.restore_state(text)
    auth.confirm_sign_up("alice", "123456", session=second)
    with pytest.raises(auth.AuthValidationError):
        auth.auto_sign_in(session=second)
    assert auth.auto_sign_in(PASSWORD, session=second).is_signed_in


def test_a09_without_a_password_an_automatic_sign_in_is_passwordless(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """``True`` meant SRP with the sign-up's password even where there was none."""
    cognito.on("SignUp", NEW).on("ConfirmSignUp", CONFIRMED).on("InitiateAuth", signs_in())
    auth.sign_up("alice", auto_sign_in=True, session=session)
    auth.confirm_sign_up("alice", "123456", session=session)
    assert auth.auto_sign_in(session=session).is_signed_in
    assert cognito.of("InitiateAuth")[0]["AuthFlow"] == "USER_AUTH"


def test_a09_a_flow_that_needs_the_missing_password_is_refused_before_the_account_is_made(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """It failed after the account had been made and confirmed."""
    with pytest.raises(auth.AuthValidationError) as caught:
        auth.sign_up("alice", auto_sign_in={"auth_flow_type": "USER_SRP_AUTH"}, session=session)
    assert caught.value.name == "EmptySignInPassword"
    assert cognito.requests == []


def test_a09_a_custom_sign_in_without_srp_leaves_the_password_of_the_sign_up_out(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """The flow takes no password: that the account has one must not stand in its way."""
    cognito.on("SignUp", says(UserConfirmed=True, UserSub="1")).on("InitiateAuth", asks("CUSTOM_CHALLENGE"))
    auth.sign_up("alice", PASSWORD, auto_sign_in={"auth_flow_type": "CUSTOM_WITHOUT_SRP"}, session=session)
    step = auth.auto_sign_in(session=session).next_step
    assert isinstance(step, auth.ConfirmSignInWithCustomChallenge)
    assert cognito.of("InitiateAuth")[0]["AuthParameters"] == {"USERNAME": "alice"}


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("Value at 'password' failed to satisfy constraint: Member must not be null", "EmptySignUpPassword"),
        ("Value at 'password' failed to satisfy constraint: Member is too long", "InvalidParameterException"),
        ("Value at 'email' failed to satisfy constraint: Member must not be null", "InvalidParameterException"),
    ],
)
def test_a09_a_pool_that_wants_a_password_says_so(
    message: str, name: str, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """Only Cognito knows whether a pool has sign-ups without one; what else it finds wrong stays its own error."""
    cognito.on("SignUp", refuses("InvalidParameterException", message))
    with pytest.raises(auth.AuthError) as caught:
        auth.sign_up("alice", session=session)
    assert (caught.value.name, caught.value.request_id) == (name, "request-1")
    is_ours = name == "EmptySignUpPassword"
    assert isinstance(caught.value, auth.AuthValidationError) == is_ours
    assert ("no passwordless sign-up" in (caught.value.recovery_suggestion or "")) == is_ours


@pytest.mark.parametrize(
    "failure",
    [HANGS_UP, page(503), refuses("TooManyRequestsException"), refuses("LimitExceededException")],
    ids=["hangs up", "503", "throttled", "limit"],
)
def test_a10_a_failure_that_passes_leaves_the_automatic_sign_in_for_another_call(
    failure: object, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """Any error burned it."""
    cognito.on("SignUp", says(UserConfirmed=True, UserSub="1")).always("InitiateAuth", failure)  # type: ignore[arg-type]
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    with pytest.raises(auth.AuthError) as caught:
        auth.auto_sign_in(session=session)
    assert caught.value.is_retryable == (caught.value.name != "LimitExceededException")
    cognito.always("InitiateAuth", signs_in())
    assert auth.auto_sign_in(session=session).is_signed_in


def test_a10_a_failure_for_good_ends_it(session: auth.Session, cognito: ScriptedCognito) -> None:
    """A wrong password is not tried again and again."""
    cognito.on("SignUp", says(UserConfirmed=True, UserSub="1"))
    cognito.on("InitiateAuth", refuses("NotAuthorizedException", "Incorrect username or password."))
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    with pytest.raises(errors.NotAuthorizedException):
        auth.auto_sign_in(session=session)
    with pytest.raises(errors.AutoSignInException):
        auth.auto_sign_in(session=session)


def test_a10_only_a_closed_session_is_replaced_by_a_sign_in_without_it(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """Whatever else Cognito refuses would be asked twice."""
    cognito.on("SignUp", NEW).on("ConfirmSignUp", CONFIRMED)
    cognito.always("InitiateAuth", refuses("NotAuthorizedException", "User is disabled."))
    auth.sign_up("alice", auto_sign_in=True, session=session)
    auth.confirm_sign_up("alice", "123456", session=session)
    with pytest.raises(errors.NotAuthorizedException, match="disabled"):
        auth.auto_sign_in(session=session)
    assert cognito.operations == ["SignUp", "ConfirmSignUp", "InitiateAuth"]


def test_a11_a_resend_without_a_name_has_an_error_of_its_own(session: auth.Session) -> None:
    """It bore the name of sign-up's error, and a text about the confirmation."""
    with pytest.raises(auth.AuthValidationError) as caught:
        auth.resend_sign_up_code("", session=session)
    assert caught.value.name == "EmptyResendSignUpCodeUsername"
    assert "resendSignUpCode" in caught.value.message


def test_a12_a_sign_out_forgets_automatic_sign_ins(session: auth.Session, cognito: ScriptedCognito) -> None:
    """It did not, though the error's own text advised to log out."""
    cognito.on("SignUp", says(UserConfirmed=True, UserSub="1"))
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    auth.sign_out(session=session)
    with pytest.raises(errors.AutoSignInException):
        auth.auto_sign_in(session=session)
    assert cognito.operations == ["SignUp"]


def test_a01_a_confirmation_that_comes_too_late_for_the_session_of_its_sign_up_is_made_without(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """A session is good for minutes, a code for a day: the session must not be what a slow reader fails at."""
    closed = refuses("NotAuthorizedException", "Invalid session for the user, session is expired.")
    cognito.on("SignUp", NEW).on("ConfirmSignUp", closed, CONFIRMED)
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    output = auth.confirm_sign_up("alice", "123456", session=session)
    assert output.next_step == auth.CompleteAutoSignIn()
    assert ["Session" in body for body in cognito.of("ConfirmSignUp")] == [True, False]


def test_a01_another_refusal_of_a_confirmation_is_not_tried_again(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """ConfirmSignUp is sent once, unless it is certain that the session alone was refused."""
    refusal = refuses("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
    cognito.on("SignUp", NEW).always("ConfirmSignUp", refusal)
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    with pytest.raises(errors.NotAuthorizedException):
        auth.confirm_sign_up("alice", "123456", session=session)
    assert cognito.operations == ["SignUp", "ConfirmSignUp"]
