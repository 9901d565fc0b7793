"""The register of automatic sign-ins: those that a sign-up asked for, until they are completed or given up."""

from __future__ import annotations

from collections.abc import Iterable

from .. import _clock
from .._locks import ForkSafeLock
from .._values import PendingAutoSignIn


class AutoSignInRegister:
    """The automatic sign-ins that wait, by the name that was signed up.

    Args:
        lock: Guards the register. It can be entered again by the thread that holds it.
    """

    __slots__ = ("_lock", "_waiting")

    def __init__(self, lock: ForkSafeLock) -> None:
        self._lock = lock
        self._waiting: dict[str, PendingAutoSignIn] = {}

    def all(self) -> tuple[PendingAutoSignIn, ...]:
        """All that wait, the newest last."""
        with self._lock:
            return tuple(self._waiting.values())

    def replace_all(self, waiting: Iterable[PendingAutoSignIn]) -> None:
        """Take these in the place of all others."""
        with self._lock:
            self._waiting = {item.username: item for item in waiting}

    def of(self, username: str) -> PendingAutoSignIn | None:
        """The automatic sign-in of this user. None if there was no such one, or its time is over."""
        with self._lock:
            found = self._waiting.get(username)
            if found is not None and _clock.monotonic() >= found.deadline:
                del self._waiting[username]
                return None
            return found

    def remember(self, auto_sign_in: PendingAutoSignIn) -> None:
        """Keep an automatic sign-in as the newest."""
        with self._lock:
            self._waiting.pop(auto_sign_in.username, None)
            self._waiting[auto_sign_in.username] = auto_sign_in

    def cancel(self, username: str) -> None:
        """Forget the automatic sign-in of this user."""
        with self._lock:
            self._waiting.pop(username, None)

    def claim(self) -> PendingAutoSignIn | None:
        """Take the one to complete now: the newest that is confirmed, else the newest that waits for its link."""
        with self._lock:
            now = _clock.monotonic()
            waiting = [item for item in reversed(self._waiting.values()) if now < item.deadline]
            ready = [item for item in waiting if item.is_ready] or [item for item in waiting if item.by_link]
            return self._waiting.pop(ready[0].username) if ready else None
