"""Which sign-up an automatic sign-in belongs to, which password it sends, and what ends it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import amplify_auth as auth
from amplify_auth import errors
from tests.support.asking import BY_PASSWORD, CONFIRMED, NEW
from tests.support.makers import NewSession
from tests.support.scripted_cognito import (
    HANGS_UP,
    ScriptedCognito,
    asks,
    page,
    refuses,
    says,
    signs_in,
)
from tests.support.story import PASSWORD


def test_a_sign_up_without_auto_sign_in_leads_to_none(session: auth.Session, scripted: ScriptedCognito) -> None:
    """An earlier sign-up that asked for one leaves nothing behind for the next user."""
    scripted.always("SignUp", NEW).always("ConfirmSignUp", CONFIRMED)
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    auth.sign_up("bob", PASSWORD, session=session)
    assert auth.confirm_sign_up("bob", "123456", session=session).next_step == auth.Done()
    scripted.on("SignUp", says(UserConfirmed=True, UserSub="1"))
    assert auth.sign_up("carol", PASSWORD, session=session).next_step == auth.Done()
    auth.sign_up("alice", PASSWORD, session=session)
    assert auth.confirm_sign_up("alice", "123456", session=session).next_step == auth.Done()


def test_automatic_sign_ins_at_the_same_time_all_return(session: auth.Session, scripted: ScriptedCognito) -> None:
    """Each call gets one of the sign-ups that wait. A call for which none is left gets an error."""
    scripted.always("SignUp", says(UserConfirmed=True, UserSub="1")).always("InitiateAuth", asks("SMS_MFA"))
    for user in ("alice", "bob"):
        auth.sign_up(user, PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    with ThreadPoolExecutor(3) as threads:
        waiting = [threads.submit(auth.auto_sign_in, session=session) for _ in range(3)]
        outcomes = [future.exception(timeout=20) or future.result() for future in waiting]
    kinds = sorted(type(outcome).__name__ for outcome in outcomes)
    assert kinds == ["AutoSignInException", "SignInOutput", "SignInOutput"]
    started = sorted(body["AuthParameters"]["USERNAME"] for body in scripted.of("InitiateAuth"))
    assert started == ["alice", "bob"]


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
def test_of_several_the_newest_that_is_confirmed_is_signed_in(
    method: str, confirmed: list[str], signed_in: str, new_session: NewSession, scripted: ScriptedCognito
) -> None:
    """If none is confirmed, it is the newest that waits for its link."""
    session = new_session(sign_up_verification_method=method)
    scripted.always("SignUp", NEW).always("ConfirmSignUp", CONFIRMED)
    scripted.on("InitiateAuth", lambda request: signs_in(request.body["AuthParameters"]["USERNAME"]))
    for user in ("alice", "bob"):
        auth.sign_up(user, PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    for user in confirmed:
        auth.confirm_sign_up(user, "123456", session=session)
    auth.auto_sign_in(session=session)
    assert session.username == signed_in


def test_two_sign_ups_under_way_do_not_harm_each_other(session: auth.Session, scripted: ScriptedCognito) -> None:
    """The confirmation of one leaves the automatic sign-in of the other."""
    scripted.always("SignUp", NEW).always("ConfirmSignUp", CONFIRMED)
    for user in ("alice", "bob"):
        auth.sign_up(user, PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    for user in ("alice", "bob"):
        output = auth.confirm_sign_up(user, "123456", session=session)
        assert output.next_step == auth.CompleteAutoSignIn()
    scripted.always("InitiateAuth", asks("SMS_MFA"))
    for _ in range(2):
        auth.auto_sign_in(session=session)
    assert {body["AuthParameters"]["USERNAME"] for body in scripted.of("InitiateAuth")} == {"alice", "bob"}


def test_another_process_can_sign_in_with_the_password_given_again(
    new_session: NewSession, scripted: ScriptedCognito
) -> None:
    """The exported state holds no password."""
    first, second = new_session(), new_session()
    scripted.on("SignUp", NEW).on("ConfirmSignUp", CONFIRMED).on("InitiateAuth", signs_in())
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=first)
    text = first.export_state()
    assert PASSWORD not in text
    second.restore_state(text)
    auth.confirm_sign_up("alice", "123456", session=second)
    with pytest.raises(auth.AuthValidationError):
        auth.auto_sign_in(session=second)
    assert auth.auto_sign_in(PASSWORD, session=second).is_signed_in


def test_without_a_password_an_automatic_sign_in_is_passwordless(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """``auto_sign_in=True`` chooses USER_AUTH if the sign-up had no password."""
    scripted.on("SignUp", NEW).on("ConfirmSignUp", CONFIRMED).on("InitiateAuth", signs_in())
    auth.sign_up("alice", auto_sign_in=True, session=session)
    auth.confirm_sign_up("alice", "123456", session=session)
    assert auth.auto_sign_in(session=session).is_signed_in
    assert scripted.of("InitiateAuth")[0]["AuthFlow"] == "USER_AUTH"


def test_a_flow_that_needs_the_missing_password_is_refused_before_the_account_is_made(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """Otherwise it would fail after the account was made and confirmed."""
    with pytest.raises(auth.AuthValidationError) as caught:
        auth.sign_up("alice", auto_sign_in={"auth_flow_type": "USER_SRP_AUTH"}, session=session)
    assert caught.value.name == "EmptySignInPassword"
    assert scripted.requests == []


def test_a_custom_sign_in_without_srp_does_not_send_the_password_of_the_sign_up(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """The flow takes no password. That the account has one is no obstacle."""
    scripted.on("SignUp", says(UserConfirmed=True, UserSub="1")).on("InitiateAuth", asks("CUSTOM_CHALLENGE"))
    auth.sign_up("alice", PASSWORD, auto_sign_in={"auth_flow_type": "CUSTOM_WITHOUT_SRP"}, session=session)
    step = auth.auto_sign_in(session=session).next_step
    assert isinstance(step, auth.ConfirmSignInWithCustomChallenge)
    assert scripted.of("InitiateAuth")[0]["AuthParameters"] == {"USERNAME": "alice"}


@pytest.mark.parametrize(
    "failure",
    [HANGS_UP, page(503), refuses("TooManyRequestsException"), refuses("LimitExceededException")],
    ids=["hangs up", "503", "throttled", "limit"],
)
def test_after_a_failure_that_passes_the_next_call_signs_in(
    failure: object, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """The failed call leaves the automatic sign-in."""
    scripted.on("SignUp", says(UserConfirmed=True, UserSub="1")).always("InitiateAuth", failure)  # type: ignore[arg-type]
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    with pytest.raises(auth.AuthError) as caught:
        auth.auto_sign_in(session=session)
    assert caught.value.is_retryable == (caught.value.name == "TooManyRequestsException"), "else it may count twice"
    scripted.always("InitiateAuth", signs_in())
    assert auth.auto_sign_in(session=session).is_signed_in


def test_a_wrong_password_ends_the_automatic_sign_in(session: auth.Session, scripted: ScriptedCognito) -> None:
    """A wrong password is not tried again and again."""
    scripted.on("SignUp", says(UserConfirmed=True, UserSub="1"))
    scripted.on("InitiateAuth", refuses("NotAuthorizedException", "Incorrect username or password."))
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    with pytest.raises(errors.NotAuthorizedException):
        auth.auto_sign_in(session=session)
    with pytest.raises(errors.AutoSignInException):
        auth.auto_sign_in(session=session)


def test_only_a_closed_session_is_replaced_by_a_sign_in_without_it(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """Any other refusal is final: the request is not sent a second time."""
    scripted.on("SignUp", NEW).on("ConfirmSignUp", CONFIRMED)
    scripted.always("InitiateAuth", refuses("NotAuthorizedException", "User is disabled."))
    auth.sign_up("alice", auto_sign_in=True, session=session)
    auth.confirm_sign_up("alice", "123456", session=session)
    with pytest.raises(errors.NotAuthorizedException, match="disabled"):
        auth.auto_sign_in(session=session)
    assert scripted.operations == ["SignUp", "ConfirmSignUp", "InitiateAuth"]


def test_a_sign_out_forgets_automatic_sign_ins(session: auth.Session, scripted: ScriptedCognito) -> None:
    """After a sign-out no automatic sign-in is left, and nothing is sent."""
    scripted.on("SignUp", says(UserConfirmed=True, UserSub="1"))
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    auth.sign_out(session=session)
    with pytest.raises(errors.AutoSignInException):
        auth.auto_sign_in(session=session)
    assert scripted.operations == ["SignUp"]


@pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "CUSTOM_WITHOUT_SRP", "CUSTOM_WITH_SRP", "USER_AUTH"])
def test_every_flow_keeps_automatic_sign_ins_on_failure_and_ends_them_on_success(
    flow: str, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """The custom flows do as the others do."""
    scripted.on("SignUp", says(UserConfirmed=True, UserSub="1"))
    auth.sign_up("bob", PASSWORD, auto_sign_in={"auth_flow_type": "USER_PASSWORD_AUTH"}, session=session)
    password = None if flow in ("CUSTOM_WITHOUT_SRP", "USER_AUTH") else PASSWORD
    scripted.on("InitiateAuth", refuses("NotAuthorizedException", "Incorrect username or password."))
    with pytest.raises(errors.NotAuthorizedException):
        auth.sign_in("alice", password, auth_flow_type=flow, session=session)
    assert '"bob"' in session.export_state()
    scripted.on("InitiateAuth", signs_in())
    auth.sign_in("alice", password, auth_flow_type=flow, session=session)
    assert '"bob"' not in session.export_state()
