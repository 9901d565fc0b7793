"""RespondToAuthChallenge: every challenge."""

import json
from typing import Any

from pycognito.aws_srp import AWSSRP

from tests.support.fidelity_world import ALICE, PHONE, World, row, said, shown
from tests.testing.fidelity.sign_in import EVERY_FACTOR, SMS, rounds

WRONG_PASSWORD = "NotAuthorizedException: Incorrect username or password."
SESSION = "NotAuthorizedException: Invalid session for the user."
WRONG_CODE = "CodeMismatchException: Invalid code or auth state for the user."


def proof(w: World, name: str = "alice", **changed: str) -> str:
    """PASSWORD_VERIFIER answered by pycognito, something changed."""
    client = AWSSRP(name, "Correct-h0rse!", w.pool_id, w.client.id, client=w.idp)
    begun = w.idp.initiate_auth(AuthFlow="USER_SRP_AUTH", ClientId=w.client.id, AuthParameters=client.get_auth_params())
    responses = client.process_challenge(begun["ChallengeParameters"], client.get_auth_params()) | changed
    return said(
        w.idp.respond_to_auth_challenge(
            ClientId=w.client.id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=responses
        )
    )


@row(
    "PASSWORD_VERIFIER: a signature that proves nothing",
    plain="tokens",
    documented=WRONG_PASSWORD,
    source="ministack#1758",
)
def signature(w: World) -> str:
    w.pool()
    w.user()
    return proof(w, PASSWORD_CLAIM_SIGNATURE="d3Jvbmc=")


@row(
    "PASSWORD_VERIFIER: another user's name",
    plain="tokens",
    documented=WRONG_PASSWORD,
    source="ministack#1758 (that block and user belong together), mem (its words)",
)
def another_name(w: World) -> str:
    w.pool()
    w.user()
    w.user("mallory")
    return proof(w, USERNAME="mallory")


@row(
    "PASSWORD_VERIFIER: a block nobody was given",
    plain=("ResourceNotFoundException: d3Jvbmc=", "ResourceNotFoundException:"),
    documented=WRONG_PASSWORD,
    source="ministack#1758",
)
def another_block(w: World) -> str:
    w.pool()
    w.user()
    return proof(w, PASSWORD_CLAIM_SECRET_BLOCK="d3Jvbmc=")


@row(
    "PASSWORD_VERIFIER: a time long past",
    plain="tokens",
    documented=WRONG_PASSWORD,
    source="ministack#1758 (malformed times), bc (within seconds)",
)
def old_time(w: World) -> str:
    w.pool()
    w.user()
    return proof(w, TIMESTAMP="Mon Jan 1 00:00:00 UTC 2018")


def temporary(w: World) -> dict[str, Any]:
    w.user(permanent=False)
    return w.start()


@row(
    "NEW_PASSWORD_REQUIRED: its parameters",
    plain='{"USERNAME": "alice"}',
    documented=(
        '{"USER_ID_FOR_SRP": "alice", "requiredAttributes": "[]", '
        '"userAttributes": {"email": "alice@example.com", "email_verified": "true"}}'
    ),
    source="piotrnowicki.com 2022-11-22",
)
def new_password_parameters(w: World) -> str:
    w.pool()
    parameters = temporary(w)["ChallengeParameters"]
    if "userAttributes" in parameters:
        parameters["userAttributes"] = json.loads(parameters["userAttributes"])
    return shown(parameters)


@row("NEW_PASSWORD_REQUIRED: attributes given", plain='"absent"', documented='"Alice"', source="bc")
def new_password_attributes(w: World) -> str:
    w.pool()
    begun = temporary(w)
    done = w.respond(
        "NEW_PASSWORD_REQUIRED", begun["Session"], NEW_PASSWORD="Another-h0rse!", **{"userAttributes.name": "Alice"}
    )
    return shown(w.attributes(done["AuthenticationResult"]["AccessToken"]).get("name", "absent"))


@row(
    "NEW_PASSWORD_REQUIRED: a required attribute left out",
    plain="tokens",
    documented="InvalidParameterException: Invalid attributes given, name is missing",
    source="pmill/aws-cognito#25",
)
def new_password_missing(w: World) -> str:
    w.pool(Schema=[{"Name": "name", "AttributeDataType": "String", "Required": True, "Mutable": True}])
    begun = temporary(w)
    return said(w.respond("NEW_PASSWORD_REQUIRED", begun["Session"], NEW_PASSWORD="Another-h0rse!"))


@row(
    "NEW_PASSWORD_REQUIRED: on the session of an unproven sign-in",
    plain="tokens",
    documented=SESSION,
    source="bc (a session is of one challenge), aws-samples#17 (its words)",
)
def hijack(w: World) -> str:
    w.pool(**EVERY_FACTOR)
    w.user()
    return said(w.respond("NEW_PASSWORD_REQUIRED", w.unproven(), NEW_PASSWORD="Another-h0rse!"))


@row("CUSTOM_CHALLENGE: the right answer", plain=("{}", "crash AttributeError"), documented="tokens", source="bc")
def custom_right(w: World) -> str:
    w.pool()
    w.user()
    rounds(w)
    session = w.start("CUSTOM_AUTH").get("Session") or w.unproven()
    return said(w.respond("CUSTOM_CHALLENGE", session, ANSWER="blue"))


@row(
    "CUSTOM_CHALLENGE: a wrong answer",
    plain=("{}", "crash AttributeError"),
    documented="CUSTOM_CHALLENGE",
    source="bc (the define trigger decides)",
)
def custom_wrong(w: World) -> str:
    w.pool()
    w.user()
    rounds(w)
    session = w.start("CUSTOM_AUTH").get("Session") or w.unproven()
    return said(w.respond("CUSTOM_CHALLENGE", session, ANSWER="red"))


def chosen(w: World, answer: str, **responses: str) -> str:
    w.pool(**EVERY_FACTOR)
    w.user()
    session = w.unproven() if w.cognito is None else w.start("USER_AUTH")["Session"]
    return said(w.respond("SELECT_CHALLENGE", session, ANSWER=answer, **responses))


@row("SELECT_CHALLENGE: PASSWORD", plain="{}", documented="tokens", source="bc, amp")
def select_password(w: World) -> str:
    return chosen(w, "PASSWORD", PASSWORD="Correct-h0rse!")


@row("SELECT_CHALLENGE: PASSWORD, a wrong one", plain="{}", documented=WRONG_PASSWORD, source="doc")
def select_password_wrong(w: World) -> str:
    return chosen(w, "PASSWORD", PASSWORD="Wrong-h0rse!")


@row("SELECT_CHALLENGE: PASSWORD_SRP", plain="{}", documented="PASSWORD_VERIFIER", source="bc, amp")
def select_srp(w: World) -> str:
    return chosen(w, "PASSWORD_SRP", SRP_A="2")


@row("SELECT_CHALLENGE: EMAIL_OTP", plain="{}", documented="EMAIL_OTP", source="bc, amp")
def select_email(w: World) -> str:
    return chosen(w, "EMAIL_OTP")


def with_passkey(w: World) -> tuple[Any, dict[str, Any]]:
    passkeys = {"RelyingPartyId": "localhost", "UserVerification": "preferred"}
    w.pool(**EVERY_FACTOR, mfa={"MfaConfiguration": "OFF", "WebAuthnConfiguration": passkeys})
    w.user()
    token, device = w.token(), w.passkey()
    if w.cognito is None:
        return device, {"Session": w.unproven()}
    options = w.idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    w.idp.complete_web_authn_registration(AccessToken=token, Credential=device.create(options))
    return device, w.start("USER_AUTH", PREFERRED_CHALLENGE="WEB_AUTHN")


def asserted(w: World, *, forged: bool) -> str:
    device, begun = with_passkey(w)
    credential: dict[str, Any] = {}
    if w.cognito is not None:
        credential = device.get(json.loads(begun["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"]))
    if credential and forged:
        credential["response"]["signature"] = "AAAA"
    return said(w.respond("WEB_AUTHN", begun["Session"], CREDENTIAL=json.dumps(credential)))


@row("WEB_AUTHN: a passkey's assertion", plain="{}", documented="tokens", source="bc, amp")
def web_authn(w: World) -> str:
    return asserted(w, forged=False)


@row(
    "WEB_AUTHN: a forged assertion", plain="{}", documented=WRONG_PASSWORD, source="bc (the exception), mem (its words)"
)
def web_authn_forged(w: World) -> str:
    return asserted(w, forged=True)


def bare(w: World, challenge: str, **responses: str) -> str:
    w.pool(**EVERY_FACTOR)
    w.user()
    return said(w.respond(challenge, w.unproven(), **responses))


@row(
    "DEVICE_SRP_AUTH: on the session of an unproven sign-in",
    plain="{}",
    documented=SESSION,
    source="aws-samples#17 (its words, of another challenge)",
)
def device_srp(w: World) -> str:
    return bare(w, "DEVICE_SRP_AUTH", SRP_A="2", DEVICE_KEY="us-east-1_1")


@row(
    "DEVICE_PASSWORD_VERIFIER: on the session of an unproven sign-in",
    plain="{}",
    documented=SESSION,
    source="aws-samples#17 (its words, of another challenge)",
)
def device_verifier(w: World) -> str:
    return bare(
        w,
        "DEVICE_PASSWORD_VERIFIER",
        DEVICE_KEY="us-east-1_1",
        TIMESTAMP="x",
        PASSWORD_CLAIM_SIGNATURE="x",
        PASSWORD_CLAIM_SECRET_BLOCK="x",
    )


@row(
    "A remembered device in place of MFA",
    plain="crash KeyError",
    documented='["DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "tokens"]',
    source="doc, amp",
)
def device(w: World) -> str:
    w.pool(
        mfa={"MfaConfiguration": "OPTIONAL"} | SMS,
        DeviceConfiguration={"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False},
    )
    w.user(**ALICE, **PHONE)
    w.idp.set_user_mfa_preference(AccessToken=w.token(), SMSMfaSettings={"Enabled": True, "PreferredMfa": True})
    asked = w.start()
    result = w.respond("SMS_MFA", asked["Session"], SMS_MFA_CODE=w.code())["AuthenticationResult"]
    client = AWSSRP("alice", "Correct-h0rse!", w.pool_id, w.client.id, client=w.idp)
    _, client.device_password = client.confirm_device({"AuthenticationResult": result})
    key = client.device_key
    steps = [w.start(DEVICE_KEY=key)]
    srp_a = client.get_auth_params()["SRP_A"]
    steps.append(w.respond("DEVICE_SRP_AUTH", steps[-1]["Session"], SRP_A=srp_a, DEVICE_KEY=key))
    responses = client.process_device_challenge(steps[-1]["ChallengeParameters"])
    responses.pop("USERNAME")
    steps.append(w.respond("DEVICE_PASSWORD_VERIFIER", steps[-1]["Session"], **responses))
    return shown([said(step) for step in steps])


@row("A challenge that does not exist", plain="{}", documented="InvalidParameterException", source="bc (an enum)")
def bogus(w: World) -> str:
    try:
        return bare(w, "BOGUS")
    except w.idp.exceptions.InvalidParameterException:
        return "InvalidParameterException"
