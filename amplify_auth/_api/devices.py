"""`fetch_devices`, `remember_device` and `forget_device`: the devices of the signed-in user."""

from __future__ import annotations

from typing import Final

import attrs

from .. import _arguments as arguments
from .._account import AuthDevice, all_pages, devices_page
from .._public_call import public
from .._session import Session, forget_own_device, note_remembered, own_device_key
from ..errors import DeviceMetadataNotFoundException, ResourceNotFoundException
from .as_user import UserRequests, as_user

#: Devices of a page: as many as Cognito gives at most.
_PAGE: Final = 60


@public
def fetch_devices(*, session: Session | None = None) -> tuple[AuthDevice, ...]:
    """All devices that Cognito has registered for the user: to show them, and to forget one that is lost.

    Args:
        session: The session; default: the default session.

    Returns:
        The devices in Cognito's order. ``is_this_device`` is True for the one that this session signs in with.

    Raises:
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        InvalidUserPoolConfigurationException: The pool does not track devices.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer.
        AuthProtocolError: The answer cannot be right.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``ListDevices``.
    """
    user = as_user(session)
    devices = all_pages(lambda token: devices_page(user.call("ListDevices", Limit=_PAGE, PaginationToken=token)))
    own = own_device_key(user.state, user.user)
    return tuple(attrs.evolve(device, is_this_device=device.id == own) for device in devices)


@public
def remember_device(*, remembered: bool = True, session: Session | None = None) -> None:
    """Let Cognito remember this session's device, so that its sign-ins need no second factor.

    It is for pools that ask the user first. Ask whether this is the user's own device, and call this after the
    sign-in. Pools that always remember devices need no call.

    Args:
        remembered: False: Cognito does not remember the device any more, but keeps it.
        session: The session; default: the default session.

    Raises:
        AuthValidationError: ``remembered`` is not a bool; nothing was sent.
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        DeviceMetadataNotFoundException: This session has no device; nothing was sent.
        ResourceNotFoundException: Cognito does not know the device any more.
        InvalidUserPoolConfigurationException: The pool does not track devices.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer. Call this again: a second request does no harm.
        AuthProtocolError: The answer is not Cognito's, but for example the page of a proxy.
        AuthStateError: Cognito has done it, but another process holds the session's storage. Call this again.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``UpdateDeviceStatus``.
    """
    is_remembered = arguments.flag(remembered, "remembered") is not False
    user = as_user(session)
    key = _own_key(user)
    status = "remembered" if is_remembered else "not_remembered"
    user.call("UpdateDeviceStatus", DeviceKey=key, DeviceRememberedStatus=status)
    note_remembered(user.state, key, is_remembered)


@public
def forget_device(device_key: str | None = None, *, session: Session | None = None) -> None:
    """Delete a device of the user at Cognito: its next sign-in is that of an unknown device.

    Cognito renews no tokens of a device that was deleted. So another device's session ends when its access token
    expires. If it is this session's device, its keys are forgotten here too, and the user stays signed in until the
    access token expires: then `SessionEnded` is raised. Sign in again before that to stay signed in.

    A device that does not exist any more counts as deleted, so a second call does no harm.

    Args:
        device_key: The ``id`` of an `AuthDevice` of `fetch_devices`. Default: this session's device. White space
            around it is removed.
        session: The session; default: the default session.

    Raises:
        AuthValidationError: ``device_key`` is wrong; nothing was sent.
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        DeviceMetadataNotFoundException: No ``device_key`` is given, and this session has no device; nothing was sent.
        InvalidParameterException: ``device_key`` is not the key of a device, but for example its name.
        InvalidUserPoolConfigurationException: The pool does not track devices.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer. The device may be deleted: call this again.
        AuthProtocolError: The answer is not Cognito's, but for example the page of a proxy.
        AuthStateError: The device is deleted, but another process holds the session's storage. Call this again.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``ForgetDevice``.

    Example:
        >>> import amplify_auth as auth
        >>> for device in auth.fetch_devices():  # doctest: +SKIP
        ...     if not device.is_this_device:
        ...         auth.forget_device(device.id)
    """
    given = None if device_key is None else arguments.trimmed(device_key, "device_key", "device_key is empty.")
    user = as_user(session)
    key = given or _own_key(user)
    try:
        user.call("ForgetDevice", DeviceKey=key)
    except ResourceNotFoundException as error:
        # The word shows that the device is missing, and nothing else (amazon-cognito-identity-js#206).
        if "device" not in error.message.casefold():
            raise
    forget_own_device(user.state, user.user, key)


def _own_key(user: UserRequests) -> str:
    key = own_device_key(user.state, user.user)
    if key is None:
        raise DeviceMetadataNotFoundException(
            "This session has no device: Cognito registered none when the user signed in.",
            recovery_suggestion="Sign in again if the pool tracks devices by now. Devices of other sessions are in "
            "fetch_devices().",
        )
    return key
