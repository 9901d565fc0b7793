"""Registering this machine as a user's device after a sign-in. Its failure never fails the sign-in."""

from __future__ import annotations

import logging
import platform
import warnings
from collections.abc import Mapping
from typing import Any

from .._cognito import call, text_of, wrong
from .._srp import make_device_secret
from .._values import AuthConfig, Device
from ..errors import AuthError, DeviceRegistrationWarning

logger = logging.getLogger("amplify_auth")


def register_device(
    config: AuthConfig, result: Mapping[str, Any], *, username: str, login_id: str, name: str | None
) -> Device | AuthError | None:
    """Register the device that an ``AuthenticationResult`` speaks of (``ConfirmDevice``), if it speaks of one.

    Args:
        config: The session's configuration.
        result: The ``AuthenticationResult``, with the access token that is about to be published.
        username: Cognito's name for the user.
        login_id: The name that was typed.
        name: The device's name; default: this machine's.

    Returns:
        The device to remember; None where there is none; where Cognito did not take it, why, to be told by `warn_of`
        once the user is signed in.
    """
    metadata = result.get("NewDeviceMetadata")
    if not metadata:
        return None
    try:
        return _confirm(config, result["AccessToken"], metadata, username, login_id, name)
    except AuthError as error:
        return error


def warn_of(failure: AuthError) -> None:
    """Tell that a device was not registered, by a `DeviceRegistrationWarning` and a line in the log.

    To be called last: where warnings are errors, it raises.
    """
    message = f"The device was not registered ({failure.name}): the next sign-in will ask for MFA again."
    logger.warning(message)
    warnings.warn(message, DeviceRegistrationWarning, stacklevel=2)


def _confirm(
    config: AuthConfig, access_token: str, metadata: Any, username: str, login_id: str, name: str | None
) -> Device:
    if not isinstance(metadata, Mapping):
        raise wrong("NewDeviceMetadata is not a structure.")
    key, group_key = (text_of(metadata, member, "NewDeviceMetadata") for member in ("DeviceKey", "DeviceGroupKey"))
    if not key or not group_key:
        raise wrong("NewDeviceMetadata lacks a key.")
    made = make_device_secret(group_key, key)
    answer = call(
        config,
        "ConfirmDevice",
        AccessToken=access_token,
        DeviceKey=key,
        DeviceName=name or platform.node() or "python",
        DeviceSecretVerifierConfig={"Salt": made.salt, "PasswordVerifier": made.verifier},
    )
    return Device(
        username=username,
        login_ids=(login_id,),
        key=key,
        group_key=group_key,
        password=made.password,
        is_remembered=not answer.get("UserConfirmationNecessary"),
    )
