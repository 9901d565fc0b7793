"""Devices and passkeys of the signed-in user."""

from typing import Any

from tests.support.fidelity_world import World, row, said, shown
from tests.testing.fidelity.signed_in import DEVICES, MISSING, PASSKEYS, VERIFIER, alice


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


@row(
    "ListDevices: a pool that does not track devices",
    plain=MISSING,
    documented="InvalidUserPoolConfigurationException",
    source="amplify-flutter#1759",
)
def list_untracked(w: World) -> str:
    token = alice(w)
    try:
        return said(w.idp.list_devices(AccessToken=token))
    except w.idp.exceptions.InvalidUserPoolConfigurationException:
        return "InvalidUserPoolConfigurationException"


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
