"""Passkeys as first factor: preferred, chosen, refused, absent; the assertions are really verified."""

import functools
import itertools
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito, MockPool, SoftwarePasskey
from tests.support.makers import NewSession, PoolOf, SessionOf
from tests.support.scripted_cognito import ScriptedCognito, asks

PASSWORD = "Passw0rd!"
_numbers = itertools.count()


@pytest.fixture(params=[False, True], ids=["public", "confidential"])
def pool(request: pytest.FixtureRequest, pool_of: PoolOf) -> MockPool:
    return pool_of(name="passkeys", client_secret=request.param, device_tracking="OFF")


@pytest.fixture
def passkey(pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito) -> SoftwarePasskey:
    """The user's authenticator, with a key that is registered."""
    pool.create_user(name, PASSWORD)
    passkey, session = SoftwarePasskey(), session_of(pool)
    auth.sign_in(name, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)
    register(session, passkey)
    cognito.calls.clear()
    return passkey


@functools.cache
def _client() -> Any:
    return boto3.client("cognito-idp", "us-east-1", config=Config(signature_version=UNSIGNED))


def register(session: auth.Session, passkey: SoftwarePasskey) -> None:
    client = _client()
    assert session.tokens is not None
    token = session.tokens.access_token
    options = client.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    client.complete_web_authn_registration(AccessToken=token, Credential=passkey.create(options))


def _user_auth(name: str, session: auth.Session, **options: Any) -> auth.SignInOutput:
    return auth.sign_in(name, auth_flow_type="USER_AUTH", session=session, **options)


def test_a_preferred_passkey_signs_in_at_once(
    pool: MockPool, passkey: SoftwarePasskey, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    session = session_of(pool, passkey=passkey)
    assert _user_auth(name, session, preferred_challenge="WEB_AUTHN").is_signed_in
    assert session.username == name
    assert cognito.calls.operations == ("InitiateAuth", "RespondToAuthChallenge")


def test_a_chosen_passkey_signs_in(pool: MockPool, passkey: SoftwarePasskey, session_of: SessionOf, name: str) -> None:
    session = session_of(pool, passkey=passkey)
    step = _user_auth(name, session).next_step
    assert isinstance(step, auth.ContinueSignInWithFirstFactorSelection)
    assert "WEB_AUTHN" in step.available_challenges
    assert auth.confirm_sign_in("WEB_AUTHN", session=session).is_signed_in


@pytest.mark.parametrize("start", ["preferred", "chosen"])
@pytest.mark.parametrize(
    ("presence", "error"),
    [("refusing", "PasskeyAuthenticationCanceled"), ("absent", "PasskeyNotSupported")],
)
@pytest.mark.parametrize("then", ["again", "EMAIL_OTP", "PASSWORD"])
@pytest.mark.parametrize("pool", [True], indirect=True, ids=["confidential"])
def test_an_authenticator_that_gives_nothing_leaves_the_choice_of_a_factor(
    start: str,
    presence: Any,
    error: str,
    then: str,
    pool: MockPool,
    passkey: SoftwarePasskey,
    session_of: SessionOf,
    name: str,
) -> None:
    session = session_of(pool, passkey=passkey)
    passkey.presence = presence
    if start == "chosen":
        _user_auth(name, session)
    ask = functools.partial(auth.confirm_sign_in, "WEB_AUTHN", session=session)
    if start == "preferred":
        ask = functools.partial(_user_auth, name, session, preferred_challenge="WEB_AUTHN")
    with pytest.raises(errors.PasskeyError) as caught:
        ask()
    assert caught.value.name == error
    assert caught.value.recovery_suggestion
    assert session.pending_sign_in is not None
    assert isinstance(session.pending_sign_in.next_step, auth.ContinueSignInWithFirstFactorSelection)
    passkey.presence = "present"
    if then == "again":
        assert auth.confirm_sign_in("WEB_AUTHN", session=session).is_signed_in
    elif then == "PASSWORD":
        auth.confirm_sign_in("PASSWORD", session=session)
        assert auth.confirm_sign_in(PASSWORD, session=session).is_signed_in
    else:
        auth.confirm_sign_in("EMAIL_OTP", session=session)
        assert auth.confirm_sign_in(pool.code(name, "EMAIL_OTP"), session=session).is_signed_in


@pytest.mark.parametrize("then", ["WEB_AUTHN", "PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP"])
def test_after_a_cancelled_preferred_passkey_every_factor_that_is_offered_works(
    then: str, pool: MockPool, passkey: SoftwarePasskey, session_of: SessionOf, name: str
) -> None:
    session = session_of(pool, passkey=passkey)
    passkey.presence = "refusing"
    with pytest.raises(errors.PasskeyError):
        _user_auth(name, session, preferred_challenge="WEB_AUTHN")
    assert session.pending_sign_in is not None
    step = session.pending_sign_in.next_step
    assert isinstance(step, auth.ContinueSignInWithFirstFactorSelection)
    assert step.available_challenges == ("WEB_AUTHN", "PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP")
    passkey.presence = "present"
    output = auth.confirm_sign_in(then.lower(), session=session)
    if then in ("PASSWORD", "PASSWORD_SRP"):
        output = auth.confirm_sign_in(PASSWORD, session=session)
    if then in ("EMAIL_OTP", "SMS_OTP"):
        output = auth.confirm_sign_in(pool.code(name, then), session=session)
    assert output.is_signed_in


def test_a_factor_that_the_user_does_not_have_leads_to_cognitos_list(
    pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    """The list of a passkey that was preferred is of what the backend may have. Cognito knows what the user has."""
    passkey, registering = SoftwarePasskey(), session_of(pool)
    pool.create_user(name, PASSWORD, attributes={"phone_number_verified": "false"})
    auth.sign_in(name, PASSWORD, session=registering)
    register(registering, passkey)
    session = session_of(pool, passkey=passkey)
    passkey.presence = "refusing"
    with pytest.raises(errors.PasskeyError):
        _user_auth(name, session, preferred_challenge="WEB_AUTHN")
    step = auth.confirm_sign_in("SMS_OTP", session=session).next_step
    assert isinstance(step, auth.ContinueSignInWithFirstFactorSelection)
    assert step.available_challenges == ("PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "WEB_AUTHN")


@pytest.mark.parametrize(
    ("passwordless", "offered"),
    [
        ({"email_otp_enabled": True}, ("WEB_AUTHN", "PASSWORD", "PASSWORD_SRP", "EMAIL_OTP")),
        ({"sms_otp_enabled": True, "email_otp_enabled": False}, ("WEB_AUTHN", "PASSWORD", "PASSWORD_SRP", "SMS_OTP")),
        ({}, ("WEB_AUTHN", "PASSWORD", "PASSWORD_SRP")),
    ],
    ids=["e-mail", "text messages", "none"],
)
def test_a_factor_that_the_backend_lacks_is_not_offered(
    passwordless: dict[str, Any],
    offered: tuple[str, ...],
    pool: MockPool,
    passkey: SoftwarePasskey,
    session_of: SessionOf,
    name: str,
) -> None:
    session = session_of(pool, passkey=passkey, passwordless={"web_authn": {"user_verification": "x"}, **passwordless})
    passkey.presence = "refusing"
    with pytest.raises(errors.PasskeyError):
        _user_auth(name, session, preferred_challenge="WEB_AUTHN")
    assert session.pending_sign_in is not None
    assert session.pending_sign_in.next_step == auth.ContinueSignInWithFirstFactorSelection(
        available_challenges=offered
    )


@pytest.mark.parametrize(
    ("listed", "offered"),
    [
        (["EMAIL_OTP", "WEB_AUTHN"], ("EMAIL_OTP", "WEB_AUTHN")),
        (["WEB_AUTHN"], ("WEB_AUTHN", "PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP")),
    ],
    ids=["all", "itself"],
)
def test_a_list_that_comes_with_the_passkeys_challenge_is_used_if_it_has_others(
    listed: list[str], offered: tuple[str, ...], scripted: ScriptedCognito, new_session: NewSession
) -> None:
    """The model allows it; for other challenges that were not chosen, the list has that challenge only."""
    options = '{"challenge": "AAAA"}'
    scripted.always("InitiateAuth", asks("WEB_AUTHN", available=listed, CREDENTIAL_REQUEST_OPTIONS=options))
    scripted.always("RespondToAuthChallenge", asks("EMAIL_OTP"))
    session = new_session()
    with pytest.raises(errors.PasskeyError):
        _user_auth("alice", session, preferred_challenge="WEB_AUTHN")
    assert session.pending_sign_in is not None
    assert session.pending_sign_in.next_step == auth.ContinueSignInWithFirstFactorSelection(
        available_challenges=offered
    )
    assert isinstance(auth.confirm_sign_in("EMAIL_OTP", session=session).next_step, auth.ConfirmSignInWithEmailCode)


def test_a_session_without_an_authenticator_is_told_what_to_give_it(
    pool: MockPool, passkey: SoftwarePasskey, session_of: SessionOf, name: str
) -> None:
    session = session_of(pool)
    with pytest.raises(errors.PasskeyError, match="without an authenticator") as caught:
        _user_auth(name, session, preferred_challenge="WEB_AUTHN")
    assert caught.value.name == "PasskeyNotSupported"
    auth.confirm_sign_in("PASSWORD_SRP", session=session)
    assert auth.confirm_sign_in(PASSWORD, session=session).is_signed_in


def test_anothers_passkey_does_not_sign_in(
    pool: MockPool, passkey: SoftwarePasskey, session_of: SessionOf, name: str
) -> None:
    """Its assertion is refused by Cognito, or it has no key that was asked for."""
    other = f"other{next(_numbers)}"
    pool.create_user(other, PASSWORD)
    others = SoftwarePasskey()
    registering = session_of(pool)
    auth.sign_in(other, PASSWORD, session=registering)
    register(registering, others)

    class Impostor:
        """Signs whatever is asked with the other's key."""

        def get(self, options: dict[str, Any]) -> dict[str, Any]:
            return others.get({**options, "allowCredentials": []})

        def create(self, options: dict[str, Any]) -> dict[str, Any]:
            raise NotImplementedError

    session = session_of(pool, passkey=Impostor())
    with pytest.raises(errors.NotAuthorizedException):
        _user_auth(name, session, preferred_challenge="WEB_AUTHN")
    session = session_of(pool, passkey=others)
    with pytest.raises(errors.PasskeyError):
        _user_auth(name, session, preferred_challenge="WEB_AUTHN")
    assert not session.is_signed_in


@pytest.mark.parametrize(
    "credential", [None, {}, {"id": ""}, {"id": 5}, {"id": "1", "rawId": b"1"}, "credential"], ids=str
)
def test_an_answer_of_an_authenticator_that_is_no_credential_is_not_sent(
    credential: Any, pool: MockPool, passkey: SoftwarePasskey, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    class Broken:
        def get(self, options: dict[str, Any]) -> Any:
            return credential

        def create(self, options: dict[str, Any]) -> Any:
            raise NotImplementedError

    session = session_of(pool, passkey=Broken())
    with pytest.raises(errors.PasskeyError) as caught:
        _user_auth(name, session, preferred_challenge="WEB_AUTHN")
    assert caught.value.name == "PasskeyRetrievalFailed"
    assert cognito.calls.operations == ("InitiateAuth",)


def test_a_passkey_survives_in_another_process_as_a_choice(
    pool: MockPool, passkey: SoftwarePasskey, session_of: SessionOf, name: str
) -> None:
    first, second = session_of(pool), session_of(pool, passkey=passkey)
    with pytest.raises(errors.PasskeyError):
        _user_auth(name, first, preferred_challenge="WEB_AUTHN")
    second.restore_state(first.export_state())
    assert auth.confirm_sign_in("WEB_AUTHN", session=second).is_signed_in
