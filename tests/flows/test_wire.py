"""What is on the wire, to the letter: operations, members, whose name, where metadata and secret hashes go."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.session import Session as CoreSession
from botocore.validate import ParamValidator
from faults.scripted_cognito import SESSION, Answer, ScriptedCognito, asks, jwt, says, signs_in

import amplify_auth as auth
from flows.story import CLIENT, CODES, CREDENTIAL, LOGIN_ID, NEW_DEVICE, PASSWORD, POOL, SECRET, USERNAME, secret_hash

MODEL = CoreSession().get_service_model("cognito-idp")
METADATA, LATER = {"from": "the start"}, {"from": "the answer"}
DEVICE_KEY = "us-east-1_the-device"
NEXT = "the-session-of-the-next-question"


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedCognito]:
    with ScriptedCognito() as running:
        yield running


@pytest.fixture(autouse=True)
def cognito(server: ScriptedCognito) -> Iterator[ScriptedCognito]:
    """The service; afterwards every request is held against botocore's model."""
    server.clear()
    yield server
    for request in server.requests:
        assert b"null" not in request.raw
        shape = MODEL.operation_model(request.operation).input_shape
        assert set(request.body) <= set(shape.members)
        assert not ParamValidator().validate(request.body, shape).has_errors()
        assert "authorization" not in request.headers, "unsigned"
        assert request.headers["x-amz-target"] == f"AWSCognitoIdentityProviderService.{request.operation}"
        assert request.headers["content-type"] == "application/x-amz-json-1.1"


@pytest.fixture(params=[False, True], ids=["public", "confidential"])
def confidential(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def session(cognito: ScriptedCognito, confidential: bool) -> auth.Session:
    class Authenticator:
        def get(self, options: dict[str, Any]) -> dict[str, Any]:
            return CREDENTIAL

        def create(self, options: dict[str, Any]) -> dict[str, Any]:
            raise NotImplementedError

    return auth.Session(
        user_pool_id=POOL,
        user_pool_client_id=CLIENT,
        client_secret=SECRET if confidential else None,
        endpoint_url=cognito.url,
        passkey=Authenticator(),
    )


@pytest.fixture
def hashed(confidential: bool) -> Callable[[str, str], dict[str, str]]:
    """``hashed("SECRET_HASH", name)``: that member for a confidential client, nothing for a public one."""
    return lambda member, name: {member: secret_hash(name)} if confidential else {}


Hashed = Callable[[str, str], dict[str, str]]


def _know_device(session: auth.Session) -> None:
    state = json.loads(session.export_state())
    device = {"username": USERNAME, "login_ids": [LOGIN_ID], "key": DEVICE_KEY, "group_key": "-group"}
    state["devices"] = [{**device, "password": "device-password", "is_remembered": True}]
    session.restore_state(json.dumps(state))


# Sign-up


def test_sign_up(session: auth.Session, cognito: ScriptedCognito, hashed: Hashed) -> None:
    cognito.always("SignUp", says(UserConfirmed=False, UserSub="1"))
    auth.sign_up(LOGIN_ID, session=session)
    auth.sign_up(
        LOGIN_ID,
        PASSWORD,
        user_attributes={"email": LOGIN_ID, "custom:tier": "gold"},
        validation_data={"invitation": "1"},
        client_metadata=METADATA,
        session=session,
    )
    least = {"ClientId": CLIENT, "Username": LOGIN_ID, **hashed("SecretHash", LOGIN_ID)}
    assert cognito.of("SignUp") == [
        least,
        {
            **least,
            "Password": PASSWORD,
            "UserAttributes": [{"Name": "email", "Value": LOGIN_ID}, {"Name": "custom:tier", "Value": "gold"}],
            "ValidationData": [{"Name": "invitation", "Value": "1"}],
            "ClientMetadata": METADATA,
        },
    ]


def test_confirm_sign_up(session: auth.Session, cognito: ScriptedCognito, hashed: Hashed) -> None:
    cognito.always("ConfirmSignUp", says())
    auth.confirm_sign_up(LOGIN_ID, "123456", session=session)
    auth.confirm_sign_up(LOGIN_ID, "123456", client_metadata=METADATA, force_alias_creation=False, session=session)
    least = {
        "ClientId": CLIENT,
        "Username": LOGIN_ID,
        "ConfirmationCode": "123456",
        **hashed("SecretHash", LOGIN_ID),
    }
    more = {"ClientMetadata": METADATA, "ForceAliasCreation": False}
    assert cognito.of("ConfirmSignUp") == [least, {**least, **more}]


def test_resend_sign_up_code(session: auth.Session, cognito: ScriptedCognito, hashed: Hashed) -> None:
    cognito.always("ResendConfirmationCode", says(CodeDeliveryDetails={}))
    auth.resend_sign_up_code(LOGIN_ID, session=session)
    auth.resend_sign_up_code(LOGIN_ID, client_metadata=METADATA, session=session)
    least = {"ClientId": CLIENT, "Username": LOGIN_ID, **hashed("SecretHash", LOGIN_ID)}
    assert cognito.of("ResendConfirmationCode") == [least, {**least, "ClientMetadata": METADATA}]


# The start of a sign-in

STARTS: dict[str, tuple[dict[str, Any], str, dict[str, str], bool]] = {
    "SRP": ({"password": PASSWORD}, "USER_SRP_AUTH", {"SRP_A": "…"}, False),
    "password": (
        {"password": PASSWORD, "auth_flow_type": "USER_PASSWORD_AUTH"},
        "USER_PASSWORD_AUTH",
        {"PASSWORD": PASSWORD},
        True,
    ),
    "custom": ({"auth_flow_type": "CUSTOM_WITHOUT_SRP"}, "CUSTOM_AUTH", {}, True),
    "custom with SRP": (
        {"password": PASSWORD, "auth_flow_type": "CUSTOM_WITH_SRP"},
        "CUSTOM_AUTH",
        {"SRP_A": "…", "CHALLENGE_NAME": "SRP_A"},
        False,
    ),
    "choice": ({"auth_flow_type": "USER_AUTH"}, "USER_AUTH", {}, True),
    **{
        f"preferred {factor}": (
            {"auth_flow_type": "USER_AUTH", "preferred_challenge": factor},
            "USER_AUTH",
            {"PREFERRED_CHALLENGE": factor},
            True,
        )
        for factor in ("EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")
    },
    "preferred PASSWORD": (
        {"password": PASSWORD, "auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD"},
        "USER_AUTH",
        {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD},
        True,
    ),
    "preferred PASSWORD_SRP": (
        {"password": PASSWORD, "auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD_SRP"},
        "USER_AUTH",
        {"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": "…"},
        False,
    ),
}


@pytest.mark.parametrize("device", [False, True], ids=["unknown device", "known device"])
@pytest.mark.parametrize("start", STARTS)
def test_the_start_of_each_flow(
    start: str, device: bool, session: auth.Session, cognito: ScriptedCognito, hashed: Hashed
) -> None:
    arguments, flow, parameters, with_device = STARTS[start]
    if device:
        _know_device(session)
    cognito.always("InitiateAuth", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, client_metadata=METADATA, session=session, **arguments)
    (sent,) = cognito.of("InitiateAuth")
    if "SRP_A" in parameters:
        assert 700 < len(sent["AuthParameters"]["SRP_A"]) <= 768
        int(sent["AuthParameters"]["SRP_A"], 16)
        sent["AuthParameters"]["SRP_A"] = "…"
    assert sent == {
        "AuthFlow": flow,
        "AuthParameters": {
            "USERNAME": LOGIN_ID,
            **parameters,
            **hashed("SECRET_HASH", LOGIN_ID),
            **({"DEVICE_KEY": DEVICE_KEY} if device and with_device else {}),
        },
        "ClientId": CLIENT,
        "ClientMetadata": METADATA,
    }


def test_a_start_without_metadata_has_no_member_for_it(session: auth.Session, cognito: ScriptedCognito) -> None:
    cognito.always("InitiateAuth", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, PASSWORD, session=session)
    assert set(cognito.of("InitiateAuth")[0]) == {"AuthFlow", "AuthParameters", "ClientId"}


# Answers: challenge -> the question, the answers, ChallengeName, ChallengeResponses, whether the device goes along

_FACTORS = ["EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "PASSWORD", "PASSWORD_SRP"]
ANSWERS: dict[str, tuple[Answer, list[str], str, dict[str, str], bool]] = {
    **{
        name: (
            asks(name, USERNAME=USERNAME, **CODES[name][0]),
            list(CODES[name][1].values()),
            name,
            CODES[name][1],
            True,
        )
        for name in ("SMS_MFA", "SMS_OTP", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA", "CUSTOM_CHALLENGE")
    },
    **{
        f"SELECT_MFA_TYPE {answer}": (
            asks("SELECT_MFA_TYPE", USERNAME=USERNAME, **CODES["SELECT_MFA_TYPE"][0]),
            [answer],
            "SELECT_MFA_TYPE",
            {"ANSWER": name},
            False,
        )
        for answer, name in {"SMS": "SMS_MFA", "TOTP": "SOFTWARE_TOKEN_MFA", "EMAIL": "EMAIL_OTP"}.items()
    },
    "NEW_PASSWORD_REQUIRED": (
        asks("NEW_PASSWORD_REQUIRED", USERNAME=USERNAME),
        ["N3w-passw0rd!"],
        "NEW_PASSWORD_REQUIRED",
        {"NEW_PASSWORD": "N3w-passw0rd!"},
        False,
    ),
    "MFA_SETUP by e-mail": (
        asks("MFA_SETUP", USERNAME=USERNAME, MFAS_CAN_SETUP='["EMAIL_OTP"]'),
        ["alice@example.org"],
        "MFA_SETUP",
        {"EMAIL": "alice@example.org"},
        False,
    ),
    **{
        f"SELECT_CHALLENGE {factor}": (
            asks("SELECT_CHALLENGE", available=_FACTORS, USERNAME=USERNAME),
            [factor],
            "SELECT_CHALLENGE",
            {"ANSWER": factor},
            False,
        )
        for factor in ("EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")
    },
    "SELECT_CHALLENGE PASSWORD": (
        asks("SELECT_CHALLENGE", available=_FACTORS, USERNAME=USERNAME),
        ["PASSWORD", PASSWORD],
        "SELECT_CHALLENGE",
        {"ANSWER": "PASSWORD", "PASSWORD": PASSWORD},
        False,
    ),
    "SELECT_CHALLENGE PASSWORD_SRP": (
        asks("SELECT_CHALLENGE", available=_FACTORS, USERNAME=USERNAME),
        ["PASSWORD_SRP", PASSWORD],
        "SELECT_CHALLENGE",
        {"ANSWER": "PASSWORD_SRP", "SRP_A": "…"},
        False,
    ),
    **{
        name: (asks(name, USERNAME=USERNAME), [PASSWORD], "SELECT_CHALLENGE", responses, False)
        for name, responses in {
            "PASSWORD": {"ANSWER": "PASSWORD", "PASSWORD": PASSWORD},
            "PASSWORD_SRP": {"ANSWER": "PASSWORD_SRP", "SRP_A": "…"},
        }.items()
    },
}


@pytest.mark.parametrize("device", [False, True], ids=["unknown device", "known device"])
@pytest.mark.parametrize("challenge", ANSWERS)
def test_the_answer_to_each_challenge(
    challenge: str, device: bool, session: auth.Session, cognito: ScriptedCognito, hashed: Hashed
) -> None:
    """Metadata is that of the answer alone, the name Cognito's own, the session that of the question."""
    question, answers, name, responses, with_device = ANSWERS[challenge]
    if device:
        _know_device(session)
    cognito.on("InitiateAuth", question).on("RespondToAuthChallenge", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, auth_flow_type="USER_AUTH", client_metadata=METADATA, session=session)
    for answer in answers:
        auth.confirm_sign_in(answer, client_metadata=LATER, session=session)
    (sent,) = cognito.of("RespondToAuthChallenge")
    if "SRP_A" in responses:
        int(sent["ChallengeResponses"]["SRP_A"], 16)
        sent["ChallengeResponses"]["SRP_A"] = "…"
    assert sent == {
        "ChallengeName": name,
        "ChallengeResponses": {
            "USERNAME": USERNAME,
            **responses,
            **hashed("SECRET_HASH", USERNAME),
            **({"DEVICE_KEY": DEVICE_KEY} if device and with_device else {}),
        },
        "Session": SESSION,
        "ClientId": CLIENT,
        "ClientMetadata": LATER,
    }
    assert len(cognito.requests) == 2


def test_attributes_beside_a_new_password_cannot_stand_in_for_it(
    session: auth.Session, cognito: ScriptedCognito, hashed: Hashed
) -> None:
    cognito.on("InitiateAuth", ANSWERS["NEW_PASSWORD_REQUIRED"][0]).on("RespondToAuthChallenge", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, PASSWORD, session=session)
    attributes = {"name": "Alice", "nickname": "", "NEW_PASSWORD": "x"}
    auth.confirm_sign_in("N3w-passw0rd!", user_attributes=attributes, session=session)
    assert cognito.of("RespondToAuthChallenge")[0]["ChallengeResponses"] == {
        "USERNAME": USERNAME,
        "NEW_PASSWORD": "N3w-passw0rd!",
        "userAttributes.name": "Alice",
        "userAttributes.NEW_PASSWORD": "x",
        **hashed("SECRET_HASH", USERNAME),
    }


def test_proofs_carry_the_metadata_of_the_step_that_led_to_them(
    session: auth.Session, cognito: ScriptedCognito, hashed: Hashed
) -> None:
    """PASSWORD_VERIFIER, then both halves of the device's proof."""
    srp = {"SRP_B": "ab" * 300, "SALT": "12", "SECRET_BLOCK": "c2VjcmV0"}
    _know_device(session)
    cognito.on("InitiateAuth", asks("PASSWORD_VERIFIER", None, USER_ID_FOR_SRP=USERNAME, USERNAME=USERNAME, **srp))
    cognito.on(
        "RespondToAuthChallenge",
        asks("DEVICE_SRP_AUTH", SESSION),
        asks("DEVICE_PASSWORD_VERIFIER", NEXT, USERNAME=USERNAME, DEVICE_KEY=DEVICE_KEY, **srp),
        signs_in(USERNAME),
    )
    auth.sign_in(LOGIN_ID, PASSWORD, client_metadata=METADATA, session=session)
    sent = cognito.of("RespondToAuthChallenge")
    usual = {"USERNAME": USERNAME, "DEVICE_KEY": DEVICE_KEY, **hashed("SECRET_HASH", USERNAME)}
    shown = []
    for body in sent:
        responses = body["ChallengeResponses"]
        for made in ("SRP_A", "TIMESTAMP", "PASSWORD_CLAIM_SIGNATURE"):
            if made in responses:
                responses[made] = "…"
        shown.append(body)
    proof = {
        "PASSWORD_CLAIM_SECRET_BLOCK": "c2VjcmV0",
        "TIMESTAMP": "…",
        "PASSWORD_CLAIM_SIGNATURE": "…",
    }
    rest = {"ClientId": CLIENT, "ClientMetadata": METADATA}
    assert shown == [
        {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": {**usual, **proof}, **rest},
        {
            "ChallengeName": "DEVICE_SRP_AUTH",
            "ChallengeResponses": {**usual, "SRP_A": "…"},
            "Session": SESSION,
            **rest,
        },
        {
            "ChallengeName": "DEVICE_PASSWORD_VERIFIER",
            "ChallengeResponses": {**usual, **proof},
            "Session": NEXT,
            **rest,
        },
    ]


def test_a_passkeys_answer_has_no_metadata(session: auth.Session, cognito: ScriptedCognito, hashed: Hashed) -> None:
    options = '{"challenge": "AAAA"}'
    cognito.on("InitiateAuth", asks("WEB_AUTHN", USERNAME=USERNAME, CREDENTIAL_REQUEST_OPTIONS=options))
    cognito.on("RespondToAuthChallenge", signs_in(USERNAME))
    auth.sign_in(
        LOGIN_ID,
        auth_flow_type="USER_AUTH",
        preferred_challenge="WEB_AUTHN",
        client_metadata=METADATA,
        session=session,
    )
    assert cognito.of("RespondToAuthChallenge") == [
        {
            "ChallengeName": "WEB_AUTHN",
            "ChallengeResponses": {
                "USERNAME": USERNAME,
                "CREDENTIAL": json.dumps(CREDENTIAL, separators=(",", ":")),
                **hashed("SECRET_HASH", USERNAME),
            },
            "Session": SESSION,
            "ClientId": CLIENT,
        }
    ]


def test_the_set_up_of_an_authenticator_app(session: auth.Session, cognito: ScriptedCognito, hashed: Hashed) -> None:
    cognito.on("InitiateAuth", asks("MFA_SETUP", USERNAME=USERNAME, MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA"]'))
    cognito.on("AssociateSoftwareToken", says(SecretCode="SECRETSECRET", Session=NEXT))
    cognito.on("VerifySoftwareToken", says(Status="SUCCESS", Session="the-session-of-a-verified-app"))
    cognito.on("RespondToAuthChallenge", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, PASSWORD, client_metadata=METADATA, session=session)
    auth.confirm_sign_in("123456", friendly_device_name="My phone", client_metadata=LATER, session=session)
    assert cognito.of("AssociateSoftwareToken") == [{"Session": SESSION}]
    assert cognito.of("VerifySoftwareToken") == [
        {"Session": NEXT, "UserCode": "123456", "FriendlyDeviceName": "My phone"}
    ]
    assert cognito.of("RespondToAuthChallenge") == [
        {
            "ChallengeName": "MFA_SETUP",
            "ChallengeResponses": {"USERNAME": USERNAME, **hashed("SECRET_HASH", USERNAME)},
            "Session": "the-session-of-a-verified-app",
            "ClientId": CLIENT,
            "ClientMetadata": LATER,
        }
    ]


def test_the_registration_of_a_device(session: auth.Session, cognito: ScriptedCognito) -> None:
    cognito.on("InitiateAuth", signs_in(USERNAME, NewDeviceMetadata=NEW_DEVICE)).on("ConfirmDevice", says())
    auth.sign_in(LOGIN_ID, PASSWORD, client_metadata=METADATA, session=session)
    (sent,) = cognito.of("ConfirmDevice")
    secret = sent.pop("DeviceSecretVerifierConfig")
    assert sent.pop("DeviceName")
    assert sent == {"AccessToken": jwt(username=USERNAME), "DeviceKey": NEW_DEVICE["DeviceKey"]}
    assert set(secret) == {"Salt", "PasswordVerifier"}
    assert (22 <= len(secret["Salt"]) <= 24, len(secret["PasswordVerifier"])) in [(True, 512), (True, 516)]


# The end


@pytest.mark.parametrize("everywhere", [False, True])
def test_sign_out(everywhere: bool, session: auth.Session, cognito: ScriptedCognito, confidential: bool) -> None:
    cognito.always("InitiateAuth", signs_in(USERNAME)).always("RevokeToken", says()).always("GlobalSignOut", says())
    auth.sign_in(LOGIN_ID, PASSWORD, session=session)
    auth.sign_out(global_sign_out=everywhere, session=session)
    if everywhere:
        assert cognito.of("GlobalSignOut") == [{"AccessToken": jwt(username=USERNAME)}]
        assert cognito.of("RevokeToken") == []
    else:
        secret = {"ClientSecret": SECRET} if confidential else {}
        assert cognito.of("RevokeToken") == [{"ClientId": CLIENT, "Token": f"refresh-of-{USERNAME}", **secret}]
        assert cognito.of("GlobalSignOut") == []


def test_an_automatic_sign_in_carries_the_sessions_of_the_sign_up(
    session: auth.Session, cognito: ScriptedCognito, hashed: Hashed
) -> None:
    """That of SignUp goes to ConfirmSignUp, that of ConfirmSignUp to InitiateAuth."""
    cognito.on("SignUp", says(UserConfirmed=False, UserSub="1", Session="the-session-of-the-sign-up"))
    cognito.on("ConfirmSignUp", says(Session="the-session-of-the-code"))
    cognito.on("InitiateAuth", signs_in(USERNAME))
    how = {"auth_flow_type": "USER_AUTH", "preferred_challenge": "EMAIL_OTP", "client_metadata": METADATA}
    auth.sign_up(LOGIN_ID, auto_sign_in=how, session=session)
    auth.confirm_sign_up(LOGIN_ID, "123456", session=session)
    auth.auto_sign_in(session=session)
    assert cognito.of("ConfirmSignUp")[0]["Session"] == "the-session-of-the-sign-up"
    assert cognito.of("InitiateAuth") == [
        {
            "AuthFlow": "USER_AUTH",
            "AuthParameters": {
                "USERNAME": LOGIN_ID,
                "PREFERRED_CHALLENGE": "EMAIL_OTP",
                **hashed("SECRET_HASH", LOGIN_ID),
            },
            "ClientId": CLIENT,
            "ClientMetadata": METADATA,
            "Session": "the-session-of-the-code",
        }
    ]
