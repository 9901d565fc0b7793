"""ConfirmDevice, GetDevice, ListDevices, UpdateDeviceStatus, ForgetDevice: the devices of a user.

A sign-in names a device (``NewDeviceMetadata``), and ConfirmDevice confirms it.

Never here: the proof of a device at a sign-in.
"""

import base64
import binascii
import re
from typing import Final

from ..request import Call, CognitoError, Members, Response, device_tracking, invalid_parameter, missing, section, text
from ..sign_in import known_device
from ..state import Device
from ..tokens import SignedIn, verify_access
from .pages import page
from .registry import operation

_MOST: Final = 60  # the highest Limit by botocore's model
_KEY: Final = re.compile(r"[\w-]+_[0-9a-f-]+", re.ASCII)
_STATUS: Final = {"remembered": True, "not_remembered": False}


@operation(
    "ConfirmDevice",
    required=("AccessToken", "DeviceKey"),
    optional=("DeviceSecretVerifierConfig", "DeviceName"),
)
def confirm_device(call: Call) -> Response:
    """Confirm a device and keep its verifier. The device is remembered, except if users are asked first (OPT_IN)."""
    device = verify_access(call).state.devices.get(call.text("DeviceKey"))
    tracked = device_tracking(call.pool)
    if device is None or tracked == "OFF":
        # https://github.com/boto/boto3/issues/4059
        raise invalid_parameter("Invalid device key given.")
    if device.confirmed:
        # The exception is from botocore's model; the words are unverified.
        raise CognitoError("DeviceKeyExistsException", "Device already exists.")
    secret = section(call.params, "DeviceSecretVerifierConfig")
    device.salt, device.verifier = _decoded(secret, "Salt"), _decoded(secret, "PasswordVerifier")
    device.name = call.optional_text("DeviceName")
    device.confirmed = True
    asks = tracked == "OPT_IN"
    device.remembered = not asks
    device.modified_at = device.authenticated_at = call.now
    return {"UserConfirmationNecessary": asks}


@operation("GetDevice", required=("AccessToken", "DeviceKey"))
def get_device(call: Call) -> Response:
    """One device of the user."""
    return {"Device": _described(_device(call))}


@operation("ListDevices", required=("AccessToken",), optional=("Limit", "PaginationToken"))
def list_devices(call: Call) -> Response:
    """The user's confirmed devices, oldest first."""
    devices = [device for device in _tracked(call).state.devices.values() if device.confirmed]
    token = call.params.get("PaginationToken")
    shown, following = page(devices, limit=call.params.get("Limit"), token=token, most=_MOST)
    listed: Response = {"Devices": [_described(device) for device in shown]}
    return {**listed, "PaginationToken": following} if following else listed


@operation("UpdateDeviceStatus", required=("AccessToken", "DeviceKey"), optional=("DeviceRememberedStatus",))
def update_device_status(call: Call) -> Response:
    """Remember a device, or stop remembering it. The device stays confirmed."""
    device = _device(call)
    status = call.optional_text("DeviceRememberedStatus")
    if status is not None and status not in _STATUS:
        raise invalid_parameter(
            "1 validation error detected: Value at 'deviceRememberedStatus' failed to satisfy constraint: "
            "Member must satisfy enum value set: [not_remembered, remembered]"
        )
    if status is not None:
        device.remembered = _STATUS[status]
        device.modified_at = call.now
    return {}


@operation("ForgetDevice", required=("AccessToken", "DeviceKey"))
def forget_device(call: Call) -> Response:
    """Delete a device of the user. Its next sign-in is that of an unknown device."""
    device = _device(call)
    del verify_access(call).state.devices[device.key]
    return {}


def _tracked(call: Call) -> SignedIn:
    """The user of a pool that tracks devices."""
    signed_in = verify_access(call)
    if device_tracking(call.pool) == "OFF":
        # The exception: the example of fetchDevices in amplify-flutter (packages/auth/amplify_auth_cognito_dart),
        # and amplify-flutter#1759. The words are unverified.
        raise CognitoError(
            "InvalidUserPoolConfigurationException", "Device tracking is not enabled for this user pool."
        )
    return signed_in


def _device(call: Call) -> Device:
    key = call.text("DeviceKey")
    if not _KEY.fullmatch(key):
        # The pattern is that of botocore's model. The words are Cognito's for other members.
        raise invalid_parameter(
            "1 validation error detected: Value at 'deviceKey' failed to satisfy constraint: "
            f"Member must satisfy regular expression pattern: {_KEY.pattern}"
        )
    # The words of the refusal: https://github.com/aws/aws-sdk-net/issues/1055
    return known_device(call, _tracked(call).user.username, key)


def _decoded(secret: Members, name: str) -> bytes:
    encoded = text(secret, name)
    if not encoded:
        # Optional in botocore's model. The answer of Cognito without it is unverified.
        raise missing(f"DeviceSecretVerifierConfig.{name}")
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise invalid_parameter(f"{name} is not base64.") from None  # unverified words


def _described(device: Device) -> Response:
    attributes = {
        "device_status": "valid",
        **({"device_name": device.name} if device.name else {}),
        "last_ip_used": "127.0.0.1",
        "dev:device_remembered_status": "remembered" if device.remembered else "not_remembered",
    }
    return {
        "DeviceKey": device.key,
        "DeviceAttributes": [{"Name": name, "Value": value} for name, value in attributes.items()],
        "DeviceCreateDate": device.created_at,
        "DeviceLastModifiedDate": device.modified_at,
        "DeviceLastAuthenticatedDate": device.authenticated_at,
    }
