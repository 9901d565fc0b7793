"""Every public function that works on a session: how a test calls it, and what a service answers to its requests.

A table of a test that is made of `FUNCTIONS` cannot forget a function: `test_every_function.py` fails if a public
function has no row.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

import amplify_auth as auth
from amplify_auth._public import __all__ as PUBLIC_NAMES
from tests.support.scripted_cognito import Answer, ScriptedCognito, jwt, says, tokens

PASSWORD: Final = "Canary-Passw0rd!"
NEW_PASSWORD: Final = "Canary-N3w-passw0rd!"
CODE: Final = "123456"
DEVICE: Final = "us-east-1_11111111-2222-4333-8444-555555555555"
_DELIVERY: Final = {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
#: What an authenticator makes of the options below.
CREDENTIAL: Final[Mapping[str, Any]] = {
    "id": "Y3JlZGVudGlhbA",
    "rawId": "Y3JlZGVudGlhbA",
    "type": "public-key",
    "clientExtensionResults": {},
    "response": {
        "clientDataJSON": "Y2FuYXJ5LWNsaWVudC1kYXRhLW9mLWEtcGFzc2tleQ",
        "attestationObject": "Y2FuYXJ5LWF0dGVzdGF0aW9uLW9mLWEtcGFzc2tleQ",
        "transports": [],
    },
}
#: An operation of a signed-in user, and what Cognito answers. Times are seconds since 1970, as on the wire.
ANSWERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "AssociateSoftwareToken": {"SecretCode": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"},
    "ChangePassword": {},
    "CompleteWebAuthnRegistration": {},
    "ConfirmForgotPassword": {},
    "DeleteUser": {},
    "DeleteUserAttributes": {},
    "DeleteWebAuthnCredential": {},
    "ForgetDevice": {},
    "ForgotPassword": {"CodeDeliveryDetails": _DELIVERY},
    "GetUser": {
        "Username": "alice",
        "UserAttributes": [{"Name": "sub", "Value": "sub-1"}, {"Name": "email", "Value": "alice@example.com"}],
        "PreferredMfaSetting": "SMS_MFA",
        "UserMFASettingList": ["SMS_MFA", "SOFTWARE_TOKEN_MFA"],
    },
    "GetUserAttributeVerificationCode": {"CodeDeliveryDetails": _DELIVERY},
    "GetUserAuthFactors": {
        "Username": "alice",
        "PreferredMfaSetting": "SMS_MFA",
        "UserMFASettingList": ["SMS_MFA"],
        "ConfiguredUserAuthFactors": ["PASSWORD", "SMS_OTP"],
    },
    "GlobalSignOut": {},
    "ListDevices": {
        "Devices": [
            {
                "DeviceKey": DEVICE,
                "DeviceAttributes": [{"Name": "device_name", "Value": "laptop"}],
                "DeviceCreateDate": 1700000000.5,
                "DeviceLastModifiedDate": 1700000001,
                "DeviceLastAuthenticatedDate": 1700000002,
            }
        ]
    },
    "ListUserSessions": {
        "Sessions": [
            {
                "SessionId": "tkn" + "1" * 25,
                "SessionType": "TOKEN",
                "ClientId": "client",
                "CreateDate": 1700000000,
                "LastActiveDate": 1700000001,
                "DeviceType": "unknown",
                "LastIPAddress": "203.0.113.7",
                "LastLocation": {"City": "Lisbon", "Country": "Portugal"},
                "OriginSessionId": "sso" + "2" * 25,
                "IsCurrentSession": False,
            }
        ]
    },
    "ListWebAuthnCredentials": {
        "Credentials": [
            {
                "CredentialId": "Y3JlZGVudGlhbA",
                "FriendlyCredentialName": "passkey 1",
                "RelyingPartyId": "example.com",
                "AuthenticatorAttachment": "platform",
                "AuthenticatorTransports": ["internal"],
                "CreatedAt": 1700000000,
            }
        ]
    },
    "RevokeToken": {},
    "RevokeUserSession": {},
    "SetUserMFAPreference": {},
    "StartWebAuthnRegistration": {
        "CredentialCreationOptions": {
            "rp": {"id": "example.com", "name": "example.com"},
            "user": {"id": "YWxpY2U", "name": "alice", "displayName": "alice"},
            "challenge": "Y2hhbGxlbmdl",
            "timeout": 60000,
            "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
            "excludeCredentials": [],
            "authenticatorSelection": {"requireResidentKey": True, "residentKey": "required"},
        }
    },
    "UpdateDeviceStatus": {},
    "UpdateUserAttributes": {"CodeDeliveryDetailsList": [_DELIVERY]},
    "VerifySoftwareToken": {"Status": "SUCCESS"},
    "VerifyUserAttribute": {},
}


class Authenticator:
    """An authenticator that agrees at once."""

    def get(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """A credential that no service accepts."""
        return dict(CREDENTIAL)

    create = get


@attrs.frozen
class Function:
    """A public function and its arguments.

    Attributes:
        function: The function.
        operations: What it sends, in order, if each request is answered as in `ANSWERS`.
        needs_user: True if a user must be signed in.
        arguments: By name, without the session.
    """

    function: Callable[..., object]
    operations: tuple[str, ...]
    needs_user: bool
    arguments: Mapping[str, Any]

    def call(self, session: auth.Session, **changed: Any) -> object:
        """Call it with a session, and with other arguments if some are given."""
        return self.function(**{**self.arguments, **changed}, session=session)


def _row(function: Callable[..., object], *sent: str, needs_user: bool = True, **arguments: Any) -> Function:
    return Function(function, sent, needs_user, arguments)


_SESSION_ID: Final = "tkn" + "1" * 25
#: The functions of an account. One that takes several ways through Cognito has several rows: ``"name, how"``.
ACCOUNT: Final[Mapping[str, Function]] = {
    "associate_web_authn_credential": _row(
        auth.associate_web_authn_credential, "StartWebAuthnRegistration", "CompleteWebAuthnRegistration"
    ),
    "confirm_reset_password": _row(
        auth.confirm_reset_password,
        "ConfirmForgotPassword",
        needs_user=False,
        username="alice",
        new_password=NEW_PASSWORD,
        confirmation_code=CODE,
    ),
    "confirm_user_attribute": _row(
        auth.confirm_user_attribute, "VerifyUserAttribute", user_attribute_key="email", confirmation_code=CODE
    ),
    "delete_user": _row(auth.delete_user, "DeleteUser"),
    "delete_user_attributes": _row(auth.delete_user_attributes, "DeleteUserAttributes", user_attribute_keys=["name"]),
    "delete_web_authn_credential": _row(
        auth.delete_web_authn_credential, "DeleteWebAuthnCredential", credential_id="Y3JlZGVudGlhbA"
    ),
    "fetch_auth_factors": _row(auth.fetch_auth_factors, "GetUserAuthFactors"),
    "fetch_devices": _row(auth.fetch_devices, "ListDevices"),
    "fetch_mfa_preference": _row(auth.fetch_mfa_preference, "GetUser"),
    "fetch_user_attributes": _row(auth.fetch_user_attributes, "GetUser"),
    "forget_device": _row(auth.forget_device, "ForgetDevice"),
    "forget_device, another one": _row(
        auth.forget_device, "ForgetDevice", device_key="us-east-1_aaaaaaaa-2222-4333-8444-555555555555"
    ),
    "list_user_sessions": _row(auth.list_user_sessions, "ListUserSessions"),
    "list_web_authn_credentials": _row(auth.list_web_authn_credentials, "ListWebAuthnCredentials"),
    "list_web_authn_credentials, one page": _row(
        auth.list_web_authn_credentials, "ListWebAuthnCredentials", page_size=5, next_token="page-2"
    ),
    "remember_device": _row(auth.remember_device, "UpdateDeviceStatus"),
    "remember_device, no more": _row(auth.remember_device, "UpdateDeviceStatus", remembered=False),
    "reset_password": _row(auth.reset_password, "ForgotPassword", needs_user=False, username="alice"),
    "revoke_user_session": _row(
        auth.revoke_user_session, "ListUserSessions", "RevokeUserSession", session_id=_SESSION_ID
    ),
    "send_user_attribute_verification_code": _row(
        auth.send_user_attribute_verification_code, "GetUserAttributeVerificationCode", user_attribute_key="email"
    ),
    "set_up_totp": _row(auth.set_up_totp, "AssociateSoftwareToken"),
    "update_mfa_preference": _row(auth.update_mfa_preference, "GetUser", "SetUserMFAPreference", totp="PREFERRED"),
    "update_password": _row(auth.update_password, "ChangePassword", old_password=PASSWORD, new_password=NEW_PASSWORD),
    "update_password, the first one": _row(
        auth.update_password, "ChangePassword", old_password=None, new_password=NEW_PASSWORD
    ),
    "update_user_attribute": _row(
        auth.update_user_attribute, "UpdateUserAttributes", attribute_key="email", value="new@example.com"
    ),
    "update_user_attributes": _row(
        auth.update_user_attributes,
        "UpdateUserAttributes",
        user_attributes={"email": "new@example.com", "name": "Alice"},
    ),
    "verify_totp_setup": _row(auth.verify_totp_setup, "VerifySoftwareToken", code=CODE, friendly_device_name="phone"),
}
#: The functions that lead to a signed-in user or away from one, and those that send nothing of a user.
LIFECYCLE: Final = frozenset(
    {
        *("adopt_device", "adopt_tokens", "auto_sign_in", "confirm_sign_in", "confirm_sign_up"),
        *("fetch_auth_session", "get_current_user", "resend_sign_in_code", "resend_sign_up_code"),
        *("sign_in", "sign_out", "sign_up", "verify_token"),
    }
)
#: The functions that make a session, or say which one is meant.
OF_SESSIONS: Final = frozenset({"configure", "get_session", "use_session"})


def public_functions() -> set[str]:
    """The names of all public functions."""
    return {name for name in PUBLIC_NAMES if inspect.isfunction(getattr(auth, name))}


def function_of(row: str) -> str:
    """The name of the function of a row."""
    return row.partition(",")[0]


def answer_to(operation: str) -> Answer:
    """What Cognito answers."""
    return says(**ANSWERS[operation])


def answer_all(scripted: ScriptedCognito) -> None:
    """Let the service answer all operations of a signed-in user, and the refresh of tokens."""
    for operation in ANSWERS:
        scripted.always(operation, answer_to(operation))
    scripted.always("GetTokensFromRefreshToken", refreshed())


def refreshed(number: int = 2) -> Answer:
    """The answer to a refresh. Tokens of another number have another text."""
    return says(AuthenticationResult=tokens("alice", AccessToken=jwt(jti=str(number))))


def sign_in_with_device(scripted: ScriptedCognito, session: auth.Session) -> auth.Session:
    """Sign alice in, on a device that Cognito registers, and forget the requests of that."""
    new_device = {"DeviceKey": DEVICE, "DeviceGroupKey": "group"}
    scripted.on("InitiateAuth", says(AuthenticationResult=tokens("alice", NewDeviceMetadata=new_device)))
    scripted.on("ConfirmDevice", says(UserConfirmationNecessary=True))
    auth.sign_in("alice", PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)
    scripted.requests.clear()
    return session
