"""ConfirmDevice, GetDevice, ListDevices, UpdateDeviceStatus, ForgetDevice: devices the user signs in from.

A device is named by a sign-in (``NewDeviceMetadata``) and begins to exist with ConfirmDevice. Never here: its proof
at a later sign-in.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from amplify_auth.testing._core.operations.pages import page
from amplify_auth.testing._core.operations.registry import operation
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import CognitoError, invalid_parameter, missing
from amplify_auth.testing._core.request.settings import section
from amplify_auth.testing._core.sign_in.device import tracking
from amplify_auth.testing._core.sign_in.progress import known_device
from amplify_auth.testing._core.state.store import Device
from amplify_auth.testing._core.tokens.issue import verify_access

_MOST: Final = 60  # the highest Limit by botocore's model
_STATUS: Final = {"remembered": True, "not_remembered": False}


@operation(
    "ConfirmDevice",
    required=("AccessToken", "DeviceKey"),
    optional=("DeviceSecretVerifierConfig", "DeviceName"),
)
def confirm_device(call: Call) -> dict[str, Any]:
    """Keep the device's verifier; remember the device at once unless users are asked first (OPT_IN)."""
    device = verify_access(call).state.devices.get(str(call.required("DeviceKey")))
    tracked = tracking(call.pool)
    if device is None or tracked == "OFF":
        # https://github.com/boto/boto3/issues/4059
        raise invalid_parameter("Invalid device key given.")
    if device.confirmed:
        # The exception is botocore's model's; the words are unverified.
        raise CognitoError("DeviceKeyExistsException", "Device already exists.")
    secret = section(call.params, "DeviceSecretVerifierConfig")
    device.salt, device.verifier = _decoded(secret, "Salt"), _decoded(secret, "PasswordVerifier")
    device.name = call.params.get("DeviceName")
    device.confirmed = True
    asks = tracked == "OPT_IN"
    device.remembered = not asks
    device.modified_at = device.authenticated_at = call.now
    return {"UserConfirmationNecessary": asks}


@operation("GetDevice", required=("AccessToken", "DeviceKey"))
def get_device(call: Call) -> dict[str, Any]:
    """One device of the user."""
    return {"Device": _described(_device(call))}


@operation("ListDevices", required=("AccessToken",), optional=("Limit", "PaginationToken"))
def list_devices(call: Call) -> dict[str, Any]:
    """The user's confirmed devices, oldest first."""
    devices = [device for device in verify_access(call).state.devices.values() if device.confirmed]
    token = call.params.get("PaginationToken")
    shown, following = page(devices, limit=call.params.get("Limit"), token=token, most=_MOST)
    listed = {"Devices": [_described(device) for device in shown]}
    return {**listed, "PaginationToken": following} if following else listed


@operation("UpdateDeviceStatus", required=("AccessToken", "DeviceKey"), optional=("DeviceRememberedStatus",))
def update_device_status(call: Call) -> dict[str, Any]:
    """Remember a device, or stop to, without forgetting it."""
    device = _device(call)
    status = call.params.get("DeviceRememberedStatus")
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
def forget_device(call: Call) -> dict[str, Any]:
    """Delete a device of the user: its next sign-in is that of a stranger."""
    device = _device(call)
    del verify_access(call).state.devices[device.key]
    return {}


def _device(call: Call) -> Device:
    # The words of its refusal: https://github.com/aws/aws-sdk-net/issues/1055
    return known_device(call, verify_access(call).user.username, str(call.required("DeviceKey")))


def _decoded(secret: Mapping[str, Any], name: str) -> bytes:
    text = secret.get(name)
    if not text:
        # Optional in botocore's model; what Cognito answers without it is unverified.
        raise missing(f"DeviceSecretVerifierConfig.{name}")
    try:
        return base64.b64decode(str(text), validate=True)
    except binascii.Error:
        raise invalid_parameter(f"{name} is not base64.") from None  # unverified words


def _described(device: Device) -> dict[str, Any]:
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
