"""The answer to each challenge, to the letter: whose name, which session, where metadata and the device go."""

import json

import pytest

import amplify_auth as auth
from tests.support.scripted_cognito import SESSION, Answer, ScriptedCognito, asks, jwt, says, signs_in
from tests.support.story import CLIENT, CODES, CREDENTIAL, LOGIN_ID, NEW_DEVICE, PASSWORD, USERNAME
from tests.support.wire import DEVICE_KEY, LATER, METADATA, NEXT, Hashed, know_device

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
    challenge: str, device: bool, story_session: auth.Session, scripted: ScriptedCognito, hashed: Hashed
) -> None:
    """Metadata is that of the answer alone, the name Cognito's own, the session that of the question."""
    question, answers, name, responses, with_device = ANSWERS[challenge]
    if device:
        know_device(story_session)
    scripted.on("InitiateAuth", question).on("RespondToAuthChallenge", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, auth_flow_type="USER_AUTH", client_metadata=METADATA, session=story_session)
    for answer in answers:
        auth.confirm_sign_in(answer, client_metadata=LATER, session=story_session)
    (sent,) = scripted.of("RespondToAuthChallenge")
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
    assert len(scripted.requests) == 2


def test_attributes_beside_a_new_password_cannot_stand_in_for_it(
    story_session: auth.Session, scripted: ScriptedCognito, hashed: Hashed
) -> None:
    scripted.on("InitiateAuth", ANSWERS["NEW_PASSWORD_REQUIRED"][0]).on("RespondToAuthChallenge", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, PASSWORD, session=story_session)
    attributes = {"name": "Alice", "nickname": "", "NEW_PASSWORD": "x"}
    auth.confirm_sign_in("N3w-passw0rd!", user_attributes=attributes, session=story_session)
    assert scripted.of("RespondToAuthChallenge")[0]["ChallengeResponses"] == {
        "USERNAME": USERNAME,
        "NEW_PASSWORD": "N3w-passw0rd!",
        "userAttributes.name": "Alice",
        "userAttributes.NEW_PASSWORD": "x",
        **hashed("SECRET_HASH", USERNAME),
    }


def test_proofs_carry_the_metadata_of_the_step_that_led_to_them(
    story_session: auth.Session, scripted: ScriptedCognito, hashed: Hashed
) -> None:
    """PASSWORD_VERIFIER, then both halves of the device's proof."""
    srp = {"SRP_B": "ab" * 300, "SALT": "12", "SECRET_BLOCK": "c2VjcmV0"}
    know_device(story_session)
    scripted.on("InitiateAuth", asks("PASSWORD_VERIFIER", None, USER_ID_FOR_SRP=USERNAME, USERNAME=USERNAME, **srp))
    scripted.on(
        "RespondToAuthChallenge",
        asks("DEVICE_SRP_AUTH", SESSION),
        asks("DEVICE_PASSWORD_VERIFIER", NEXT, USERNAME=USERNAME, DEVICE_KEY=DEVICE_KEY, **srp),
        signs_in(USERNAME),
    )
    auth.sign_in(LOGIN_ID, PASSWORD, client_metadata=METADATA, session=story_session)
    sent = scripted.of("RespondToAuthChallenge")
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


def test_a_passkeys_answer_has_no_metadata(
    story_session: auth.Session, scripted: ScriptedCognito, hashed: Hashed
) -> None:
    options = '{"challenge": "AAAA"}'
    scripted.on("InitiateAuth", asks("WEB_AUTHN", USERNAME=USERNAME, CREDENTIAL_REQUEST_OPTIONS=options))
    scripted.on("RespondToAuthChallenge", signs_in(USERNAME))
    auth.sign_in(
        LOGIN_ID,
        auth_flow_type="USER_AUTH",
        preferred_challenge="WEB_AUTHN",
        client_metadata=METADATA,
        session=story_session,
    )
    assert scripted.of("RespondToAuthChallenge") == [
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


def test_the_set_up_of_an_authenticator_app(
    story_session: auth.Session, scripted: ScriptedCognito, hashed: Hashed
) -> None:
    scripted.on("InitiateAuth", asks("MFA_SETUP", USERNAME=USERNAME, MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA"]'))
    scripted.on("AssociateSoftwareToken", says(SecretCode="SECRETSECRET", Session=NEXT))
    scripted.on("VerifySoftwareToken", says(Status="SUCCESS", Session="the-session-of-a-verified-app"))
    scripted.on("RespondToAuthChallenge", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, PASSWORD, client_metadata=METADATA, session=story_session)
    auth.confirm_sign_in("123456", friendly_device_name="My phone", client_metadata=LATER, session=story_session)
    assert scripted.of("AssociateSoftwareToken") == [{"Session": SESSION}]
    assert scripted.of("VerifySoftwareToken") == [
        {"Session": NEXT, "UserCode": "123456", "FriendlyDeviceName": "My phone"}
    ]
    assert scripted.of("RespondToAuthChallenge") == [
        {
            "ChallengeName": "MFA_SETUP",
            "ChallengeResponses": {"USERNAME": USERNAME, **hashed("SECRET_HASH", USERNAME)},
            "Session": "the-session-of-a-verified-app",
            "ClientId": CLIENT,
            "ClientMetadata": LATER,
        }
    ]


def test_the_registration_of_a_device(story_session: auth.Session, scripted: ScriptedCognito) -> None:
    scripted.on("InitiateAuth", signs_in(USERNAME, NewDeviceMetadata=NEW_DEVICE)).on("ConfirmDevice", says())
    auth.sign_in(LOGIN_ID, PASSWORD, client_metadata=METADATA, session=story_session)
    (sent,) = scripted.of("ConfirmDevice")
    secret = sent.pop("DeviceSecretVerifierConfig")
    assert sent.pop("DeviceName")
    assert sent == {"AccessToken": jwt(username=USERNAME), "DeviceKey": NEW_DEVICE["DeviceKey"]}
    assert set(secret) == {"Salt", "PasswordVerifier"}
    assert (22 <= len(secret["Salt"]) <= 24, len(secret["PasswordVerifier"])) in [(True, 512), (True, 516)]
