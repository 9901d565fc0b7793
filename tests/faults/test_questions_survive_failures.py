"""A question that can still be answered is never lost; one that Cognito has closed is never kept.

Also: whatever fails on the way, nothing of a sign-in is published before all of it.
"""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

import amplify_auth as auth
from amplify_auth import AuthError, Session, errors
from tests.support.failures import FAILURES
from tests.support.scripted_cognito import (
    Answer,
    ScriptedCognito,
    asks,
    refuses,
    says,
    signs_in,
)

NEXT_SESSION = "session-of-the-next-question"


class Authenticator:
    """Gives a credential that a scripted service takes."""

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"id": "credential-1", "challenge": options["challenge"]}

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError


@attrs.frozen(kw_only=True)
class Question:
    """What the service asks, what is answered, and the request that this answer becomes."""

    asked: Answer
    choices: tuple[str, ...] = ()  # answered before, all without a request
    answer: str = "123456"
    operation: str = "RespondToAuthChallenge"
    then: tuple[str, Answer] | None = None  # another request of the same answer, when the first succeeds


TOTP_SETUP = asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]')


QUESTIONS: dict[str, Question] = {
    "SMS_MFA": Question(asked=asks("SMS_MFA")),
    "SMS_OTP": Question(asked=asks("SMS_OTP")),
    "EMAIL_OTP": Question(asked=asks("EMAIL_OTP")),
    "SOFTWARE_TOKEN_MFA": Question(asked=asks("SOFTWARE_TOKEN_MFA")),
    "CUSTOM_CHALLENGE": Question(asked=asks("CUSTOM_CHALLENGE", question="2 + 2"), answer="4"),
    "NEW_PASSWORD_REQUIRED": Question(asked=asks("NEW_PASSWORD_REQUIRED", requiredAttributes="[]"), answer="N3w-word!"),
    "SELECT_MFA_TYPE": Question(asked=asks("SELECT_MFA_TYPE", MFAS_CAN_CHOOSE='["SMS_MFA"]'), answer="SMS"),
    "MFA_SETUP by e-mail": Question(asked=TOTP_SETUP, choices=("EMAIL",), answer="alice@example.com"),
    "MFA_SETUP, the choice of an authenticator": Question(
        asked=TOTP_SETUP, answer="TOTP", operation="AssociateSoftwareToken"
    ),
    "SELECT_CHALLENGE": Question(
        asked=asks("SELECT_CHALLENGE", available=["EMAIL_OTP", "PASSWORD", "PASSWORD_SRP"]), answer="EMAIL_OTP"
    ),
    "PASSWORD": Question(
        asked=asks("SELECT_CHALLENGE", available=["PASSWORD"]), choices=("PASSWORD",), answer="Passw0rd!"
    ),
    "PASSWORD_SRP": Question(
        asked=asks("SELECT_CHALLENGE", available=["PASSWORD_SRP"]), choices=("PASSWORD_SRP",), answer="Passw0rd!"
    ),
}


def _ask(question: Question, scripted: ScriptedCognito, session: Session) -> auth.PendingSignIn:
    scripted.on("InitiateAuth", question.asked)
    auth.sign_in("alice", "Passw0rd!", session=session)
    for choice in question.choices:
        auth.confirm_sign_in(choice, session=session)
    assert session.pending_sign_in is not None
    return session.pending_sign_in


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_can_be_answered_again_after_a_failure(
    name: str, failure: str, scripted: ScriptedCognito, session: Session
) -> None:
    question, (answer, kind) = QUESTIONS[name], FAILURES[failure]
    before = _ask(question, scripted, session)
    scripted.always(question.operation, answer)
    with pytest.raises(kind):
        auth.confirm_sign_in(question.answer, session=session)
    assert session.pending_sign_in is before, "the very same question"
    assert not session.is_signed_in
    assert session.tokens is None
    success = says(SecretCode="SECRET", Session=NEXT_SESSION) if "Associate" in question.operation else signs_in()
    scripted.always(question.operation, success)
    output = auth.confirm_sign_in(question.answer, session=session)
    assert output.is_signed_in or isinstance(output.next_step, auth.ContinueSignInWithTotpSetup)
    first, last = scripted.of(question.operation)[0], scripted.of(question.operation)[-1]
    assert first["Session"] == last["Session"], "answered with the same session"


@pytest.mark.parametrize("failure", FAILURES)
def test_an_authenticators_code_can_be_given_again_after_a_failure(
    failure: str, scripted: ScriptedCognito, session: Session
) -> None:
    _ask(Question(asked=TOTP_SETUP), scripted, session)
    scripted.on("AssociateSoftwareToken", says(SecretCode="SECRET", Session=NEXT_SESSION))
    before = auth.confirm_sign_in("TOTP", session=session).next_step
    scripted.always("VerifySoftwareToken", FAILURES[failure][0])
    with pytest.raises(FAILURES[failure][1]):
        auth.confirm_sign_in("123456", session=session)
    assert session.pending_sign_in is not None
    assert session.pending_sign_in.next_step == before
    scripted.always("VerifySoftwareToken", says(Status="SUCCESS", Session="session-of-a-verified-app"))
    scripted.on("RespondToAuthChallenge", signs_in())
    assert auth.confirm_sign_in("123456", session=session).is_signed_in
    assert [body["Session"] for body in scripted.of("RespondToAuthChallenge")] == ["session-of-a-verified-app"]
    assert scripted.operations.count("AssociateSoftwareToken") == 1


@pytest.mark.parametrize("failure", ["hangs up", "500", "throttled"])
def test_a_verified_authenticator_is_not_verified_again_when_the_next_request_fails(
    failure: str, scripted: ScriptedCognito, session: Session
) -> None:
    """Its code is good once: after VerifySoftwareToken only the request behind it is made again."""
    _ask(Question(asked=TOTP_SETUP), scripted, session)
    scripted.on("AssociateSoftwareToken", says(SecretCode="SECRET", Session=NEXT_SESSION))
    auth.confirm_sign_in("TOTP", session=session)
    scripted.on("VerifySoftwareToken", says(Status="SUCCESS", Session="session-of-a-verified-app"))
    scripted.always("RespondToAuthChallenge", FAILURES[failure][0])
    with pytest.raises(FAILURES[failure][1]):
        auth.confirm_sign_in("123456", session=session)
    scripted.always("RespondToAuthChallenge", signs_in())
    assert auth.confirm_sign_in("123456", session=session).is_signed_in
    assert scripted.operations.count("VerifySoftwareToken") == 1


@pytest.mark.parametrize("failure", ["hangs up", "500", "throttled", "not JSON"])
def test_a_passkey_can_be_asked_again_after_a_failure(
    failure: str, scripted: ScriptedCognito, new_session: Callable[..., Session]
) -> None:
    session = new_session(auth_flow_type="USER_AUTH", preferred_challenge="WEB_AUTHN", passkey=Authenticator())
    options = '{"challenge": "AAAA"}'
    scripted.on("InitiateAuth", asks("WEB_AUTHN", CREDENTIAL_REQUEST_OPTIONS=options, available=["WEB_AUTHN"]))
    scripted.always("RespondToAuthChallenge", FAILURES[failure][0])
    with pytest.raises(FAILURES[failure][1]):
        auth.sign_in("alice", session=session)
    assert session.pending_sign_in is not None
    scripted.always("RespondToAuthChallenge", signs_in())
    assert auth.confirm_sign_in("WEB_AUTHN", session=session).is_signed_in


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("NotAuthorizedException", "Invalid session for the user, session is expired."),
        ("NotAuthorizedException", "Invalid session for the user, session can only be used once."),
        ("NotAuthorizedException", "Invalid session for the user."),
    ],
)
@pytest.mark.parametrize("name", [name for name in QUESTIONS if "PASSWORD" not in name[:8]])
def test_a_session_that_cognito_has_closed_is_forgotten(
    name: str, code: str, message: str, scripted: ScriptedCognito, session: Session
) -> None:
    question = QUESTIONS[name]
    _ask(question, scripted, session)
    scripted.on(question.operation, refuses(code, message))
    with pytest.raises(errors.PendingSignInExpired) as caught:
        auth.confirm_sign_in(question.answer, session=session)
    assert (caught.value.name, caught.value.message) == (code, message)
    assert isinstance(caught.value, auth.AuthStateError)
    assert isinstance(caught.value, errors.NotAuthorizedException)
    assert session.pending_sign_in is None
    sent = len(scripted.requests)
    with pytest.raises(errors.SignInException):
        auth.confirm_sign_in(question.answer, session=session)
    assert len(scripted.requests) == sent


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refuses("NotAuthorizedException", "Incorrect username or password."), errors.NotAuthorizedException),
        (refuses("ResourceNotFoundException", "Session not found"), errors.ResourceNotFoundException),
        (refuses("UserNotFoundException", "User does not exist."), errors.UserNotFoundException),
    ],
)
def test_a_sign_in_that_is_refused_for_good_is_forgotten(
    answer: Answer, kind: type[AuthError], scripted: ScriptedCognito, session: Session
) -> None:
    _ask(QUESTIONS["CUSTOM_CHALLENGE"], scripted, session)
    scripted.on("RespondToAuthChallenge", answer)
    with pytest.raises(kind) as caught:
        auth.confirm_sign_in("4", session=session)
    assert type(caught.value) is kind
    assert session.pending_sign_in is None


@pytest.mark.parametrize("factor", ["PASSWORD", "PASSWORD_SRP"])
def test_another_password_can_be_tried_though_the_first_has_spent_the_session(
    factor: str, scripted: ScriptedCognito, session: Session
) -> None:
    question = QUESTIONS[factor]
    _ask(question, scripted, session)
    scripted.on("RespondToAuthChallenge", refuses("NotAuthorizedException", "Incorrect username or password."))
    with pytest.raises(errors.NotAuthorizedException):
        auth.confirm_sign_in("wrong", session=session)
    assert session.pending_sign_in is not None
    assert isinstance(session.pending_sign_in.next_step, auth.ConfirmSignInWithPassword)
    scripted.on("InitiateAuth", signs_in())
    assert auth.confirm_sign_in("Passw0rd!", session=session).is_signed_in
    again = scripted.of("InitiateAuth")[-1]
    assert again["AuthFlow"] == "USER_AUTH"
    assert again["AuthParameters"]["PREFERRED_CHALLENGE"] == factor
    assert "Session" not in again


@pytest.mark.parametrize("failure", ["hangs up", "500", "not JSON"])
def test_an_answer_that_was_accepted_is_not_asked_for_again(
    failure: str, scripted: ScriptedCognito, session: Session
) -> None:
    """The code was right and its session is spent; what failed came behind it."""
    session.restore_state(session.export_state().replace('"devices": []', f'"devices": [{DEVICE}]'))
    _ask(QUESTIONS["SMS_MFA"], scripted, session)
    scripted.on("RespondToAuthChallenge", asks("DEVICE_SRP_AUTH", NEXT_SESSION), FAILURES[failure][0])
    with pytest.raises(FAILURES[failure][1]):
        auth.confirm_sign_in("123456", session=session)
    assert session.pending_sign_in is None


DEVICE = (
    '{"username": "alice", "login_ids": ["alice"], "key": "us-east-1_device", "group_key": "-group",'
    ' "password": "device-password", "is_remembered": true}'
)


def _with_device(session: Session) -> None:
    session.restore_state(session.export_state().replace('"devices": []', f'"devices": [{DEVICE}]'))


def test_a_device_is_not_to_blame_where_the_session_was_too_old_for_its_proof(
    scripted: ScriptedCognito, session: Session
) -> None:
    _with_device(session)
    srp = {"SRP_B": "05", "SALT": "0a", "SECRET_BLOCK": "AAAA"}
    scripted.on("InitiateAuth", asks("DEVICE_SRP_AUTH"))
    expired = refuses("NotAuthorizedException", "Invalid session for the user, session is expired.")
    scripted.on("RespondToAuthChallenge", asks("DEVICE_PASSWORD_VERIFIER", NEXT_SESSION, **srp), expired)
    with pytest.raises(errors.NotAuthorizedException):
        auth.sign_in("alice", "Passw0rd!", session=session)
    assert len(session.devices) == 1


def test_the_session_of_a_sign_up_is_not_used_again_when_a_device_is_lost(
    scripted: ScriptedCognito, session: Session
) -> None:
    _with_device(session)
    scripted.on("SignUp", says(UserConfirmed=True, UserSub="sub-1", Session="session-of-the-sign-up"))
    scripted.on("InitiateAuth", asks("DEVICE_SRP_AUTH"), signs_in())
    scripted.on("RespondToAuthChallenge", refuses("ResourceNotFoundException", "Device does not exist."))
    auth.sign_up("alice", auto_sign_in=True, session=session)
    assert auth.auto_sign_in(session=session).is_signed_in
    assert [body.get("Session") for body in scripted.of("InitiateAuth")] == ["session-of-the-sign-up", None]


# First factors: nothing was proven before them, so that a closed session costs nothing but another start.

CLOSED = refuses("NotAuthorizedException", "Invalid session for the user.")


@pytest.mark.parametrize("factor", ["PASSWORD", "PASSWORD_SRP"])
def test_a_password_whose_session_is_closed_is_given_to_a_new_one(
    factor: str, scripted: ScriptedCognito, session: Session
) -> None:
    _ask(QUESTIONS[factor], scripted, session)
    scripted.on("RespondToAuthChallenge", CLOSED).on("InitiateAuth", signs_in())
    assert auth.confirm_sign_in("Passw0rd!", client_metadata={"from": "answer"}, session=session).is_signed_in
    again = scripted.of("InitiateAuth")[-1]
    assert (again["AuthFlow"], again["AuthParameters"]["PREFERRED_CHALLENGE"]) == ("USER_AUTH", factor)
    assert again["ClientMetadata"] == {"from": "answer"}


@pytest.mark.parametrize("factor", ["PASSWORD", "PASSWORD_SRP"])
@pytest.mark.parametrize(
    ("refusal", "step"),
    [("PasswordResetRequiredException", auth.ResetPassword), ("UserNotConfirmedException", auth.ConfirmSignUp)],
)
def test_an_account_that_is_not_in_order_is_a_step_at_the_second_start_too(
    refusal: str, step: type, factor: str, scripted: ScriptedCognito, session: Session
) -> None:
    _ask(QUESTIONS[factor], scripted, session)
    scripted.on("RespondToAuthChallenge", CLOSED).on("InitiateAuth", refuses(refusal))
    output = auth.confirm_sign_in("Passw0rd!", session=session)
    assert isinstance(output.next_step, step)
    assert session.pending_sign_in is None


@pytest.mark.parametrize("factor", ["PASSWORD", "PASSWORD_SRP"])
def test_a_session_that_is_known_to_be_closed_is_not_tried_again(
    factor: str, scripted: ScriptedCognito, session: Session
) -> None:
    _ask(QUESTIONS[factor], scripted, session)
    wrong = refuses("NotAuthorizedException", "Incorrect username or password.")
    scripted.on("RespondToAuthChallenge", CLOSED).on("InitiateAuth", wrong, signs_in())
    with pytest.raises(errors.NotAuthorizedException, match="Incorrect"):
        auth.confirm_sign_in("Wr0ng-passw0rd!", session=session)
    assert auth.confirm_sign_in("Passw0rd!", session=session).is_signed_in
    assert len(scripted.of("RespondToAuthChallenge")) == 1


@pytest.mark.parametrize(
    "answer",
    [
        asks("SMS_MFA", SMS=5),
        says(AuthenticationResult={"AccessToken": "odd"}),
        says(ChallengeName="SMS_MFA", Session=[]),
    ],
    ids=str,
)
def test_what_was_answered_with_something_odd_has_been_accepted_and_its_session_is_spent(
    answer: Answer, scripted: ScriptedCognito, session: Session
) -> None:
    _ask(QUESTIONS["SMS_MFA"], scripted, session)
    scripted.on("RespondToAuthChallenge", answer)
    with pytest.raises(auth.AuthProtocolError):
        auth.confirm_sign_in("123456", session=session)
    assert session.pending_sign_in is None


def test_another_factor_whose_second_start_fails_can_be_chosen_again(
    scripted: ScriptedCognito, new_session: Callable[..., Session]
) -> None:
    session = new_session(auth_flow_type="USER_AUTH")
    options = '{"challenge": "AAAA"}'
    scripted.on("InitiateAuth", asks("WEB_AUTHN", CREDENTIAL_REQUEST_OPTIONS=options, available=["EMAIL_OTP"]))
    with pytest.raises(errors.PasskeyError):
        auth.sign_in("alice", preferred_challenge="WEB_AUTHN", session=session)
    scripted.always("RespondToAuthChallenge", CLOSED).on("InitiateAuth", refuses("X", "", 400), asks("EMAIL_OTP"))
    with pytest.raises(auth.AuthServiceError):
        auth.confirm_sign_in("EMAIL_OTP", session=session)
    step = auth.confirm_sign_in("EMAIL_OTP", session=session).next_step
    assert isinstance(step, auth.ConfirmSignInWithEmailCode)


def test_an_account_that_is_not_in_order_when_a_code_is_to_be_sent_again_leaves_no_question(
    scripted: ScriptedCognito, session: Session
) -> None:
    _ask(QUESTIONS["SMS_MFA"], scripted, session)
    scripted.on("InitiateAuth", refuses("PasswordResetRequiredException"))
    assert isinstance(auth.resend_sign_in_code(session=session).next_step, auth.ResetPassword)
    assert session.pending_sign_in is None


@pytest.mark.parametrize("choice", ["WEB_AUTHN", "EMAIL_OTP"])
@pytest.mark.parametrize("is_closed", [False, True], ids=["same session", "closed session"])
def test_after_a_passkey_gave_nothing_a_factor_is_chosen_in_the_same_session_or_a_new_one(
    is_closed: bool, choice: str, scripted: ScriptedCognito, new_session: Callable[..., Session]
) -> None:
    """Whether Cognito takes SELECT_CHALLENGE for the session of WEB_AUTHN is not documented: both ways work."""
    passkey, session = Authenticator(), new_session(auth_flow_type="USER_AUTH")
    options = '{"challenge": "AAAA"}'
    factors = ["WEB_AUTHN", "EMAIL_OTP"]
    asked = asks("WEB_AUTHN", CREDENTIAL_REQUEST_OPTIONS=options, available=factors)
    scripted.on("InitiateAuth", asked)
    with pytest.raises(errors.PasskeyError):
        auth.sign_in("alice", preferred_challenge="WEB_AUTHN", session=session)
    state = session.export_state()
    session = new_session(auth_flow_type="USER_AUTH", passkey=passkey)
    session.restore_state(state)
    following = asks("EMAIL_OTP", NEXT_SESSION) if choice == "EMAIL_OTP" else asked
    if is_closed:
        scripted.on("RespondToAuthChallenge", CLOSED).on("InitiateAuth", following)
    else:
        scripted.on("RespondToAuthChallenge", following)
    scripted.always("RespondToAuthChallenge", signs_in())
    output = auth.confirm_sign_in(choice, session=session)
    if choice == "EMAIL_OTP":
        output = auth.confirm_sign_in("12345678", session=session)
    assert output.is_signed_in
    first = scripted.of("RespondToAuthChallenge")[0]
    assert (first["ChallengeName"], first["ChallengeResponses"]["ANSWER"]) == ("SELECT_CHALLENGE", choice)
    preferred = [body["AuthParameters"]["PREFERRED_CHALLENGE"] for body in scripted.of("InitiateAuth")]
    assert preferred == ["WEB_AUTHN", *([choice] if is_closed else [])]
