"""How a call waits for a lock of its session: not longer than the call may take. It does not know what is guarded."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from .._locks import ForkSafeLock
from .._public_call import time_left, within
from ..errors import AuthStateError
from .state import State


@contextmanager
def exclusively(state: State, lock: ForkSafeLock, doing: str, *, name: str | None = None) -> Generator[None]:
    """Run the block while no other thread runs a block with this lock. Events of the block are delivered after it.

    Args:
        state: The state of the session.
        lock: A lock of the session. It may be held across requests.
        doing: What a thread does that has the lock, for the error.
        name: The error's name, if it is not that of the class.

    Raises:
        AuthStateError: Another thread had the lock for longer than this call may take; the block was not run.
    """
    limit = state.config.time_limit
    with state.listeners.deferred():
        with within(limit):
            is_ours = lock.acquire(max(time_left(), 0))
        if not is_ours:
            raise AuthStateError(
                f"Another thread's {doing} of this session has taken longer than total_timeout={limit:g} seconds.",
                name=name,
                recovery_suggestion="Call again when it is over, or give each user a Session.",
                is_retryable=True,
            )
        try:
            yield
        finally:
            lock.release()
