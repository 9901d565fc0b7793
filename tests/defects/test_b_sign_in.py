"""Defects of the state of a sign-in (B of the list that the project keeps)."""

import re
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from faults.scripted_cognito import HANGS_UP, ScriptedCognito, asks, page, refuses, says, signs_in, text, tokens
from flows.story import CHOICES, LOGIN_ID, PASSWORD, USERNAME, Story

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito
from defects.conftest import NewSession, PoolOf

NEXT = "the-session-of-the-next-question"
CLOSED = refuses("NotAuthorizedException", "Invalid session for the user, session is expired.")


def _ask(session: auth.Session, cognito: ScriptedCognito, *questions: Any) -> auth.SignInStep:
    """Sign in until the first of ``questions`` is asked; the others are what the answers lead to."""
    cognito.on("InitiateAuth", questions[0]).on("RespondToAuthChallenge", *questions[1:])
    return auth.sign_in("alice", PASSWORD, session=session).next_step


@pytest.mark.parametrize("failure", [HANGS_UP, page(500), refuses("InternalErrorException", "Oh.", 500)], ids=str)
def test_b01_a_failed_next_step_says_what_can_still_be_answered(
    failure: Any, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """After an error behind the accepted password, a left-over challenge could be answered by accident.

    It is the session's ``pending_sign_in`` now, to be seen and answered, and only where there is something to answer.
    """
    cognito.always("AssociateSoftwareToken", failure)
    with pytest.raises(auth.AuthError):
        _ask(session, cognito, asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA"]'))
    assert session.pending_sign_in is not None
    step = session.pending_sign_in.next_step
    assert step == auth.ContinueSignInWithMfaSetupSelection(allowed_mfa_types=("TOTP",))
    cognito.always("AssociateSoftwareToken", says(SecretCode="SECRET", Session=NEXT))
    again = auth.confirm_sign_in("TOTP", session=session).next_step
    assert isinstance(again, auth.ContinueSignInWithTotpSetup)


def test_b01_after_an_unknown_challenge_nothing_is_left_to_answer(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """signIn raised, and confirmSignIn worked on what it had left."""
    with pytest.raises(auth.AuthProtocolError):
        _ask(session, cognito, asks("SOMETHING_NEW"))
    assert session.pending_sign_in is None
    with pytest.raises(errors.SignInException):
        auth.confirm_sign_in("123456", session=session)
    assert cognito.operations == ["InitiateAuth"]


@pytest.mark.parametrize("odd", ["SOMETHING_NEW", "DEVICE_SRP_AUTH", "PASSWORD_VERIFIER"])
def test_b02_a_challenge_that_cannot_be_handled_is_not_what_waits_for_an_answer(
    odd: str, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """The store pointed at it, so that every later answer failed with words about that challenge."""
    parameters = {"USER_ID_FOR_SRP": "alice", "SRP_B": "ab", "SALT": "12", "SECRET_BLOCK": "YQ=="}
    _ask(session, cognito, asks("SMS_MFA"), asks(odd, NEXT, **parameters))
    with pytest.raises((auth.AuthProtocolError, errors.DeviceMetadataNotFoundException)):
        auth.confirm_sign_in("123456", session=session)
    assert session.pending_sign_in is None, "the first answer was accepted and its session is spent"
    with pytest.raises(errors.SignInException, match="not called"):
        auth.confirm_sign_in("123456", session=session)
    cognito.on("InitiateAuth", asks("SMS_MFA")).on("RespondToAuthChallenge", signs_in())
    auth.sign_in("alice", PASSWORD, session=session)
    assert auth.confirm_sign_in("123456", session=session).is_signed_in


@pytest.mark.parametrize(
    "before",
    [
        "SELECT_MFA_TYPE",
        "MFA_SETUP:TOTP",
        "MFA_SETUP:EMAIL",
        "NEW_PASSWORD_REQUIRED",
        "SELECT_CHALLENGE:EMAIL_OTP",
        "SELECT_CHALLENGE:PASSWORD",
        "WEB_AUTHN",
        None,
    ],
)
def test_b03_the_devices_proof_is_given_whatever_was_answered_before(
    before: str | None, cognito: ScriptedCognito
) -> None:
    """After all but five challenges DEVICE_SRP_AUTH was an error; None: right after the start of USER_AUTH."""
    first = Story(cognito, [], knows_device=True)
    session = first.session()
    auth.sign_in(LOGIN_ID, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)
    auth.sign_out(session=session)
    story = Story(cognito, [*([before] if before else []), "DEVICE"], knows_device=True)
    story._device = first._device
    story.drive(auth.sign_in(LOGIN_ID, auth_flow_type="USER_AUTH", session=session), session)
    assert story.mistakes == []
    assert session.is_signed_in


@pytest.mark.parametrize("factor", ["PASSWORD", "PASSWORD_SRP"])
def test_b04_tokens_and_device_belong_to_cognitos_own_username(factor: str, pool_of: PoolOf, name: str) -> None:
    """They were kept under the name that was typed, and looked up under Cognito's: never found, so MFA each time."""
    pool = pool_of(mfa="OPTIONAL", device_tracking="ALWAYS", alias_attributes=("email",))
    email = f"{name}@example.com"
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",), attributes={"email": email})
    session = auth.Session(**pool.config, auth_flow_type="USER_AUTH", preferred_challenge=factor)
    auth.sign_in(email, PASSWORD, session=session)
    auth.confirm_sign_in(pool.code(name), session=session)
    assert session.username == name
    assert session.devices[0].username == name
    auth.sign_out(session=session)
    for typed in (email, name):
        assert auth.sign_in(typed, PASSWORD, session=session).is_signed_in, "no second factor"
        assert session.username == name
        auth.sign_out(session=session)


def test_b05_a_lost_device_starts_the_flow_over_and_repeats_no_proof(
    bed: MockCognito, pool_of: PoolOf, name: str
) -> None:
    """PASSWORD_VERIFIER was sent twice with one session and secret block, which are good once."""
    pool = pool_of(mfa="OPTIONAL", device_tracking="ALWAYS", alias_attributes=("email",))
    pool.create_user(name, PASSWORD)
    session = auth.Session(**pool.config)
    auth.sign_in(name, PASSWORD, session=session)
    auth.sign_out(session=session)
    pool.forget_devices(name)
    bed.calls.clear()
    assert auth.sign_in(name, PASSWORD, session=session).is_signed_in
    assert bed.calls.operations[:4] == ("InitiateAuth", "RespondToAuthChallenge") * 2
    blocks = [call.reveal()["ChallengeResponses"] for call in bed.calls.of("RespondToAuthChallenge")]
    assert len({block["PASSWORD_CLAIM_SECRET_BLOCK"] for block in blocks}) == 2
    assert ["DEVICE_KEY" in block for block in blocks] == [True, False]


def test_b05_a_device_lost_behind_a_chosen_password_starts_over_with_that_password(
    bed: MockCognito, pool_of: PoolOf, name: str
) -> None:
    """The password was given: nobody is asked for it again because of a device."""
    pool = pool_of(mfa="OPTIONAL", device_tracking="ALWAYS", alias_attributes=("email",))
    pool.create_user(name, PASSWORD)
    session = auth.Session(**pool.config, auth_flow_type="USER_AUTH")
    auth.sign_in(name, PASSWORD, auth_flow_type="USER_SRP_AUTH", session=session)
    auth.sign_out(session=session)
    auth.sign_in(name, session=session)
    auth.confirm_sign_in("PASSWORD_SRP", session=session)
    pool.forget_devices(name)
    assert auth.confirm_sign_in(PASSWORD, session=session).is_signed_in
    assert bed.calls.last("InitiateAuth").reveal()["AuthParameters"]["PREFERRED_CHALLENGE"] == "PASSWORD_SRP"


@pytest.mark.parametrize("challenge", ["SMS_MFA", "SMS_OTP", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA", "CUSTOM_CHALLENGE"])
def test_b05_a_code_is_not_lost_with_the_device(challenge: str, cognito: ScriptedCognito) -> None:
    """Only custom challenges were answered again without the device that Cognito had lost."""
    first = Story(cognito, [], knows_device=True)
    session = first.session()
    auth.sign_in(LOGIN_ID, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)
    auth.sign_out(session=session)
    cognito.clear()
    cognito.on("InitiateAuth", asks(challenge, USERNAME=USERNAME))
    cognito.on("RespondToAuthChallenge", refuses("ResourceNotFoundException", "Device does not exist."))
    cognito.on("RespondToAuthChallenge", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, PASSWORD, session=session)
    assert auth.confirm_sign_in("123456", session=session).is_signed_in
    answers = [body["ChallengeResponses"] for body in cognito.of("RespondToAuthChallenge")]
    assert ["DEVICE_KEY" in answer for answer in answers] == [True, False]
    assert session.devices == ()


@pytest.mark.parametrize("preferred", [None, "PASSWORD", "EMAIL_OTP"])
def test_b06_user_auth_names_the_device_from_the_start(preferred: str | None, cognito: ScriptedCognito) -> None:
    """USER_AUTH never did, so that its users were asked for MFA on a remembered device."""
    first = Story(cognito, [], knows_device=True)
    session = first.session()
    auth.sign_in(LOGIN_ID, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)
    auth.sign_out(session=session)
    cognito.clear()
    cognito.on("InitiateAuth", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, PASSWORD, auth_flow_type="USER_AUTH", preferred_challenge=preferred, session=session)
    assert cognito.of("InitiateAuth")[0]["AuthParameters"]["DEVICE_KEY"] == first._device["key"]


def test_b07_custom_with_srp_goes_by_the_challenge_that_came(session: auth.Session, cognito: ScriptedCognito) -> None:
    """It answered PASSWORD_VERIFIER whatever had been asked, and missed USER_ID_FOR_SRP in a custom challenge."""
    cognito.on("InitiateAuth", asks("CUSTOM_CHALLENGE", question="2 + 2"))
    step = auth.sign_in("alice", PASSWORD, auth_flow_type="CUSTOM_WITH_SRP", session=session).next_step
    assert step == auth.ConfirmSignInWithCustomChallenge(additional_info={"question": "2 + 2"})
    assert cognito.operations == ["InitiateAuth"]


def test_b08_a_restored_sign_in_knows_how_it_began(new_session: NewSession, cognito: ScriptedCognito) -> None:
    """The login id and the flow were lost with the process."""
    first, second = new_session(), new_session()
    _ask(first, cognito, asks("SMS_MFA"), signs_in("cognitos-own-name"))
    second.restore_state(first.export_state())
    was, is_now = first.pending_sign_in, second.pending_sign_in
    assert was is not None
    assert is_now is not None
    assert (is_now.next_step, is_now.login_id, is_now.issued_at) == (was.next_step, was.login_id, was.issued_at)
    auth.confirm_sign_in("123456", session=second)
    assert second.sign_in_details == auth.SignInDetails(login_id="alice", auth_flow_type="USER_PASSWORD_AUTH")


@pytest.mark.parametrize(
    ("minutes", "seconds", "lives"), [(15, 899, True), (15, 901, False), (3, 179, True), (3, 181, False)]
)
def test_b08_a_sign_in_waits_as_long_as_the_client_allows(
    minutes: int, seconds: int, lives: bool, bed: MockCognito, pool_of: PoolOf, name: str
) -> None:
    """Three minutes were fixed, while a client may allow fifteen; and they were looked at only when restored."""
    pool = pool_of(mfa="OPTIONAL", client_options={"AuthSessionValidity": minutes})
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    first, second = auth.Session(**pool.config), auth.Session(**pool.config)
    auth.sign_in(name, PASSWORD, session=first)
    bed.clock.advance(seconds)
    second.restore_state(first.export_state())
    if lives:
        assert auth.confirm_sign_in(pool.code(name), session=second).is_signed_in
    else:
        with pytest.raises(errors.PendingSignInExpired):
            auth.confirm_sign_in(pool.code(name), session=second)
        assert second.pending_sign_in is None


def test_b09_a_sign_in_under_way_is_a_value_that_goes_anywhere(pool_of: PoolOf, name: str) -> None:
    """There was one for the whole process, and no way to go on with it elsewhere."""
    pool = pool_of(mfa="OPTIONAL")
    here = [auth.Session(**pool.config) for _ in range(2)]
    for number, session in enumerate(here):
        pool.create_user(f"{name}-{number}", PASSWORD, mfa=("SMS_MFA",))
        auth.sign_in(f"{name}-{number}", PASSWORD, session=session)
    for number, session in enumerate(here):
        there = auth.Session(**pool.config)
        there.restore_state(session.export_state())
        assert auth.confirm_sign_in(pool.code(f"{name}-{number}"), session=there).is_signed_in
        assert there.username == f"{name}-{number}"


def test_b10_a_question_does_not_survive_a_sign_out(session: auth.Session, cognito: ScriptedCognito) -> None:
    """The next user's answer could go to the last user's question."""
    _ask(session, cognito, asks("SMS_MFA"))
    auth.sign_out(session=session)
    assert session.pending_sign_in is None
    with pytest.raises(errors.SignInException):
        auth.confirm_sign_in("123456", session=session)
    assert cognito.operations == ["InitiateAuth"]


def test_b10_a_question_does_not_survive_the_next_sign_in_even_one_that_fails(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """Whoever starts anew has given up what waited: an answer must not go to the first user's question."""
    _ask(session, cognito, asks("SMS_MFA"))
    cognito.on("InitiateAuth", refuses("NotAuthorizedException", "Incorrect username or password."))
    with pytest.raises(errors.NotAuthorizedException):
        auth.sign_in("bob", "wrong", session=session)
    with pytest.raises(errors.SignInException):
        auth.confirm_sign_in("123456", session=session)


def test_b11_a_wrong_code_is_told_from_a_session_that_is_over(session: auth.Session, cognito: ScriptedCognito) -> None:
    """A spent session was kept for good: every later answer said that it is invalid."""
    wrong = refuses("CodeMismatchException", "Invalid code or auth state for the user.")
    _ask(session, cognito, asks("SMS_MFA"), wrong, CLOSED)
    with pytest.raises(errors.CodeMismatchException):
        auth.confirm_sign_in("000000", session=session)
    assert session.pending_sign_in is not None
    with pytest.raises(errors.PendingSignInExpired) as caught:
        auth.confirm_sign_in("123456", session=session)
    assert isinstance(caught.value, errors.SignInException)
    assert isinstance(caught.value, errors.NotAuthorizedException)
    assert session.pending_sign_in is None


@pytest.mark.parametrize("factor", ["PASSWORD", "PASSWORD_SRP"])
def test_b12_after_a_wrong_password_another_one_can_be_given(factor: str, pool_of: PoolOf, name: str) -> None:
    """Nobody knew what state the sign-in was in; with SRP its session was spent, and the right password failed."""
    pool = pool_of(mfa="OPTIONAL")
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    session = auth.Session(**pool.config)
    auth.sign_in(name, auth_flow_type="USER_AUTH", session=session)
    auth.confirm_sign_in(factor, session=session)
    for wrong in ("wrong", "wrong again"):
        with pytest.raises(errors.NotAuthorizedException, match="Incorrect"):
            auth.confirm_sign_in(wrong, session=session)
        assert session.pending_sign_in is not None
        assert isinstance(session.pending_sign_in.next_step, auth.ConfirmSignInWithPassword)
    assert isinstance(auth.confirm_sign_in(PASSWORD, session=session).next_step, auth.ConfirmSignInWithSmsCode)
    assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in


def test_b13_the_available_first_factors_are_remembered(session: auth.Session, cognito: ScriptedCognito) -> None:
    """Only InitiateAuth lists them; when asked again they were undefined."""
    first = asks("SELECT_CHALLENGE", available=list(CHOICES))
    step = _ask(session, cognito, first, asks("SELECT_CHALLENGE", NEXT))
    assert auth.confirm_sign_in("EMAIL_OTP", session=session).next_step == step
    assert step == auth.ContinueSignInWithFirstFactorSelection(available_challenges=CHOICES)


@pytest.mark.parametrize(
    ("choices", "answer"),
    [((), "123456"), ((), "alice@example.com"), (("EMAIL",), "123456"), (("TOTP",), "alice@example.com")],
)
def test_b14_an_answer_to_a_set_up_goes_by_the_step_that_was_offered(
    choices: tuple[str, ...], answer: str, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """What it meant was guessed from its text: digits, an at sign, a key word."""
    cognito.always("AssociateSoftwareToken", says(SecretCode="SECRET", Session=NEXT))
    _ask(session, cognito, asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]'))
    for choice in choices:
        auth.confirm_sign_in(choice, session=session)
    before, sent = session.pending_sign_in, len(cognito.requests)
    with pytest.raises(auth.AuthValidationError):
        auth.confirm_sign_in(answer, session=session)
    assert (session.pending_sign_in, len(cognito.requests)) == (before, sent)


@pytest.mark.parametrize(
    ("parameters", "shown"),
    [
        ({}, "none given"),
        ({"MFAS_CAN_SETUP": "[]"}, "none given"),
        ({"MFAS_CAN_SETUP": '["SMS_MFA"]'}, "SMS_MFA"),
        ({"MFAS_CAN_SETUP": '["RETINA_SCAN"]'}, "RETINA_SCAN"),
        ({"MFAS_CAN_SETUP": "['SMS_MFA']"}, "['SMS_MFA']"),
        ({"MFAS_CAN_SETUP": '{"a": 1}'}, '{"a": 1}'),
        ({"MFAS_CAN_SETUP": "[1]"}, "[1]"),
    ],
)
def test_b15_a_set_up_that_is_not_possible_is_an_error_that_shows_what_was_offered(
    parameters: dict[str, str], shown: str, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """It was an opaque exception, or ``Unknown`` where the JSON was broken."""
    with pytest.raises(auth.AuthProtocolError, match=re.escape(shown)):
        _ask(session, cognito, asks("MFA_SETUP", **parameters))
    assert session.pending_sign_in is None


@pytest.mark.parametrize("answer", [{"Status": "ERROR", "Session": NEXT}, {"Session": NEXT}, {"Status": "Success"}])
def test_b16_an_authenticator_that_cognito_did_not_accept_is_not_set_up(
    answer: dict[str, str], session: auth.Session, cognito: ScriptedCognito
) -> None:
    """``Status`` was not looked at."""
    cognito.always("AssociateSoftwareToken", says(SecretCode="SECRET", Session=NEXT))
    _ask(session, cognito, asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA"]'))
    cognito.on("VerifySoftwareToken", says(**answer))
    with pytest.raises(auth.AuthServiceError) as caught:
        auth.confirm_sign_in("123456", session=session)
    assert caught.value.name == "EnableSoftwareTokenMFAException"
    assert "RespondToAuthChallenge" not in cognito.operations
    assert session.pending_sign_in is not None
    assert isinstance(session.pending_sign_in.next_step, auth.ContinueSignInWithTotpSetup)


class FullDisk:
    """A storage that keeps nothing."""

    def load(self) -> str | None:
        return None

    def save(self, record: str) -> None:
        raise auth.AuthConfigurationError("No space left on device.", name="StorageException")

    def clear(self) -> None:
        pass

    def lock(self) -> Any:
        return nullcontext()


def test_b17_a_sign_in_that_fails_at_its_last_step_signs_nobody_in(
    new_session: NewSession, cognito: ScriptedCognito
) -> None:
    """Tokens were stored before all was done: signIn raised, and the next one said that somebody is signed in."""
    session = new_session(storage=FullDisk())
    seen: list[str] = []
    session.add_listener(lambda event: seen.append(event.name))
    cognito.always("InitiateAuth", signs_in())
    for _ in range(2):
        with pytest.raises(auth.AuthConfigurationError):
            auth.sign_in("alice", PASSWORD, session=session)
        assert (session.is_signed_in, session.tokens, session.pending_sign_in) == (False, None, None)
    assert seen == []


def test_b17_tokens_that_are_dead_on_arrival_and_listeners_that_fail_harm_nothing(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """The event of a sign-in looked at the tokens again, and its failure became the sign-in's."""

    def fail(event: object) -> None:
        raise RuntimeError("a listener's own trouble")

    session.add_listener(fail)
    cognito.on("InitiateAuth", says(AuthenticationResult={**tokens(), "ExpiresIn": 0}))
    assert auth.sign_in("alice", PASSWORD, session=session).is_signed_in
    assert session.tokens is not None
    assert session.tokens.is_expired


@pytest.mark.parametrize("id_token", [True, False])
def test_b18_whether_somebody_is_signed_in_is_known_without_a_request(
    id_token: bool, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """The check refreshed tokens first, swallowed every error, and overlooked users without an ID token."""
    result = {**tokens(), "ExpiresIn": 0}
    if not id_token:
        del result["IdToken"]
    cognito.on("InitiateAuth", says(AuthenticationResult=result))
    auth.sign_in("alice", PASSWORD, session=session)
    for _ in range(2):
        with pytest.raises(errors.UserAlreadyAuthenticatedException) as caught:
            auth.sign_in("bob", PASSWORD, session=session)
        assert "sign_out" in (caught.value.recovery_suggestion or "")
    assert cognito.operations == ["InitiateAuth"]
    assert session.username == "alice"


def test_b19_a_missing_password_is_told_with_the_flows_that_need_none(
    new_session: NewSession, cognito: ScriptedCognito
) -> None:
    """With a name alone SRP failed, without a word of why; and no configuration chose another flow."""
    with pytest.raises(auth.AuthValidationError) as caught:
        auth.sign_in("alice", session=new_session(auth_flow_type="USER_SRP_AUTH"))
    assert caught.value.name == "EmptySignInPassword"
    assert "USER_AUTH" in (caught.value.recovery_suggestion or "")
    cognito.on("InitiateAuth", asks("EMAIL_OTP"))
    session = new_session(auth_flow_type="USER_AUTH")
    assert isinstance(auth.sign_in("alice", session=session).next_step, auth.ConfirmSignInWithEmailCode)


@pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "USER_SRP_AUTH", "CUSTOM_WITH_SRP", "confirm_sign_in"])
@pytest.mark.parametrize(
    ("code", "step"),
    [("UserNotConfirmedException", auth.ConfirmSignUp), ("PasswordResetRequiredException", auth.ResetPassword)],
)
def test_b20_a_refusal_that_is_a_step_keeps_the_refusal(
    code: str, step: type, flow: str, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """The error was gone, in some flows and not in others; nothing waits for an answer behind such a step."""
    refusal = refuses(code, "Put the account in order first.")
    if flow == "confirm_sign_in":
        _ask(session, cognito, asks("SMS_MFA"), refusal)
        output = auth.confirm_sign_in("123456", session=session)
    else:
        cognito.on("InitiateAuth", refusal)
        output = auth.sign_in("alice", PASSWORD, auth_flow_type=flow, session=session)
    assert isinstance(output.next_step, step)
    error = output.next_step.error  # type: ignore[attr-defined]
    assert (error.name, error.message, error.request_id) == (code, "Put the account in order first.", "request-1")
    assert not output.is_signed_in
    assert session.pending_sign_in is None


def test_b21_a_sign_in_code_can_be_sent_again(pool_of: PoolOf, name: str) -> None:
    """There was no way but to type everything again."""
    pool = pool_of(mfa="OPTIONAL")
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    session = auth.Session(**pool.config)
    auth.sign_in(name, PASSWORD, client_metadata={"a": "b"}, session=session)
    first = pool.code(name)
    step = auth.resend_sign_in_code(session=session).next_step
    assert isinstance(step, auth.ConfirmSignInWithSmsCode)
    assert pool.code(name) != first
    with pytest.raises(errors.CodeMismatchException):
        auth.confirm_sign_in(first, session=session)
    assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in


def test_b21_a_resend_that_fails_leaves_the_first_code_good(session: auth.Session, cognito: ScriptedCognito) -> None:
    """What waits is given up only for something better."""
    _ask(session, cognito, asks("SMS_MFA"), signs_in())
    before = session.pending_sign_in
    cognito.on("InitiateAuth", refuses("LimitExceededException"))
    with pytest.raises(errors.LimitExceededException):
        auth.resend_sign_in_code(session=session)
    assert session.pending_sign_in is before
    assert auth.confirm_sign_in("123456", session=session).is_signed_in


@pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "CUSTOM_WITHOUT_SRP", "CUSTOM_WITH_SRP", "USER_AUTH"])
def test_b22_every_flow_treats_automatic_sign_ins_alike(
    flow: str, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """The custom flows left them standing. Now a failure leaves them in every flow, and a success ends them."""
    cognito.on("SignUp", says(UserConfirmed=True, UserSub="1"))
    auth.sign_up("bob", PASSWORD, auto_sign_in={"auth_flow_type": "USER_PASSWORD_AUTH"}, session=session)
    password = None if flow in ("CUSTOM_WITHOUT_SRP", "USER_AUTH") else PASSWORD
    cognito.on("InitiateAuth", refuses("NotAuthorizedException", "Incorrect username or password."))
    with pytest.raises(errors.NotAuthorizedException):
        auth.sign_in("alice", password, auth_flow_type=flow, session=session)
    assert '"bob"' in session.export_state()
    cognito.on("InitiateAuth", signs_in())
    auth.sign_in("alice", password, auth_flow_type=flow, session=session)
    assert '"bob"' not in session.export_state()


@pytest.mark.parametrize("answer", [says(), says(ChallengeName=""), says(ChallengeParameters={}), text("")], ids=str)
def test_b23_an_empty_answer_is_an_error_in_plain_words(
    answer: Any, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """It was "undefined challengeName ... not addressed"."""
    cognito.on("InitiateAuth", answer)
    with pytest.raises(auth.AuthProtocolError, match="neither tokens nor a challenge") as caught:
        auth.sign_in("alice", PASSWORD, session=session)
    assert not re.search("undefined|None", caught.value.message)


def test_b24_texts_are_clean(session: auth.Session, cognito: ScriptedCognito) -> None:
    """Some lacked a blank between sentences, others held raw line ends and tabs."""
    cognito.always("InitiateAuth", asks("MFA_SETUP", MFAS_CAN_SETUP='["SMS_MFA"]'))
    calls: list[Callable[[], object]] = [
        lambda: auth.confirm_sign_in("123456", session=session),
        lambda: auth.resend_sign_in_code(session=session),
        lambda: auth.auto_sign_in(session=session),
        lambda: auth.sign_in("", session=session),
        lambda: auth.sign_in("alice", session=session),
        lambda: auth.sign_in("alice", PASSWORD, auth_flow_type="CUSTOM_WITHOUT_SRP", session=session),
        lambda: auth.sign_in("alice", PASSWORD, session=session),
        lambda: auth.sign_up("", session=session),
        lambda: auth.confirm_sign_up("alice", "", session=session),
        lambda: auth.Session(user_pool_id="x"),
    ]
    for call in calls:
        with pytest.raises(auth.AuthError) as caught:
            call()
        for words in (caught.value.message, caught.value.recovery_suggestion or ""):
            assert not re.search(r"[\n\t]|  |[a-z][.!?][A-Z]", words), words
            assert words == words.strip()
    kinds = [getattr(errors, name) for name in errors.__all__]
    for kind in kinds:
        words = getattr(kind, "default_recovery_suggestion", None) or ""
        assert not re.search(r"[\n\t]|  |[a-z][.!?][A-Z]", words), words


@pytest.mark.parametrize("failure", [HANGS_UP, page(500), page(503)], ids=str)
def test_b25_an_answer_is_not_repeated_blindly(failure: Any, session: auth.Session, cognito: ScriptedCognito) -> None:
    """After a 5xx or a timeout a second request met a spent session, or the name that the first had taken."""
    _ask(session, cognito, asks("SMS_MFA"), failure)
    cognito.always("SignUp", failure)
    for call in (lambda: auth.confirm_sign_in("1", session=session), lambda: auth.sign_up("bob", "p", session=session)):
        with pytest.raises(auth.AuthError):
            call()
    assert cognito.operations == ["InitiateAuth", "RespondToAuthChallenge", "SignUp"]


def test_b26_a_secret_that_was_shown_stays_the_secret(session: auth.Session, cognito: ScriptedCognito) -> None:
    """Each time that the step was made, AssociateSoftwareToken silently replaced what the user had typed off."""
    _ask(session, cognito, asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]'))
    cognito.on("AssociateSoftwareToken", says(SecretCode="SHOWN", Session=NEXT))
    shown = auth.confirm_sign_in("TOTP", session=session).next_step
    assert auth.confirm_sign_in("TOTP", session=session).next_step == shown
    auth.confirm_sign_in("EMAIL", session=session)
    assert auth.confirm_sign_in("TOTP", session=session).next_step == shown
    assert isinstance(shown, auth.ContinueSignInWithTotpSetup)
    assert shown.totp_setup_details.shared_secret == "SHOWN"
    assert session.pending_sign_in is not None
    assert cognito.operations.count("AssociateSoftwareToken") == 1
