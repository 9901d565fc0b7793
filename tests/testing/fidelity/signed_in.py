"""Operations of signed-in users, and those about forgotten passwords."""

import base64
import json
from typing import Any

from fidelity.sign_in import SMS, TOTP
from fidelity.world import ALICE, PHONE, World, row, said, shown

MISSING = "crash NotImplementedError"
VERIFIED: dict[str, Any] = {"AutoVerifiedAttributes": ["email"]}
DEVICES: dict[str, Any] = {
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
}
PASSKEYS: dict[str, Any] = {
    "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}},
    "mfa": {
        "MfaConfiguration": "OFF",
        "WebAuthnConfiguration": {"RelyingPartyId": "localhost", "UserVerification": "preferred"},
    },
}
VERIFIER = {"Salt": "c2FsdHNhbHRzYWx0c2FsdA==", "PasswordVerifier": "dmVyaWZpZXI="}
WRONG_CODE = "CodeMismatchException: Invalid verification code provided, please try again."
USED_CODE = "ExpiredCodeException: Invalid code provided, please request a code again."


def alice(w: World, **settings: Any) -> str:
    """A new pool, a new user, signed in."""
    w.pool(**settings)
    w.user(**ALICE, **PHONE)
    return w.token()


# -- TOTP and MFA -----------------------------------------------------------------------------------------------


@row("AssociateSoftwareToken: two users' secrets", plain='"the same"', documented='"different"', source="cli")
def secrets(w: World) -> str:
    first = w.idp.associate_software_token(AccessToken=alice(w, mfa=TOTP))["SecretCode"]
    w.user("bob")
    second = w.idp.associate_software_token(AccessToken=w.token("bob"))["SecretCode"]
    return shown("the same" if first == second else "different")


@row(
    "VerifySoftwareToken: a wrong code",
    plain="Session, Status",
    documented="EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA",
    source="ministack#1608, aws-amplify-auth-starters#15",
)
def totp_wrong(w: World) -> str:
    token = alice(w, mfa=TOTP)
    secret = w.idp.associate_software_token(AccessToken=token)["SecretCode"]
    wrong = "000000" if w.totp(secret) != "000000" else "000001"
    return said(w.idp.verify_software_token(AccessToken=token, UserCode=wrong))


@row(
    "VerifySoftwareToken: with an access token",
    plain="Session, Status",
    documented="Status",
    source="cli, cognito-identity-js#627",
)
def totp_right(w: World) -> str:
    token = alice(w, mfa=TOTP)
    secret = w.idp.associate_software_token(AccessToken=token)["SecretCode"]
    return said(w.idp.verify_software_token(AccessToken=token, UserCode=w.totp(secret)))


@row(
    "SetUserMFAPreference: two preferred",
    plain="{}",
    documented="InvalidParameterException",
    source="amplify docs PR#5690",
)
def two_preferred(w: World) -> str:
    token = alice(w, mfa=TOTP | SMS)
    w.totp_on(token)
    preferred = {"Enabled": True, "PreferredMfa": True}
    try:
        return said(
            w.idp.set_user_mfa_preference(
                AccessToken=token, SMSMfaSettings=preferred, SoftwareTokenMfaSettings=preferred
            )
        )
    except w.idp.exceptions.InvalidParameterException:
        return "InvalidParameterException"


@row(
    "SetUserMFAPreference: TOTP not set up",
    plain="InvalidParameterException: User has not verified software token mfa",
    documented="InvalidParameterException: User has not verified software token mfa",
    source="amplify-js#7016",
)
def unverified_totp(w: World) -> str:
    return said(
        w.idp.set_user_mfa_preference(AccessToken=alice(w, mfa=TOTP), SoftwareTokenMfaSettings={"Enabled": True})
    )


@row("SetUserMFAPreference: e-mail", plain='["{}", []]', documented='["{}", ["EMAIL_OTP"]]', source="bc")
def email_mfa(w: World) -> str:
    token = alice(w)
    answer = w.idp.set_user_mfa_preference(AccessToken=token, EmailMfaSettings={"Enabled": True})
    return shown([said(answer), w.idp.get_user(AccessToken=token).get("UserMFASettingList", [])])


@row("SetUserSettings: SMS", plain=MISSING, documented='["SMS_MFA"]', source="bc")
def settings(w: World) -> str:
    token = alice(w)
    w.idp.set_user_settings(AccessToken=token, MFAOptions=[{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}])
    return shown(w.idp.get_user(AccessToken=token).get("UserMFASettingList", []))


# -- the user ---------------------------------------------------------------------------------------------------


@row(
    "GetUser: MFA that is not set",
    plain="MFAOptions, PreferredMfaSetting, UserAttributes, UserMFASettingList, Username",
    documented="UserAttributes, Username",
    source="cli",
)
def get_user(w: World) -> str:
    return said(w.idp.get_user(AccessToken=alice(w)))


@row(
    "GetUser: what is no token",
    plain=("NotAuthorizedException: Invalid token", "NotAuthorizedException: garbage"),
    documented="NotAuthorizedException: Invalid Access Token",
    source="aws-cognito-angular-quickstart#137",
)
def garbage(w: World) -> str:
    alice(w)
    return said(w.idp.get_user(AccessToken="garbage"))


@row(
    "GetUser: an expired token",
    plain="MFAOptions, PreferredMfaSetting, UserAttributes, UserMFASettingList, Username",
    documented="NotAuthorizedException: Access Token has expired",
    source="aws-sdk-ios#1376",
)
def expired(w: World) -> str:
    token = alice(w)
    w.later(3601)
    return said(w.idp.get_user(AccessToken=token))


@row("GetUserAuthFactors", plain=MISSING, documented="ConfiguredUserAuthFactors, Username", source="cli")
def factors(w: World) -> str:
    return said(w.idp.get_user_auth_factors(AccessToken=alice(w)))


@row("DeleteUser", plain=MISSING, documented='["{}", []]', source="bc")
def delete_user(w: World) -> str:
    answer = w.idp.delete_user(AccessToken=alice(w))
    return shown([said(answer), w.idp.list_users(UserPoolId=w.pool_id)["Users"]])


# -- attributes -------------------------------------------------------------------------------------------------


def update(w: World, token: str, **attributes: str) -> dict[str, Any]:
    listed = [{"Name": name, "Value": value} for name, value in attributes.items()]
    return dict(w.idp.update_user_attributes(AccessToken=token, UserAttributes=listed))


@row(
    "UpdateUserAttributes: sub",
    plain="{}",
    documented="InvalidParameterException: user.sub: Attribute cannot be updated.",
    source="bc (immutable), mem (its words)",
)
def update_sub(w: World) -> str:
    return said(update(w, alice(w), sub="another"))


@row(
    "UpdateUserAttributes: not in the schema",
    plain="{}",
    documented=(
        "InvalidParameterException: Attributes did not conform to the schema: "
        "custom:x: Attribute does not exist in the schema."
    ),
    source="amplify-js#5532 (of SignUp)",
)
def update_unknown(w: World) -> str:
    return said(update(w, alice(w), **{"custom:x": "1"}))


@row(
    "UpdateUserAttributes: a new address",
    plain='["none", "true"]',
    documented='["EMAIL email n***@e***", "false"]',
    source="bc, amplify-js#1676",
)
def update_email(w: World) -> str:
    token = alice(w, **VERIFIED)
    sent = update(w, token, email="new@example.com").get("CodeDeliveryDetailsList") or []
    texts = [f"{d['DeliveryMedium']} {d['AttributeName']} {d['Destination']}" for d in sent] or ["none"]
    return shown([*texts, w.attributes(token)["email_verified"]])


@row(
    "UpdateUserAttributes: an address that must be verified first",
    plain='"new@example.com"',
    documented='"alice@example.com"',
    source="bc",
)
def update_pending(w: World) -> str:
    required = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    token = alice(w, **VERIFIED, UserAttributeUpdateSettings=required)
    update(w, token, email="new@example.com")
    return shown(w.attributes(token)["email"])


@row(
    "UpdateUserAttributes: email_verified",
    plain="{}",
    documented="NotAuthorizedException: A client attempted to write unauthorized attribute",
    source="aws-sdk-js#3603 (of SignUp)",
)
def update_verified(w: World) -> str:
    return said(update(w, alice(w), email_verified="true"))


@row("DeleteUserAttributes", plain=MISSING, documented='["{}", false]', source="bc")
def delete_attributes(w: World) -> str:
    token = alice(w)
    answer = w.idp.delete_user_attributes(AccessToken=token, UserAttributeNames=["phone_number"])
    return shown([said(answer), "phone_number" in w.attributes(token)])


@row(
    "GetUserAttributeVerificationCode",
    plain=MISSING,
    documented='{"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***"}',
    source="cli",
)
def verification_code(w: World) -> str:
    token = alice(w, **VERIFIED)
    return shown(
        w.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")["CodeDeliveryDetails"]
    )


def verify(w: World, *, wrong: bool = False, times: int = 1) -> str:
    token = alice(w, **VERIFIED)
    w.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    code = "wrong" if wrong else w.code()
    for _ in range(times - 1):
        w.idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=code)
    return said(w.idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=code))


@row("VerifyUserAttribute: the right code", plain=MISSING, documented="{}", source="floci#2018")
def verify_right(w: World) -> str:
    return verify(w)


@row("VerifyUserAttribute: a wrong code", plain=MISSING, documented=WRONG_CODE, source="floci#2018")
def verify_wrong(w: World) -> str:
    return verify(w, wrong=True)


@row("VerifyUserAttribute: a used code", plain=MISSING, documented=USED_CODE, source="floci#2018")
def verify_used(w: World) -> str:
    return verify(w, times=2)


# -- tokens -----------------------------------------------------------------------------------------------------


@row(
    "GlobalSignOut: twice",
    plain="NotAuthorizedException: <token>",
    documented="NotAuthorizedException: Access Token has been revoked",
    source="amplify-js#3435",
)
def sign_out_twice(w: World) -> str:
    token = alice(w)
    w.idp.global_sign_out(AccessToken=token)
    return said(w.idp.global_sign_out(AccessToken=token))


@row(
    "RevokeToken: then the access token",
    plain=MISSING,
    documented="NotAuthorizedException: Access Token has been revoked",
    source="bc",
)
def revoke(w: World) -> str:
    alice(w)
    result = w.sign_in()
    w.idp.revoke_token(ClientId=w.client.id, Token=result["RefreshToken"])
    return said(w.idp.get_user(AccessToken=result["AccessToken"]))


@row(
    "RevokeToken: an access token",
    plain=MISSING,
    documented="UnsupportedTokenTypeException",
    source="bc, oidc-client-ts#262 quoting the guide",
)
def revoke_access(w: World) -> str:
    token = alice(w)
    try:
        return said(w.idp.revoke_token(ClientId=w.client.id, Token=token))
    except w.idp.exceptions.UnsupportedTokenTypeException:
        return "UnsupportedTokenTypeException"


def refreshed(w: World, token: str) -> dict[str, Any]:
    result: dict[str, Any] = w.idp.get_tokens_from_refresh_token(ClientId=w.client.id, RefreshToken=token)[
        "AuthenticationResult"
    ]
    return result


@row("GetTokensFromRefreshToken", plain=MISSING, documented="AccessToken, ExpiresIn, IdToken, TokenType", source="bc")
def refresh(w: World) -> str:
    alice(w)
    return said(refreshed(w, w.sign_in()["RefreshToken"]))


@row(
    "GetTokensFromRefreshToken: rotation",
    plain=MISSING,
    documented="AccessToken, ExpiresIn, IdToken, RefreshToken, TokenType",
    source="bc",
)
def rotation(w: World) -> str:
    alice(w, client={"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}})
    return said(refreshed(w, w.sign_in()["RefreshToken"]))


@row("GetTokensFromRefreshToken: a rotated token", plain=MISSING, documented="RefreshTokenReuseException", source="bc")
def reuse(w: World) -> str:
    alice(w, client={"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}})
    token = w.sign_in()["RefreshToken"]
    refreshed(w, token)
    try:
        return said(refreshed(w, token))
    except w.idp.exceptions.RefreshTokenReuseException:
        return "RefreshTokenReuseException"


@row("ListUserSessions", plain=MISSING, documented='[["TOKEN", true]]', source="bc")
def sessions(w: World) -> str:
    listed = w.idp.list_user_sessions(AccessToken=alice(w))["Sessions"]
    return shown([[each["SessionType"], each["IsCurrentSession"]] for each in listed])


@row(
    "RevokeUserSession: another sign-in",
    plain=MISSING,
    documented="NotAuthorizedException: Access Token has been revoked",
    source="bc",
)
def revoke_session(w: World) -> str:
    lost, mine = alice(w), w.token()
    listed = w.idp.list_user_sessions(AccessToken=mine)["Sessions"]
    (target,) = [each["SessionId"] for each in listed if not each["IsCurrentSession"]]
    w.idp.revoke_user_session(AccessToken=mine, SessionId=target)
    return said(w.idp.get_user(AccessToken=lost))


@row("UpdateAuthEventFeedback", plain=MISSING, documented="UserPoolAddOnNotEnabledException", source="bc")
def feedback(w: World) -> str:
    alice(w)
    try:
        return said(
            w.idp.update_auth_event_feedback(
                UserPoolId=w.pool_id, Username="alice", EventId="1", FeedbackToken="x", FeedbackValue="Valid"
            )
        )
    except w.idp.exceptions.UserPoolAddOnNotEnabledException:
        return "UserPoolAddOnNotEnabledException"


# -- devices ----------------------------------------------------------------------------------------------------


def confirmed(w: World) -> tuple[str, str]:
    alice(w, **DEVICES)
    result = w.sign_in()
    token, key = result["AccessToken"], result.get("NewDeviceMetadata", {}).get("DeviceKey", "us-east-1_1")
    w.idp.confirm_device(AccessToken=token, DeviceKey=key, DeviceSecretVerifierConfig=VERIFIER)
    return token, key


@row("A sign-in under device tracking", plain='"no device"', documented='"NewDeviceMetadata"', source="cli")
def new_device(w: World) -> str:
    alice(w, **DEVICES)
    return shown("NewDeviceMetadata" if "NewDeviceMetadata" in w.sign_in() else "no device")


@row("ConfirmDevice", plain=MISSING, documented="false", source="cli")
def confirm_device(w: World) -> str:
    alice(w, **DEVICES)
    result = w.sign_in()
    key = result.get("NewDeviceMetadata", {}).get("DeviceKey", "us-east-1_1")
    answer = w.idp.confirm_device(AccessToken=result["AccessToken"], DeviceKey=key, DeviceSecretVerifierConfig=VERIFIER)
    return shown(answer["UserConfirmationNecessary"])


@row(
    "ConfirmDevice: a device of no sign-in",
    plain=MISSING,
    documented="InvalidParameterException: Invalid device key given.",
    source="boto3#4059",
)
def confirm_unknown(w: World) -> str:
    token = alice(w, **DEVICES)
    return said(w.idp.confirm_device(AccessToken=token, DeviceKey="us-east-1_1", DeviceSecretVerifierConfig=VERIFIER))


@row(
    "GetDevice",
    plain=MISSING,
    documented="DeviceAttributes, DeviceCreateDate, DeviceKey, DeviceLastAuthenticatedDate, DeviceLastModifiedDate",
    source="cli",
)
def get_device(w: World) -> str:
    token, key = confirmed(w)
    return said(w.idp.get_device(AccessToken=token, DeviceKey=key)["Device"])


@row("ListDevices", plain=MISSING, documented="1", source="cli")
def list_devices(w: World) -> str:
    return shown(len(w.idp.list_devices(AccessToken=confirmed(w)[0])["Devices"]))


@row("UpdateDeviceStatus", plain=MISSING, documented='["not_remembered"]', source="bc")
def device_status(w: World) -> str:
    token, key = confirmed(w)
    w.idp.update_device_status(AccessToken=token, DeviceKey=key, DeviceRememberedStatus="not_remembered")
    attributes = w.idp.get_device(AccessToken=token, DeviceKey=key)["Device"]["DeviceAttributes"]
    return shown([a["Value"] for a in attributes if a["Name"] == "dev:device_remembered_status"])


@row(
    "ForgetDevice: then the device",
    plain=MISSING,
    documented="ResourceNotFoundException: Device does not exist.",
    source="aws-sdk-net#1055",
)
def forget_device(w: World) -> str:
    token, key = confirmed(w)
    w.idp.forget_device(AccessToken=token, DeviceKey=key)
    return said(w.idp.get_device(AccessToken=token, DeviceKey=key))


# -- passkeys ---------------------------------------------------------------------------------------------------


def registered(w: World) -> tuple[str, Any]:
    token, device = alice(w, **PASSKEYS), w.passkey()
    options = w.idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    w.idp.complete_web_authn_registration(AccessToken=token, Credential=device.create(options))
    return token, device


@row(
    "StartWebAuthnRegistration",
    plain=MISSING,
    documented="authenticatorSelection, challenge, excludeCredentials, pubKeyCredParams, rp, timeout, user",
    source="cli",
)
def start_passkey(w: World) -> str:
    token = alice(w, **PASSKEYS)
    return said(w.idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"])


@row(
    "CompleteWebAuthnRegistration: an answer to another challenge",
    plain=MISSING,
    documented="WebAuthnChallengeNotFoundException",
    source="bc",
)
def complete_passkey(w: World) -> str:
    token, device = alice(w, **PASSKEYS), w.passkey()
    first = w.idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    w.idp.start_web_authn_registration(AccessToken=token)
    try:
        return said(w.idp.complete_web_authn_registration(AccessToken=token, Credential=device.create(first)))
    except w.idp.exceptions.WebAuthnChallengeNotFoundException:
        return "WebAuthnChallengeNotFoundException"


@row(
    "ListWebAuthnCredentials",
    plain=MISSING,
    documented=(
        "AuthenticatorAttachment, AuthenticatorTransports, CreatedAt, CredentialId, FriendlyCredentialName, "
        "RelyingPartyId"
    ),
    source="cli",
)
def list_passkeys(w: World) -> str:
    (credential,) = w.idp.list_web_authn_credentials(AccessToken=registered(w)[0])["Credentials"]
    return said(credential)


@row("DeleteWebAuthnCredential", plain=MISSING, documented="[]", source="bc")
def delete_passkey(w: World) -> str:
    token, device = registered(w)
    w.idp.delete_web_authn_credential(AccessToken=token, CredentialId=device.credential_ids[0])
    return shown(w.idp.list_web_authn_credentials(AccessToken=token)["Credentials"])


# -- passwords --------------------------------------------------------------------------------------------------


@row(
    "ForgotPassword: where the code goes",
    plain=('"SMS phone_number +*******9934"', '"EMAIL email a***@e***"'),  # since 5.2.3, before
    documented='"EMAIL email a***@e***"',
    source="doc, cli",
)
def forgot(w: World) -> str:
    w.pool(**VERIFIED)
    w.user(**ALICE)
    details = w.idp.forgot_password(ClientId=w.client.id, Username="alice").get("CodeDeliveryDetails") or {}
    return shown(
        f"{details['DeliveryMedium']} {details['AttributeName']} {details['Destination']}" if details else "none"
    )


@row("ForgotPassword: an unknown user", plain="CodeDeliveryDetails", documented="UserNotFoundException", source="doc")
def forgot_unknown(w: World) -> str:
    w.pool(**VERIFIED, client={"PreventUserExistenceErrors": "LEGACY"})
    try:
        return said(w.idp.forgot_password(ClientId=w.client.id, Username="nobody"))
    except w.idp.exceptions.UserNotFoundException:
        return "UserNotFoundException"


@row(
    "ForgotPassword: nothing verified to send to",
    plain="CodeDeliveryDetails",
    documented="InvalidParameterException",
    source="bc",
)
def forgot_unverified(w: World) -> str:
    w.pool(**VERIFIED)
    w.user(email="alice@example.com")
    try:
        return said(w.idp.forgot_password(ClientId=w.client.id, Username="alice"))
    except w.idp.exceptions.InvalidParameterException:
        return "InvalidParameterException"


def confirm_forgot(w: World, *, code: str | None = None, password: str = "Another-h0rse!") -> str:
    w.pool(**VERIFIED)
    w.user(**ALICE)
    w.idp.forgot_password(ClientId=w.client.id, Username="alice")
    return said(
        w.idp.confirm_forgot_password(
            ClientId=w.client.id, Username="alice", ConfirmationCode=code or w.code(), Password=password
        )
    )


@row(
    "ConfirmForgotPassword: a wrong code",
    plain="{}",
    documented=WRONG_CODE,
    source="bc (the exception), floci#2018 (the words, of VerifyUserAttribute)",
)
def confirm_forgot_wrong(w: World) -> str:
    return confirm_forgot(w, code="1")


@row("ConfirmForgotPassword: a weak password", plain="{}", documented="InvalidPasswordException", source="bc")
def confirm_forgot_weak(w: World) -> str:
    try:
        return confirm_forgot(w, password="short")
    except w.idp.exceptions.InvalidPasswordException:
        return "InvalidPasswordException"


@row("ConfirmForgotPassword: the status afterwards", plain='"RESET_REQUIRED"', documented='"CONFIRMED"', source="doc")
def confirm_forgot_status(w: World) -> str:
    w.pool(**VERIFIED)
    w.user(**ALICE)
    w.idp.admin_reset_user_password(UserPoolId=w.pool_id, Username="alice")
    if w.cognito is not None:
        w.idp.forgot_password(ClientId=w.client.id, Username="alice")
    w.idp.confirm_forgot_password(
        ClientId=w.client.id, Username="alice", ConfirmationCode=w.code(), Password="Another-h0rse!"
    )
    return shown(w.idp.admin_get_user(UserPoolId=w.pool_id, Username="alice")["UserStatus"])


@row(
    "ChangePassword: a wrong previous one",
    plain=("NotAuthorizedException: alice", "NotAuthorizedException:"),
    documented="NotAuthorizedException: Incorrect username or password.",
    source="mem",
)
def change_password(w: World) -> str:
    token = alice(w)
    return said(
        w.idp.change_password(AccessToken=token, PreviousPassword="Wrong-h0rse!", ProposedPassword="Another-h0rse!")
    )


@row(
    "ID token: an attribute the client did not list as readable",
    plain='"absent"',
    documented='"alice@example.com"',
    source="floci#984",
)
def id_token(w: World) -> str:
    alice(w)
    payload = w.sign_in()["IdToken"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return shown(claims.get("email", "absent"))
