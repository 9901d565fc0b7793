"""What a new password changes in a session: the sign-ins that wait with the old one."""

from __future__ import annotations

from typing import TypeVar

import attrs

from .._values import PendingAutoSignIn, PendingSignIn
from .state import State

W = TypeVar("W", PendingSignIn, PendingAutoSignIn)


def use_new_password(state: State, username: str, password: str) -> None:
    """Let the waiting sign-ins of a user send the new password: Cognito would count the old one as a wrong one.

    A sign-in that another thread answers at this moment keeps what it has.

    Args:
        state: The state of the session.
        username: The name that the password was set for.
        password: The new password.
    """
    with state.lock:
        waiting = state.auto_sign_ins.all()
        state.auto_sign_ins.replace_all(
            _with(password, item) if item.username == username else item for item in waiting
        )
    if not state.step_lock.acquire(0):
        return
    try:
        with state.lock:
            pending = state.pending
            if pending is not None and username in (pending.username, pending.login_id):
                state.pending = _with(password, pending)
    finally:
        state.step_lock.release()


def _with(password: str, waiting: W) -> W:
    request = waiting.request
    if request.password is None:
        return waiting
    return attrs.evolve(waiting, request=attrs.evolve(request, password=password))
