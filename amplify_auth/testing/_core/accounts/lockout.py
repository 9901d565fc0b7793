"""The lock-out after wrong passwords.

Never here: the check of a password.
"""

from datetime import timedelta
from typing import Final

from ..._moto import MotoUser
from ..request import Call, not_authorized
from ..state import user_state

_FREE_FAILURES: Final = 5
_LONGEST_LOCK: Final = timedelta(minutes=15)


def check_not_locked(call: Call, user: MotoUser) -> None:
    """Refuse an attempt during a lock-out. After n >= 5 failures it takes 2^(n-5) seconds, at most 15 minutes.

    The developer guide's "Lockout behavior", quoted in https://github.com/aws-amplify/amplify-flutter/issues/2717

    Raises:
        CognitoError: ``NotAuthorizedException``; only when ``call.strict``.
    """
    state = user_state(call.pool, user)
    if not call.strict or state.last_failure is None:
        return
    since = call.now - state.last_failure
    if since >= _LONGEST_LOCK:
        state.failed_passwords = 0
    elif state.failed_passwords >= _FREE_FAILURES:
        exponent = min(state.failed_passwords - _FREE_FAILURES, 20)
        if since < min(timedelta(seconds=2**exponent), _LONGEST_LOCK):
            raise not_authorized("Password attempts exceeded")


def record_failure(call: Call, user: MotoUser) -> None:
    """Count a wrong password."""
    state = user_state(call.pool, user)
    state.failed_passwords += 1
    state.last_failure = call.now


def record_success(call: Call, user: MotoUser) -> None:
    """Forget the wrong passwords."""
    state = user_state(call.pool, user)
    state.failed_passwords, state.last_failure = 0, None
