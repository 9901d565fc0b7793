"""Functions that `amplify_auth` does not have: done with boto3 so that a scenario can go on, and not compared.

A function that comes into being gets a row in `functions` and loses its stand-in here.
"""

import base64
import hmac
from collections.abc import Callable, Mapping
from typing import Any

import attrs

import amplify_auth as auth
from amplify_auth.testing import SoftwarePasskey


@attrs.frozen
class Cast:
    """Who takes part: the session, its boto3 client, the authenticator."""

    session: auth.Session
    client: Any
    passkey: SoftwarePasskey

    def about(self, username: str) -> dict[str, Any]:
        """The parameters that say which client, which user."""
        config = self.session.config
        named = {"ClientId": config.user_pool_client_id, "Username": username}
        if config.client_secret is None:
            return named
        text = username + config.user_pool_client_id
        proof = hmac.digest(config.client_secret.encode(), text.encode(), "sha256")
        return {**named, "SecretHash": base64.b64encode(proof).decode()}

    def call(self, operation: str, **parameters: Any) -> Any:
        """Call an operation with the access token."""
        tokens = auth.fetch_auth_session(session=self.session).tokens
        assert tokens is not None
        return getattr(self.client, operation)(AccessToken=tokens.access_token, **parameters)

    @property
    def device_key(self) -> str:
        """The key of the one device."""
        (device,) = self.session.devices
        return device.key


Args = Mapping[str, Any]


def _metadata(args: Args) -> dict[str, Any]:
    given = args.get("options", {}).get("clientMetadata")
    return {"ClientMetadata": given} if given else {}


def _attributes(attributes: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in attributes.items()]


def _reset_password(cast: Cast, args: Args) -> None:
    cast.client.forgot_password(**cast.about(args["username"]), **_metadata(args))


def _confirm_reset_password(cast: Cast, args: Args) -> None:
    cast.client.confirm_forgot_password(
        **cast.about(args["username"]),
        ConfirmationCode=args["confirmationCode"],
        Password=args["newPassword"],
        **_metadata(args),
    )


def _update_password(cast: Cast, args: Args) -> None:
    cast.call("change_password", PreviousPassword=args["oldPassword"], ProposedPassword=args["newPassword"])


def _delete_user(cast: Cast, args: Args) -> None:
    cast.call("delete_user")
    auth.sign_out(session=cast.session)


def _remember_device(cast: Cast, args: Args) -> None:
    cast.call("update_device_status", DeviceKey=cast.device_key, DeviceRememberedStatus="remembered")


def _forget_device(cast: Cast, args: Args) -> None:
    given = args.get("device", {}).get("id")
    cast.call("forget_device", DeviceKey=given or cast.device_key)
    if given in (None, cast.device_key):
        cast.session.forget_devices()


def _associate_passkey(cast: Cast, args: Args) -> None:
    options = cast.call("start_web_authn_registration")["CredentialCreationOptions"]
    cast.call("complete_web_authn_registration", Credential=cast.passkey.create(options))


def _update_mfa(cast: Cast, args: Args) -> None:
    words = {"sms": "SMSMfaSettings", "totp": "SoftwareTokenMfaSettings", "email": "EmailMfaSettings"}
    values = {
        "ENABLED": {"Enabled": True},
        "DISABLED": {"Enabled": False},
        "PREFERRED": {"Enabled": True, "PreferredMfa": True},
        "NOT_PREFERRED": {"Enabled": True, "PreferredMfa": False},
    }
    cast.call("set_user_mfa_preference", **{words[name]: values[value] for name, value in args.items()})


def _simply(operation: str, **members: Callable[[Args], Any]) -> Callable[[Cast, Args], None]:
    def call(cast: Cast, args: Args) -> None:
        cast.call(operation, **{name: member(args) for name, member in members.items()})

    return call


STAND_INS: Mapping[str, Callable[[Cast, Args], None]] = {
    "resetPassword": _reset_password,
    "confirmResetPassword": _confirm_reset_password,
    "updatePassword": _update_password,
    "deleteUser": _delete_user,
    "rememberDevice": _remember_device,
    "forgetDevice": _forget_device,
    "fetchDevices": _simply("list_devices", Limit=lambda args: 60),
    "setUpTOTP": _simply("associate_software_token"),
    "verifyTOTPSetup": _simply("verify_software_token", UserCode=lambda args: args["code"]),
    "fetchMFAPreference": _simply("get_user"),
    "updateMFAPreference": _update_mfa,
    "fetchUserAttributes": _simply("get_user"),
    "updateUserAttributes": _simply(
        "update_user_attributes", UserAttributes=lambda args: _attributes(args["userAttributes"])
    ),
    "updateUserAttribute": _simply(
        "update_user_attributes",
        UserAttributes=lambda args: _attributes(
            {args["userAttribute"]["attributeKey"]: args["userAttribute"]["value"]}
        ),
    ),
    "deleteUserAttributes": _simply(
        "delete_user_attributes", UserAttributeNames=lambda args: args["userAttributeKeys"]
    ),
    "sendUserAttributeVerificationCode": _simply(
        "get_user_attribute_verification_code", AttributeName=lambda args: args["userAttributeKey"]
    ),
    "confirmUserAttribute": _simply(
        "verify_user_attribute",
        AttributeName=lambda args: args["userAttributeKey"],
        Code=lambda args: args["confirmationCode"],
    ),
    "associateWebAuthnCredential": _associate_passkey,
    "listWebAuthnCredentials": _simply("list_web_authn_credentials"),
    "deleteWebAuthnCredential": _simply("delete_web_authn_credential", CredentialId=lambda args: args["credentialId"]),
}
