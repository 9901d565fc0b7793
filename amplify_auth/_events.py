"""The events of a session and their delivery. When an event happens is decided elsewhere.

Listeners run in the thread that caused the event, in the order they were added, after the new state is in place and
while no lock is held. If a listener fails, that is logged. It stops neither the caller nor the other listeners.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Literal, Self, final

from ._arguments import wrong_type
from ._locks import ForkSafeLock
from ._masking import Value, value
from ._public_call import kept_error, uncounted
from .errors import AuthError

logger = logging.getLogger("amplify_auth")

EventName = Literal["signed_in", "signed_out", "token_refresh", "token_refresh_failure", "user_deleted"]


@final
@value(kw_only=True)
class AuthEvent(Value):
    """Something that happened to a session.

    Attributes:
        name: ``"signed_in"``, ``"signed_out"``, ``"token_refresh"``, ``"token_refresh_failure"`` or
            ``"user_deleted"``. The last one comes before ``"signed_out"``, if the user has deleted the account.
        username: Cognito's name for the user it happened to; None if no user was signed in.
        error: Why the refresh failed: `SessionEnded` if the user must sign in again, else an error that may pass.
    """

    name: EventName
    username: str | None = None
    error: AuthError | None = kept_error()

    @classmethod
    def refresh_failed(cls, username: str, error: Exception) -> Self:
        """The event for a refresh that ended with ``error``."""
        return cls(
            name="token_refresh_failure", username=username, error=error if isinstance(error, AuthError) else None
        )


Listener = Callable[[AuthEvent], object]


class Listeners:
    """The listeners of one session; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = ForkSafeLock()
        self._listeners: tuple[Listener, ...] = ()
        self._thread = threading.local()

    def add(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` with every event from now on. Returns the function that stops it.

        Raises:
            AuthValidationError: It cannot be called.
        """
        if not callable(listener):
            raise wrong_type(listener, "listener", "callable", "Pass a function that takes an AuthEvent.")
        entry: Listener = _Entry(listener)
        with self._lock:
            self._listeners = (*self._listeners, entry)

        def remove() -> None:
            with self._lock:
                self._listeners = tuple(other for other in self._listeners if other is not entry)

        return remove

    @contextmanager
    def deferred(self) -> Generator[None]:
        """Queue this thread's events and deliver them after the block. Use it while holding a lock.

        A listener could need that lock.
        """
        if getattr(self._thread, "events", None) is not None:  # the outer block delivers them
            yield
            return
        events: list[AuthEvent] = []
        self._thread.events = events
        try:
            yield
        finally:
            self._thread.events = None
            for event in events:
                self.dispatch(event)

    def dispatch(self, event: AuthEvent) -> None:
        """Call all listeners."""
        events: list[AuthEvent] | None = getattr(self._thread, "events", None)
        if events is not None:
            events.append(event)
            return
        for listener in self._listeners:
            try:
                with uncounted():
                    listener(event)
            except Exception:
                logger.exception("A listener failed at %s.", event.name)


@value(eq=False)
class _Entry(Value):
    """One addition of a listener, so that a listener that was added twice can be removed once."""

    listener: Listener

    def __call__(self, event: AuthEvent) -> object:
        return self.listener(event)
