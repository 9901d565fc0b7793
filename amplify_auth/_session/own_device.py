"""The device that a session signs in with: its key, and what changes here if it changes at Cognito. Sends nothing."""

from __future__ import annotations

import attrs

from .._renewal import Expiring, token_expiry
from .._values import SignedIn
from .state import State


def own_device_key(state: State, user: SignedIn) -> str | None:
    """The key of the user's device of this session; None if it has no device."""
    if user.device_key is not None:
        return user.device_key
    device = state.devices.of_user(user.username)
    return None if device is None else device.key


def note_remembered(state: State, key: str, is_remembered: bool) -> None:
    """Keep whether Cognito remembers the device with this key.

    Raises:
        AuthError: The session's storage cannot be locked.
    """
    state.devices.set_remembered(key, is_remembered)
    state.user.amend(lambda current: current)


def forget_own_device(state: State, user: SignedIn, key: str) -> None:
    """Forget the device with this key if it is the user's device of this session. The tokens stay.

    Cognito renews no tokens of a device that does not exist any more (the AWS blog about remembered devices, quoted in
    amplify-js#2962; amazon-cognito-identity-js#200). So a refresh names the device no more: Cognito then refuses the
    refresh token itself, and the session ends by that.

    Raises:
        AuthError: The session's storage cannot be locked.
    """
    device = state.devices.of_user(user.username)
    is_known = device is not None and device.key == key
    if is_known:
        state.devices.forget(key)

    def without_device(current: Expiring[SignedIn]) -> Expiring[SignedIn]:
        if current.value.device_key != key:
            return current
        settled = attrs.evolve(current.value, device_key=None, unconfirmed_device=None)
        return token_expiry(settled, state.config.refresh_margin)

    if is_known or user.device_key == key:
        state.user.amend(without_device)
