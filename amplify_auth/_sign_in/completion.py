"""The end of a sign-in: this machine is registered as a device, and the user is signed in.

If the registration fails, the user is signed in and gets a warning. If it failed for now, the device is kept with the
user, and the room ``_renewal`` confirms it later.
"""

from __future__ import annotations

import logging
import platform
from typing import Final

from .._arguments import is_text
from .._cognito import Answer, NewDevice
from .._public_call import warn
from .._renewal import confirm_device, may_pass
from .._srp import make_device_secret
from .._values import AuthTokens, Device, Done, SignedIn, SignInDetails, SignInOutput, UnconfirmedDevice
from ..errors import AuthError, DeviceRegistrationWarning
from .conversation import Conversation

logger = logging.getLogger("amplify_auth")

#: The claims that a user may sign in with -> the claim that says whether it is proven to be the user's, if any does.
_ALIASES: Final = {
    "email": "email_verified",
    "phone_number": "phone_number_verified",
    "preferred_username": None,
    "sub": None,
}


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
    names = (*_aliases(tokens), login_id)
    known = step.state.devices.of_user(username)
    offered, made, failure = None, None, None
    try:
        offered = _offered_device(result, username=username, login_ids=names, name=device_name)
        made = offered and confirm_device(conversation.config, tokens.access_token, offered)
    except AuthError as error:
        failure = error
    waiting = offered if failure is not None and may_pass(failure) else None
    # With a new device offered, the tokens are bound to it and not to the known one.
    device = made or (waiting and waiting.device) or (known if failure is None else None)
    signed_in = SignedIn(
        tokens=tokens,
        username=username,
        user_id=str(claims.get("sub") or ""),
        details=SignInDetails(login_id=login_id, auth_flow_type=conversation.request.auth_flow_type),
        device_key=device and device.key,
        unconfirmed_device=waiting,
    )
    if made is not None:
        step.state.devices.remember(made)
    step.state.devices.note_login_ids(username, names)
    step.publish(signed_in)
    if failure is not None:
        _warn_not_registered(failure, is_tried_again=waiting is not None)
    return SignInOutput(is_signed_in=True, next_step=Done())


def _aliases(tokens: AuthTokens) -> tuple[str, ...]:
    """The names besides the user name that the user may sign in with, as far as the tokens say."""
    claims = {**tokens.access_token_claims, **tokens.id_token_claims}
    found = [
        claims.get(name)
        for name, proof in _ALIASES.items()
        if proof is None or claims.get(proof) not in (False, "false")
    ]
    return tuple(alias for alias in found if is_text(alias) and alias)


def _offered_device(
    result: Answer, *, username: str, login_ids: tuple[str, ...], name: str | None
) -> UnconfirmedDevice | None:
    """The device that an ``AuthenticationResult`` offers to register, with a new password; None if it offers none.

    Raises:
        AuthProtocolError: The offer cannot be right.
        AuthConfigurationError: What computes the password's verifier is not installed.
    """
    new = NewDevice.of(result)
    if new is None:
        return None
    made = make_device_secret(new.group_key, new.key)
    device = Device(
        username=username, login_ids=login_ids, key=new.key, group_key=new.group_key, password=made.password
    )
    return UnconfirmedDevice(
        device=device, name=name or platform.node() or "python", salt=made.salt, verifier=made.verifier
    )


def _warn_not_registered(failure: AuthError, *, is_tried_again: bool) -> None:
    """Give a `DeviceRegistrationWarning` and a line in the log.

    This is the last thing of a sign-in: if warnings are errors, it raises.
    """
    message = (
        f"The device was not registered yet ({failure.name}). That is tried again when the session is used. Cognito "
        "does not renew the tokens before it succeeds: without it, the session ends when they expire."
        if is_tried_again
        else f"The device was not registered ({failure.name}). Cognito may refuse to renew the tokens without that: "
        "then the session ends when they expire. The next sign-in asks for MFA again."
    )
    logger.warning(message)
    warn(message, DeviceRegistrationWarning)
