"""Functions that `amplify_auth` does not have: done with boto3 so that a scenario can go on, and not compared.

A function that comes into being gets a row in `functions` and loses its stand-in here.
"""

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
    "rememberDevice": _remember_device,
    "forgetDevice": _forget_device,
    "fetchDevices": _simply("list_devices", Limit=lambda args: 60),
    "setUpTOTP": _simply("associate_software_token"),
    "verifyTOTPSetup": _simply("verify_software_token", UserCode=lambda args: args["code"]),
    "fetchMFAPreference": _simply("get_user"),
    "updateMFAPreference": _update_mfa,
    "associateWebAuthnCredential": _associate_passkey,
    "listWebAuthnCredentials": _simply("list_web_authn_credentials"),
    "deleteWebAuthnCredential": _simply("delete_web_authn_credential", CredentialId=lambda args: args["credentialId"]),
}
