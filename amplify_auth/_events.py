"""Who is told what happened to a session. Delivery only: when an event happens is decided elsewhere.

Listeners run in the thread that caused the event, in the order they were added, after the new state is in place
and while no lock is held. One that fails is logged and harms neither the caller nor the other listeners.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Literal, final

import attrs

from ._locks import ForkSafeLock
from ._masking import Value, value
from .errors import AuthError

logger = logging.getLogger("amplify_auth")

EventName = Literal["signed_in", "signed_out", "token_refresh", "token_refresh_failure"]


@final
@value(kw_only=True)
class AuthEvent(Value):
    """Something that happened to a session.

    Attributes:
        name: ``"signed_in"``, ``"signed_out"``, ``"token_refresh"`` or ``"token_refresh_failure"``.
        username: Cognito's name for the user it happened to; None where nobody was signed in.
        error: Why the refresh failed: `SessionEnded` if the user must sign in again, else a passing trouble.
    """

    name: EventName
    username: str | None = None
    error: AuthError | None = attrs.field(default=None, eq=False)


Listener = Callable[[AuthEvent], object]


class Listeners:
    """The listeners of one session; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = ForkSafeLock()
        self._listeners: tuple[Listener, ...] = ()
        self._thread = threading.local()

    def add(self, listener: Listener) -> Callable[[], None]:
        """Tell ``listener`` of every event from now on; returns the function that stops it."""
        entry: Listener = _Entry(listener)
        with self._lock:
            self._listeners = (*self._listeners, entry)

        def remove() -> None:
            with self._lock:
                self._listeners = tuple(other for other in self._listeners if other is not entry)

        return remove

    @contextmanager
    def held(self) -> Generator[None]:
        """Tell what this thread has to tell only after the block, in which it holds a lock that a listener may need."""
        if getattr(self._thread, "events", None) is not None:  # an outer block tells it
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
        """Tell all listeners."""
        events: list[AuthEvent] | None = getattr(self._thread, "events", None)
        if events is not None:
            events.append(event)
            return
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                logger.exception("A listener failed at %s.", event.name)


@value(eq=False)
class _Entry(Value):
    """One addition of a listener, so that one added twice can be removed once."""

    listener: Listener

    def __call__(self, event: AuthEvent) -> object:
        return self.listener(event)
