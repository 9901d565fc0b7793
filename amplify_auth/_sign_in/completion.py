"""The end of a sign-in: this machine is registered as a device, and the user is signed in.

If the registration fails, the user is signed in and gets a warning.
"""

from __future__ import annotations

import logging
import platform
import warnings

from .._cognito import Answer, NewDevice, call
from .._srp import make_device_secret
from .._values import AuthConfig, AuthTokens, Device, Done, SignedIn, SignInDetails, SignInOutput
from ..errors import AuthError, DeviceRegistrationWarning
from .conversation import Conversation

logger = logging.getLogger("amplify_auth")


def complete(conversation: Conversation, result: Answer, *, device_name: str | None) -> SignInOutput:
    """Sign the user in.

    Args:
        conversation: The sign-in.
        result: The ``AuthenticationResult``.
        device_name: A name for a new device; default: this machine's.

    Raises:
        AuthProtocolError: The tokens cannot be used.
        SignInException: A sign-out, or a restored state, came since.
    """
    step, login_id = conversation.step, conversation.request.login_id
    tokens = AuthTokens.from_result(result, since=conversation.asked_at)
    claims = tokens.access_token_claims
    username = str(claims.get("username") or conversation.username)
    known = step.state.devices.of(username, login_id)
    made = register_device(conversation.config, result, username=username, login_id=login_id, name=device_name)
    device = made if isinstance(made, Device) else None
    signed_in = SignedIn(
        tokens=tokens,
        username=username,
        user_id=str(claims.get("sub") or ""),
        details=SignInDetails(login_id=login_id, auth_flow_type=conversation.request.auth_flow_type),
        device_key=device.key if device else known.key if known else None,
    )
    if device is not None:
        step.state.devices.remember(device)
    step.state.devices.note_login_id(username, login_id)
    step.publish(signed_in)
    if isinstance(made, AuthError):
        _warn_not_registered(made)
    return SignInOutput(is_signed_in=True, next_step=Done())


def register_device(
    config: AuthConfig, result: Answer, *, username: str, login_id: str, name: str | None
) -> Device | AuthError | None:
    """Register the device that an ``AuthenticationResult`` offers (``ConfirmDevice``).

    Args:
        config: The session's configuration.
        result: The ``AuthenticationResult``, with the access token that is about to be published.
        username: Cognito's name for the user.
        login_id: The name that was typed.
        name: The device's name; default: this machine's.

    Returns:
        Device: registered. None: Cognito offered no device. AuthError: registration failed; the caller warns after
        sign-in.
    """
    try:
        new = NewDevice.of(result)
        if new is None:
            return None
        made = make_device_secret(new.group_key, new.key)
        answer = call(
            config,
            "ConfirmDevice",
            AccessToken=result["AccessToken"],
            DeviceKey=new.key,
            DeviceName=name or platform.node() or "python",
            DeviceSecretVerifierConfig={"Salt": made.salt, "PasswordVerifier": made.verifier},
        )
    except AuthError as error:
        return error
    return Device(
        username=username,
        login_ids=(login_id,),
        key=new.key,
        group_key=new.group_key,
        password=made.password,
        is_remembered=not answer.get("UserConfirmationNecessary"),
    )


def _warn_not_registered(failure: AuthError) -> None:
    """Give a `DeviceRegistrationWarning` and a line in the log.

    This is the last thing of a sign-in: if warnings are errors, it raises.
    """
    message = f"The device was not registered ({failure.name}): the next sign-in will ask for MFA again."
    logger.warning(message)
    warnings.warn(message, DeviceRegistrationWarning, stacklevel=2)
