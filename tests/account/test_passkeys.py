"""Passkeys are registered, listed and deleted; the attestations and the assertions are really verified."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from typing import Any

import pytest
from fido2.client import ClientError
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito, MockPool, PasskeyCeremonyError, SoftwarePasskey
from tests.support.arrivals import POOLS, WAYS, Arrive
from tests.support.makers import NewSession, PoolOf, SessionOf
from tests.support.rows import EveryRow
from tests.support.scripted_cognito import HANGS_UP, ScriptedCognito, page, refuses, says, signs_in, text
from tests.support.users import PASSWORD

START, COMPLETE = "StartWebAuthnRegistration", "CompleteWebAuthnRegistration"
OPTIONS = {"challenge": "AAAA", "user": {"id": "YQ"}, "rp": {"id": "localhost"}, "pubKeyCredParams": [{"alg": -7}]}
CREDENTIAL = {"id": "credential", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}}


class Authenticator:
    """Does what a function does. It counts how often it was asked."""

    def __init__(self, create: Callable[[dict[str, Any]], Any]) -> None:
        self._create = create
        self.asked = 0

    def create(self, options: dict[str, Any]) -> Any:
        self.asked += 1
        return self._create(options)

    def get(self, options: dict[str, Any]) -> Any:
        raise NotImplementedError


@pytest.fixture
def pool(kind: str, pool_of: PoolOf) -> MockPool:
    return pool_of(name="passkeys", **POOLS[kind])


@pytest.fixture
def answering(scripted: ScriptedCognito, new_session: NewSession) -> Callable[..., auth.Session]:
    """A session with this authenticator, at a service that says what the test tells it to. alice is signed in."""

    def make(passkey: object = None, **options: Any) -> auth.Session:
        scripted.clear()
        scripted.on("InitiateAuth", signs_in())
        scripted.always(START, says(CredentialCreationOptions=OPTIONS))
        scripted.always(COMPLETE, says())
        session = new_session(passkey=passkey, **options)
        auth.sign_in("alice", PASSWORD, session=session)
        return session

    return make


each_way = pytest.mark.parametrize("way", WAYS)
public_only = pytest.mark.parametrize("kind", ["public"], indirect=True)


def _signs_in_with_a_passkey(typed: str, session: auth.Session) -> None:
    auth.sign_out(session=session)
    output = auth.sign_in(typed, auth_flow_type="USER_AUTH", preferred_challenge="WEB_AUTHN", session=session)
    assert output.is_signed_in


class TestAssociate:
    @each_way
    def test_a_passkey_that_was_made_signs_its_user_in(
        self, way: str, start: Arrive, typed: str, cognito: MockCognito
    ) -> None:
        passkey = SoftwarePasskey()
        session = start(way, passkey=passkey)
        cognito.calls.clear()
        auth.associate_web_authn_credential(session=session)

        assert cognito.calls.operations == (START, COMPLETE)
        assert len(passkey.credential_ids) == 1
        _signs_in_with_a_passkey(typed, session)

    @public_only
    def test_an_authenticator_makes_no_second_passkey_for_a_user_and_another_one_does(
        self, start: Arrive, pool: MockPool, session_of: SessionOf, typed: str
    ) -> None:
        session = start(passkey=SoftwarePasskey())
        auth.associate_web_authn_credential(session=session)
        with pytest.raises(errors.PasskeyError) as caught:
            auth.associate_web_authn_credential(session=session)
        assert caught.value.name == "PasskeyAlreadyExists"
        assert "sign in with it" in str(caught.value.recovery_suggestion)
        other = start(passkey=SoftwarePasskey())
        auth.associate_web_authn_credential(session=other)
        assert len(auth.list_web_authn_credentials(session=session).credentials) == 2

    @public_only
    @pytest.mark.parametrize("form", ["fido2", "few members", "members that are None", "tuples"])
    def test_what_libraries_return_is_completed(
        self, form: str, start: Arrive, typed: str, cognito: MockCognito
    ) -> None:
        real = SoftwarePasskey()

        def create(options: dict[str, Any]) -> Any:
            made = real.create(options)
            response = {name: made["response"][name] for name in ("clientDataJSON", "attestationObject")}
            few = {"id": made["id"], "response": response}
            forms: dict[str, Any] = {
                "fido2": RegistrationResponse.from_dict(made),
                "few members": few,
                "members that are None": {
                    **few,
                    "rawId": None,
                    "type": None,
                    "clientExtensionResults": None,
                    "authenticatorAttachment": None,
                    "response": {**response, "transports": None, "publicKey": None, "deep": {"x": [{"y": None}, None]}},
                },
                "tuples": {**made, "response": {**response, "transports": ("usb", "nfc")}},
            }
            return forms[form]

        class Both(Authenticator):
            def get(self, options: dict[str, Any]) -> Any:
                made = real.get(options)
                return AuthenticationResponse.from_dict(made) if form == "fido2" else made

        session = start(passkey=Both(create))
        auth.associate_web_authn_credential(session=session)
        sent = cognito.calls.last(COMPLETE).reveal()["Credential"]
        assert (sent["type"], sent["rawId"]) == ("public-key", sent["id"])
        assert sent["clientExtensionResults"] == {}
        assert sent["response"]["transports"] == (["usb", "nfc"] if form == "tuples" else [])
        assert not _has_none(sent)
        _signs_in_with_a_passkey(typed, session)

    def test_a_browsers_form_is_sent_as_it_is(
        self, answering: Callable[..., auth.Session], scripted: ScriptedCognito
    ) -> None:
        full = SoftwarePasskey().create({**OPTIONS, "user": {"id": "YQ", "name": "alice"}})
        session = answering(Authenticator(lambda options: full))
        auth.associate_web_authn_credential(session=session)
        (sent,) = scripted.of(COMPLETE)

        assert sent["Credential"] == full, "an object, not a text"
        assert set(sent) == {"AccessToken", "Credential"}
        (started,) = scripted.of(START)
        assert set(started) == {"AccessToken"}

    def test_the_authenticator_gets_all_options(self, answering: Callable[..., auth.Session]) -> None:
        seen: list[dict[str, Any]] = []
        session = answering(Authenticator(lambda options: seen.append(options) or CREDENTIAL))
        auth.associate_web_authn_credential(session=session)

        assert seen == [OPTIONS]
        assert type(seen[0]) is dict

    @public_only
    def test_a_session_without_an_authenticator_sends_nothing(
        self, start: Arrive, cognito: MockCognito, clock: Callable[[float], None]
    ) -> None:
        session = start()
        cognito.calls.clear()
        clock(3600)
        with pytest.raises(errors.PasskeyError, match="without an authenticator") as caught:
            auth.associate_web_authn_credential(session=session)
        assert caught.value.name == "PasskeyNotSupported"
        assert "passkey object" in str(caught.value.recovery_suggestion)
        assert len(cognito.calls) == 0

    def test_the_time_of_a_person_is_not_counted(
        self, answering: Callable[..., auth.Session], scripted: ScriptedCognito
    ) -> None:
        def slow(options: dict[str, Any]) -> Any:
            time.sleep(1.1)
            return CREDENTIAL

        session = answering(Authenticator(slow), total_timeout=1.0)
        auth.associate_web_authn_credential(session=session)
        assert len(scripted.of(COMPLETE)) == 1

    def test_an_access_token_that_ends_in_the_ceremony_is_renewed(
        self, pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito
    ) -> None:
        pool = pool_of(access_token_validity=120, id_token_validity=120)
        pool.create_user(name, PASSWORD)
        real = SoftwarePasskey()

        def create(options: dict[str, Any]) -> Any:
            cognito.clock.advance(130)
            return real.create(options)

        session = session_of(pool, passkey=Authenticator(create))
        auth.sign_in(name, PASSWORD, session=session)
        cognito.calls.clear()
        auth.associate_web_authn_credential(session=session)
        assert cognito.calls.operations == (START, "GetTokensFromRefreshToken", COMPLETE)

    @public_only
    @pytest.mark.parametrize("operation", [START, COMPLETE])
    def test_an_access_token_that_cognito_calls_expired_is_renewed_once(
        self, operation: str, start: Arrive, cognito: MockCognito
    ) -> None:
        passkey = SoftwarePasskey()
        session = start(passkey=passkey)
        cognito.fail_next(operation, code="NotAuthorizedException", message="Access Token has expired")
        auth.associate_web_authn_credential(session=session)
        assert cognito.calls.operations.count("GetTokensFromRefreshToken") == 1
        assert len(passkey.credential_ids) == 1, "the person is asked once"

    @public_only
    def test_another_user_who_signs_in_during_the_ceremony_gets_no_passkey_of_this_one(
        self, start: Arrive, pool: MockPool, name: str, cognito: MockCognito
    ) -> None:
        other = f"{name}-other"
        pool.create_user(other, PASSWORD)
        real = SoftwarePasskey()

        def create(options: dict[str, Any]) -> Any:
            auth.sign_out(session=session)
            auth.sign_in(other, PASSWORD, session=session)
            return real.create(options)

        session = start(passkey=Authenticator(create))
        with pytest.raises(errors.UserUnAuthenticatedException):
            auth.associate_web_authn_credential(session=session)
        assert COMPLETE not in cognito.calls.operations

    @public_only
    @pytest.mark.parametrize("after", [False, True], ids=["not acted on", "acted on"])
    def test_a_registration_whose_answer_is_lost_is_not_sent_again(
        self, after: bool, start: Arrive, cognito: MockCognito, slept: list[float]
    ) -> None:
        session = start(passkey=SoftwarePasskey())
        cognito.fail_next(COMPLETE, "dropped", after=after)
        with pytest.raises(auth.AuthNetworkError, match="not known") as caught:
            auth.associate_web_authn_credential(session=session)
        assert cognito.calls.operations.count(COMPLETE) == 1
        assert not caught.value.is_retryable
        for function in ("list_web_authn_credentials()", "associate_web_authn_credential()"):
            assert function in str(caught.value.recovery_suggestion)
        assert len(auth.list_web_authn_credentials(session=session).credentials) == after

    def test_without_a_user_nothing_is_sent(self, scripted: ScriptedCognito, new_session: NewSession) -> None:
        asked = Authenticator(lambda options: CREDENTIAL)
        with pytest.raises(errors.UserUnAuthenticatedException):
            auth.associate_web_authn_credential(session=new_session(passkey=asked))
        assert (scripted.requests, asked.asked) == ([], 0)

    def test_a_pool_without_passkeys_says_so(self, pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
        pool = pool_of(first_factors=("PASSWORD",))
        pool.create_user(name, PASSWORD)
        asked = Authenticator(lambda options: CREDENTIAL)
        session = session_of(pool, passkey=asked)
        auth.sign_in(name, PASSWORD, session=session)
        with pytest.raises(errors.WebAuthnNotEnabledException):
            auth.associate_web_authn_credential(session=session)
        assert asked.asked == 0


def _has_none(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(item is None or _has_none(item) for item in value.values())
    return isinstance(value, list) and any(item is None or _has_none(item) for item in value)


# What the service refuses


def _forged(real: SoftwarePasskey, options: dict[str, Any], how: str) -> dict[str, Any]:
    made = real.create(options)
    if how == "origin":
        return SoftwarePasskey(origin="https://evil.example").create({**options, "rp": {"id": "evil.example"}})
    if how == "relying party":
        other = SoftwarePasskey().create({**options, "rp": {"id": "evil.example"}})
        made["response"]["attestationObject"] = other["response"]["attestationObject"]
    if how == "attestation":
        damaged = bytearray(websafe_decode(made["response"]["attestationObject"]))
        made["response"]["attestationObject"] = websafe_encode(bytes(damaged[:-20]))
    if how == "challenge":
        return real.create({**options, "challenge": "AAAA", "excludeCredentials": []})
    return made


@public_only
@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("origin", errors.WebAuthnOriginNotAllowedException),
        ("relying party", errors.WebAuthnRelyingPartyMismatchException),
        ("attestation", errors.InvalidParameterException),
        ("challenge", errors.WebAuthnChallengeNotFoundException),
        ("nothing", None),
    ],
)
def test_what_is_forged_is_refused(how: str, error: type[Exception] | None, start: Arrive, typed: str) -> None:
    real = SoftwarePasskey()
    session = start(passkey=Authenticator(lambda options: _forged(real, options, how)))
    if error is None:
        auth.associate_web_authn_credential(session=session)
    else:
        with pytest.raises(error):
            auth.associate_web_authn_credential(session=session)
    assert len(auth.list_web_authn_credentials(session=session).credentials) == (error is None)


# What goes wrong at the authenticator


class Property(Exception):
    """Its name cannot be read."""

    @property
    def name(self) -> str:
        raise RuntimeError


RAISED: list[tuple[Exception, str]] = [
    (PasskeyCeremonyError("NotAllowedError", "x"), "PasskeyRegistrationCanceled"),
    (PasskeyCeremonyError("InvalidStateError", "x"), "PasskeyAlreadyExists"),
    (PasskeyCeremonyError("AbortError", "x"), "PasskeyOperationAborted"),
    (PasskeyCeremonyError("SecurityError", "x"), "RelyingPartyMismatch"),
    (PasskeyCeremonyError("NotSupportedError", "x"), "PasskeyNotSupported"),
    (PasskeyCeremonyError("UnknownError", "x"), "PasskeyRegistrationFailed"),
    (ClientError.ERR.TIMEOUT(), "PasskeyRegistrationCanceled"),
    (ClientError.ERR.DEVICE_INELIGIBLE(), "PasskeyAlreadyExists"),
    (ClientError.ERR.CONFIGURATION_UNSUPPORTED(), "PasskeyNotSupported"),
    (ClientError.ERR.BAD_REQUEST(), "PasskeyRegistrationFailed"),
    (ClientError.ERR.OTHER_ERROR(), "PasskeyRegistrationFailed"),
    (OSError("no device"), "PasskeyRegistrationFailed"),
    (NotImplementedError(), "PasskeyRegistrationFailed"),
    (Property(), "PasskeyRegistrationFailed"),
    (RecursionError(), "PasskeyRegistrationFailed"),
]


def test_an_exception_of_the_authenticator_becomes_a_passkey_error(
    answering: Callable[..., auth.Session], scripted: ScriptedCognito
) -> None:
    with EveryRow() as every:
        for raised, name in RAISED:
            with every.row(f"{raised!r}"):

                def create(options: dict[str, Any], raised: Exception = raised) -> Any:
                    raise raised

                session = answering(Authenticator(create))
                with pytest.raises(errors.PasskeyError) as caught:
                    auth.associate_web_authn_credential(session=session)
                assert caught.value.name == name
                assert caught.value.__cause__ is raised
                assert caught.value.recovery_suggestion
                assert scripted.of(COMPLETE) == []


def test_an_error_of_this_library_leaves_the_authenticator_as_it_is(answering: Callable[..., auth.Session]) -> None:
    wanted = auth.AuthStateError("The person has gone.")

    def create(options: dict[str, Any]) -> Any:
        raise wanted

    with pytest.raises(auth.AuthStateError) as caught:
        auth.associate_web_authn_credential(session=answering(Authenticator(create)))
    assert caught.value is wanted


def test_an_interrupt_at_the_authenticator_is_an_interrupt(answering: Callable[..., auth.Session]) -> None:
    def create(options: dict[str, Any]) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        auth.associate_web_authn_credential(session=answering(Authenticator(create)))


class Failing(Mapping[str, Any]):
    """A mapping whose items cannot be read."""

    def __getitem__(self, key: str) -> Any:
        raise RuntimeError

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError

    def __len__(self) -> int:
        return 1


CYCLE: dict[str, Any] = {**CREDENTIAL}
CYCLE["self"] = CYCLE

NO_CREDENTIALS: list[Any] = [
    None,
    5,
    "credential",
    "{}",
    [],
    {},
    object(),
    Failing(),
    CYCLE,
    {"id": "credential"},
    {**CREDENTIAL, "id": ""},
    {**CREDENTIAL, "id": None},
    {**CREDENTIAL, "id": 5},
    {**CREDENTIAL, "id": b"credential"},
    {**CREDENTIAL, "id": "\ud800"},
    {**CREDENTIAL, "rawId": b"credential"},
    {**CREDENTIAL, "x": float("nan")},
    {**CREDENTIAL, "x": {5: "x"}},
    {**CREDENTIAL, "x": {"\ud800": "x"}},
    {**CREDENTIAL, "response": None},
    {**CREDENTIAL, "response": "x"},
    {**CREDENTIAL, "response": {}},
    {**CREDENTIAL, "response": {"clientDataJSON": "e30"}},
    {**CREDENTIAL, "response": {"clientDataJSON": "e30", "attestationObject": b"x"}},
    {**CREDENTIAL, "response": {"clientDataJSON": "", "attestationObject": "oA"}},
]


def test_an_answer_of_the_authenticator_that_is_no_credential_is_not_sent(
    answering: Callable[..., auth.Session], scripted: ScriptedCognito
) -> None:
    with EveryRow() as every:
        for number, given in enumerate(NO_CREDENTIALS):
            with every.row(f"row {number}"):
                session = answering(Authenticator(lambda options, given=given: given))
                with pytest.raises(errors.PasskeyError, match="not a credential") as caught:
                    auth.associate_web_authn_credential(session=session)
                assert caught.value.name == "PasskeyRegistrationFailed"
                assert "RegistrationResponseJSON" in str(caught.value.recovery_suggestion)
                assert caught.value.__context__ is None
                assert scripted.of(COMPLETE) == []


# Answers that cannot be right

ODD_OPTIONS: dict[str, Any] = {
    "none": {},
    "null": {"CredentialCreationOptions": None},
    "a text": {"CredentialCreationOptions": "{}"},
    "a list": {"CredentialCreationOptions": [OPTIONS]},
    "no members": {"CredentialCreationOptions": {}},
    **{
        f"{name} is {odd!r}": {"CredentialCreationOptions": {**OPTIONS, name: odd}}
        for name in OPTIONS
        for odd in (None, 5, "", True)
    },
    "a user without an id": {"CredentialCreationOptions": {**OPTIONS, "user": {"name": "alice"}}},
}


def test_options_that_cannot_be_right_are_not_shown_to_a_person(
    answering: Callable[..., auth.Session], scripted: ScriptedCognito
) -> None:
    with EveryRow() as every:
        for label, members in ODD_OPTIONS.items():
            with every.row(label):
                asked = Authenticator(lambda options: CREDENTIAL)
                session = answering(asked)
                scripted.on(START, says(**members))
                with pytest.raises(auth.AuthProtocolError) as caught:
                    auth.associate_web_authn_credential(session=session)
                assert caught.value.name == "InvalidPasskeyRegistrationOptions"
                assert caught.value.operation == START
                assert asked.asked == 0


ODD_LISTS: dict[str, dict[str, Any]] = {
    "no list": {"Credentials": "x"},
    "a passkey that is text": {"Credentials": ["x"]},
    "a passkey without an id": {"Credentials": [{}]},
    "an id that is a number": {"Credentials": [{"CredentialId": 5}]},
    "a name that is a number": {"Credentials": [{"CredentialId": "a", "FriendlyCredentialName": 5}]},
    "a domain that is a list": {"Credentials": [{"CredentialId": "a", "RelyingPartyId": ["x"]}]},
    "transports that are a number": {"Credentials": [{"CredentialId": "a", "AuthenticatorTransports": 5}]},
    "a transport that is a number": {"Credentials": [{"CredentialId": "a", "AuthenticatorTransports": [5]}]},
    "a date that is none": {"Credentials": [{"CredentialId": "a", "CreatedAt": "soon"}]},
    "a token that is a number": {"Credentials": [], "NextToken": 5},
}


def test_a_list_that_cannot_be_right_is_a_typed_error(
    answering: Callable[..., auth.Session], scripted: ScriptedCognito
) -> None:
    session = answering()
    with EveryRow() as every:
        for label, members in ODD_LISTS.items():
            for options in ({}, {"page_size": 5}):
                with every.row(label):
                    scripted.on("ListWebAuthnCredentials", says(**members))
                    with pytest.raises(auth.AuthProtocolError) as caught:
                        auth.list_web_authn_credentials(**options, session=session)
                    assert caught.value.operation == "ListWebAuthnCredentials"


def test_what_is_no_answer_of_cognito_is_a_typed_error(
    answering: Callable[..., auth.Session], scripted: ScriptedCognito
) -> None:
    """For the operations that answer nothing too. Members that are not known do no harm."""
    calls: dict[str, Callable[[auth.Session], object]] = {
        START: lambda session: auth.associate_web_authn_credential(session=session),
        COMPLETE: lambda session: auth.associate_web_authn_credential(session=session),
        "ListWebAuthnCredentials": lambda session: auth.list_web_authn_credentials(session=session),
        "DeleteWebAuthnCredential": lambda session: auth.delete_web_authn_credential("a", session=session),
        "ListDevices": lambda session: auth.fetch_devices(session=session),
        "ForgetDevice": lambda session: auth.forget_device("a", session=session),
    }
    answers = {
        "a page": page(200),
        "a page with 502": page(502),
        "a list": text("[]"),
        "a text": text('"x"'),
        "broken JSON": text('{"a'),
        "nothing": HANGS_UP,
        "a refusal": refuses("BrandNewException", "x"),
    }
    with EveryRow() as every:
        for operation, call in calls.items():
            for label, answer in answers.items():
                with every.row(f"{operation}: {label}"):
                    session = answering(Authenticator(lambda options: CREDENTIAL))
                    scripted.always(operation, answer)
                    with pytest.raises(auth.AuthError) as caught:
                        call(session)
                    assert caught.value.operation == operation
                    assert session.is_signed_in
            if operation != START:
                with every.row(f"{operation}: an unknown member"):
                    session = answering(Authenticator(lambda options: CREDENTIAL))
                    scripted.always(operation, says(Brand="new"))
                    call(session)


class TestList:
    @each_way
    def test_all_passkeys_of_the_user_are_listed(self, way: str, start: Arrive) -> None:
        built_in, key = SoftwarePasskey(), SoftwarePasskey(attachment="cross-platform", transports=("usb", "nfc"))
        for passkey in (built_in, key):
            auth.associate_web_authn_credential(session=start(passkey=passkey))
        listed = auth.list_web_authn_credentials(session=start(way))

        assert listed.next_token is None
        first, second = listed.credentials
        assert (first.credential_id, second.credential_id) == (*built_in.credential_ids, *key.credential_ids)
        assert first.friendly_credential_name != second.friendly_credential_name
        assert (first.relying_party_id, first.authenticator_attachment) == ("localhost", "platform")
        assert second.authenticator_attachment == "cross-platform"
        assert second.authenticator_transports == ("usb", "nfc")
        assert first.created_at is not None
        assert first.created_at.tzinfo is UTC

    @public_only
    def test_pages_are_as_large_as_asked(self, start: Arrive) -> None:
        for _ in range(3):
            auth.associate_web_authn_credential(session=start(passkey=SoftwarePasskey()))
        session = start()
        every = auth.list_web_authn_credentials(session=session).credentials
        assert len(every) == 3
        first = auth.list_web_authn_credentials(page_size=2, session=session)
        assert (first.credentials, bool(first.next_token)) == (every[:2], True)
        second = auth.list_web_authn_credentials(page_size=2, next_token=first.next_token, session=session)
        assert (second.credentials, second.next_token) == (every[2:], None)
        rest = auth.list_web_authn_credentials(next_token=first.next_token, session=session)
        assert rest == second

    def test_what_is_sent(self, answering: Callable[..., auth.Session], scripted: ScriptedCognito) -> None:
        session = answering()
        operation = "ListWebAuthnCredentials"
        scripted.on(operation, says(Credentials=[{"CredentialId": "a"}], NextToken="1"), says(Credentials=[]))
        scripted.always(operation, says(Credentials=[], NextToken="9"))
        credential = auth.WebAuthnCredential(credential_id="a")
        assert auth.list_web_authn_credentials(session=session).credentials == (credential,)
        auth.list_web_authn_credentials(page_size=1, session=session)
        auth.list_web_authn_credentials(page_size=20, next_token=" 9 ", session=session)
        auth.list_web_authn_credentials(next_token="9", session=session)
        sent = [
            {name: value for name, value in body.items() if name != "AccessToken"} for body in scripted.of(operation)
        ]
        assert sent == [
            {},
            {"NextToken": "1"},
            {"MaxResults": 1},
            {"MaxResults": 20, "NextToken": "9"},
            {"NextToken": "9"},
        ]

    @pytest.mark.parametrize("size", [0, -1, 21, 50, "5", 5.0, True])
    def test_a_size_that_cognito_does_not_have_is_refused_here(
        self, size: Any, answering: Callable[..., auth.Session], scripted: ScriptedCognito
    ) -> None:
        session = answering()
        scripted.requests.clear()
        with pytest.raises(auth.AuthValidationError, match="page_size must be a whole number from 1 to 20"):
            auth.list_web_authn_credentials(page_size=size, session=session)
        assert scripted.requests == []


class TestDelete:
    @each_way
    def test_a_passkey_that_was_deleted_signs_in_no_more(self, way: str, start: Arrive, typed: str) -> None:
        passkey = SoftwarePasskey()
        session = start(way, passkey=passkey)
        auth.associate_web_authn_credential(session=session)
        (credential,) = auth.list_web_authn_credentials(session=session).credentials
        auth.delete_web_authn_credential(f" {credential.credential_id}\n", session=session)

        assert auth.list_web_authn_credentials(session=session).credentials == ()
        auth.sign_out(session=session)
        output = auth.sign_in(typed, auth_flow_type="USER_AUTH", session=session)
        assert isinstance(output.next_step, auth.ContinueSignInWithFirstFactorSelection)
        assert "WEB_AUTHN" not in output.next_step.available_challenges

    @public_only
    def test_a_passkey_that_does_not_exist_is_a_refusal_that_says_where_to_look(self, start: Arrive) -> None:
        with pytest.raises(errors.ResourceNotFoundException) as caught:
            auth.delete_web_authn_credential("unknown", session=start())
        assert "list_web_authn_credentials()" in str(caught.value.recovery_suggestion)

    @public_only
    def test_an_answer_that_is_lost(self, start: Arrive, cognito: MockCognito, slept: list[float]) -> None:
        session = start(passkey=SoftwarePasskey())
        auth.associate_web_authn_credential(session=session)
        (credential,) = auth.list_web_authn_credentials(session=session).credentials
        cognito.fail_next("DeleteWebAuthnCredential", "dropped", after=True)
        with pytest.raises(errors.ResourceNotFoundException, match="does not exist"):
            auth.delete_web_authn_credential(credential.credential_id, session=session)
        assert auth.list_web_authn_credentials(session=session).credentials == ()
