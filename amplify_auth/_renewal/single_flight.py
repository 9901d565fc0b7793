"""A frozen value that expires, and its refresh by one thread at a time ("single flight").

This file decides who may use the old value, who refreshes it, and who waits. What the value is (tokens, AWS
credentials, signing keys), how it is refreshed and where it is kept is handed in: nothing here knows Cognito, opens a
connection, or starts a thread or a timer.

The value is one frozen object behind one reference, so a reader without a lock never sees half of it. ``_lock`` guards
the fields. It is never held while something slow runs: a sign-out, which replaces the value, does not wait for a
refresh that is under way. Other threads can wait for that refresh, which is a `_Refresh`.
"""

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

import attrs

from .. import _clock
from .._locks import ForkSafeLock
from .._public_call import time_left, time_limit, within
from ..errors import AuthNetworkError, AuthStateError

RETRY_AFTER = 30.0
"""Seconds without another voluntary attempt after a failed one, while the old value is still good."""
LOST_RETRY_AFTER = 5.0
"""The same, if the refresh may have been acted on, and only its answer was lost."""
LOST_WITHIN = 60.0
"""Seconds from the first lost answer during which ``LOST_RETRY_AFTER`` counts. Then the value can be lost no more.

A refresh token that was rotated is good for at most 60 seconds (``RetryGracePeriodSeconds`` of Cognito's
``RefreshTokenRotation``).
"""

V = TypeVar("V")
Keep = Callable[[V], None]
Context = Mapping[str, str] | None
"""What a caller hands to the refresh, such as client metadata. Callers with different contexts do not share one."""


@attrs.frozen(eq=False)
class Expiring(Generic[V]):
    """A value and when it expires, on the scale of ``_clock.monotonic``."""

    value: V = attrs.field(repr=False)
    refresh_at: float
    expires_at: float
    #: Identifies one refresh. ``attrs.evolve(value=...)`` keeps it, because the expiry is unchanged.
    version: object = attrs.field(factory=object, repr=False)


def expiring(value: V, *, since: float, lifetime: float, margin: float) -> Expiring[V]:
    """The value, to be refreshed ``margin`` seconds before it expires, but not in the first half of a short life.

    Args:
        value: What expires.
        since: When its life began, by ``_clock.monotonic``: before it was asked for, not when it arrived.
        lifetime: How long it lives, in seconds.
        margin: How long before the expiry a newer one is wanted, in seconds.
    """
    return Expiring(value, since + lifetime - min(margin, lifetime / 2), since + lifetime)


class SharedStore(Protocol[V]):
    """Where several processes share the value. ``lock`` is held from before ``reload`` until after ``keep``."""

    #: True if the newest value could not be stored.
    is_behind: bool

    def catch_up(self, current: Expiring[V]) -> None:
        """Try again to store the value, if it is time for that. Never raises."""
        ...

    def lock(self) -> AbstractContextManager[object]:
        """Keep other processes from refreshing at the same time."""
        ...

    def reload(self, current: Expiring[V]) -> Expiring[V]:
        """The newest value of all processes. It is evolved from ``current`` if its expiry is the same.

        It is ``current`` itself if there is no newer one.

        Raises:
            Exception: Another process ended the session; the exception says so.
        """
        ...

    def keep(self, refreshed: Expiring[V]) -> None:
        """Store the refreshed value for the other processes, and for the next start of this one."""
        ...


class NotShared(Generic[V]):
    """The `SharedStore` of a value that no other process uses."""

    is_behind: bool = False

    def catch_up(self, current: Expiring[V]) -> None:
        """Nothing is stored."""

    def lock(self) -> AbstractContextManager[object]:
        """No other process refreshes."""
        return nullcontext()

    def reload(self, current: Expiring[V]) -> Expiring[V]:
        """No other process has a newer value."""
        return current

    def keep(self, refreshed: Expiring[V]) -> None:
        """No other process needs the value."""


@attrs.define(eq=False)
class _Refresh(Generic[V]):
    """One refresh under way."""

    current: Expiring[V]
    context: Context = attrs.field(repr=False)
    process: int = attrs.field(factory=os.getpid)
    done: threading.Event = attrs.field(factory=threading.Event)
    error: Exception | None = None
    #: What was refreshed: ``current``, or what another process has stored since.
    newest: Expiring[V] | None = None

    def serves(self, context: Context) -> bool:
        """True if its outcome is what a caller with this context asks for."""
        return context is None or context == self.context

    def failed_for(self, current: Expiring[V], context: Context) -> bool:
        """True if this refresh failed for the same value and context: the caller gets its error and does not retry."""
        return self.error is not None and self.current is current and self.serves(context)


#: The refreshes that have led to the code which runs now: a function of the program may be called by one.
_running: ContextVar[tuple[_Refresh[Any], ...]] = ContextVar("amplify_auth_refreshes", default=())


def _refuse_own(refresh: _Refresh[Any]) -> None:
    """Raise an error if this call is made by ``refresh``, for which it would wait."""
    if refresh in _running.get():
        raise AuthStateError(
            "This call would wait for a refresh that is under way, and that refresh waits for this call.",
            name="TokenRefreshException",
            recovery_suggestion="A refresh calls client_metadata and the storage: let them ask for no tokens of the "
            "same session.",
        )


def _ignore(*_: object) -> None:
    pass


class Refreshable(Generic[V]):
    """Holds a value that expires. Any number of threads read it, and one refreshes it.

    Args:
        refresh: Makes a newer value from the old one and the caller's context. It is never called twice at once for
            the same old value. Its third argument takes a value with the old expiry that must not be lost if the
            refresh fails.
        final: For an error after which the value can never be refreshed, a new error that says so; else None.
        is_lost: True for an error after which it is unknown if the refresh was acted on. It is tried again soon.
        on_refreshed: Called with the new value once it is in place, unless it is of the same version. No lock is held.
        on_failed: Called with the value that was not refreshed and the error, once that is in place. No lock is held.
        shared: Where other processes share the value.
        clock: Seconds, monotonic.
        patience: Seconds that a call may take that waits for another thread's refresh, or refreshes itself.
    """

    def __init__(
        self,
        refresh: Callable[[V, Context, Keep[V]], Expiring[V]],
        *,
        final: Callable[[Exception], Exception | None] = lambda _: None,
        is_lost: Callable[[Exception], bool] = lambda _: False,
        on_refreshed: Callable[[V], None] = _ignore,
        on_failed: Callable[[V, Exception], None] = _ignore,
        shared: SharedStore[V] | None = None,
        clock: Callable[[], float] = _clock.monotonic,
        patience: float = threading.TIMEOUT_MAX,
    ) -> None:
        self._refresh = refresh
        self._final = final
        self._is_lost = is_lost
        self._on_refreshed = on_refreshed
        self._on_failed = on_failed
        self._shared: SharedStore[V] = NotShared() if shared is None else shared
        self._clock = clock
        self._patience = patience
        self._lock = ForkSafeLock()
        self._current: Expiring[V] | None = None
        self._made_by: _Refresh[V] | None = None
        self._under_way: _Refresh[V] | None = None
        self._over: Exception | None = None
        self._retry_at = 0.0
        self._lost_since: float | None = None

    def amend(self, change: Callable[[Expiring[V]], Expiring[V]]) -> None:
        """Change something of the value that no refresh concerns, here and in the store. No value: nothing changes.

        A refresh that is under way comes first, so that it neither loses the change nor is lost.

        Args:
            change: Makes the changed value. It must be quick: it is called under a lock.

        Raises:
            AuthStateError: The refresh under way makes this call. Nothing is changed.
            Exception: The store cannot be locked. The value is changed here.
        """
        while True:
            with self._lock:
                current, refresh = self._current, self._under_way
                if current is None:
                    return
                if refresh is None or refresh.process != os.getpid():
                    changed = self._current = change(current)
                    break
            _refuse_own(refresh)
            refresh.done.wait(threading.TIMEOUT_MAX)  # it has an end: see ``patience``
        with self._shared.lock():
            self._shared.keep(changed)

    @property
    def value(self) -> V | None:
        """The current value, even if it has expired. Read without a lock."""
        current = self._current
        return None if current is None else current.value

    def replace(self, new: Expiring[V] | None) -> V | None:
        """Take another value from now on (a sign-in), or none (a sign-out). Never waits.

        A refresh of the former value that is still under way changes nothing any more.

        Returns:
            The former value.
        """
        with self._lock:
            former = self.value
            self._current, self._made_by, self._under_way, self._over, self._retry_at = new, None, None, None, 0.0
            self._lost_since = None
            return former

    def end(self, refused: V, over: Exception) -> None:
        """End the value: a server does not accept it, and it can never be refreshed. Nothing is done if it is replaced.

        Args:
            refused: The value.
            over: Why. ``get`` raises what ``final`` makes of it, until ``replace``.
        """
        with self._lock:
            if self.value is not refused:
                return
            self._current, self._over = None, over
        self._on_failed(refused, over)

    def get(self, *, force: bool = False, context: Context = None) -> V | None:
        """A value that is good to use, refreshed first if it must be. None if there is no value.

        Args:
            force: Refresh even a fresh value. A refresh under way with the same context counts.
            context: Handed to ``refresh`` if this call refreshes.

        Raises:
            AuthStateError: The refresh under way makes this call, and the value has expired or ``force`` is set.
            Exception: What ``refresh`` raised, if the value has expired or ``force`` is set. If the value can never be
                refreshed, what ``final`` made of it: now, and at every later call until ``replace``.
        """
        current = self._current
        if current is not None and not force and self._clock() < current.refresh_at:
            if self._shared.is_behind:
                self._shared.catch_up(current)
            return current.value
        return self._get_or_begin(current, force, context)

    def get_existing(self) -> V | None:
        """As ``get``, but of the value that is there: a subclass begins no other one."""
        return self._get_slowly(self._current, False, None)

    @property
    def fresh_value(self) -> V | None:
        """What ``get`` would return at once, without a refresh and without waiting; else None. Takes no lock."""
        current = self._current
        if current is None:
            return None
        now = self._clock()
        return current.value if now < current.refresh_at or now < min(current.expires_at, self._retry_at) else None

    @property
    def unexpired_value(self) -> V | None:
        """The value while it has not expired, even if it is to be refreshed; else None. Takes no lock."""
        current = self._current
        return current.value if current is not None and self._clock() < current.expires_at else None

    @property
    def is_over(self) -> bool:
        """True if the former value ended and nothing took its place."""
        return self._over is not None

    def check(self) -> None:
        """Raise what ended the former value, if something did and nothing took its place."""
        with self._lock:
            if self._current is None:
                self._raise_if_over()

    def get_other_than(self, refused: V, *, existing: bool = False) -> V | None:
        """A value other than the one that a server refused. All callers that were refused share one refresh.

        Args:
            refused: The value.
            existing: True: as of ``get_existing``.

        Raises:
            Exception: As ``get``.
        """
        current = self._current
        if current is not None and current.value is refused:
            find = self._get_slowly if existing else self._get_or_begin
            return find(current, True, None)
        return self.get_existing() if existing else self.get()

    def _get_or_begin(self, seen: Expiring[V] | None, force: bool, context: Context) -> V | None:
        """What ``get`` returns if it cannot do so at once. A subclass may put a first value in place here."""
        return self._get_slowly(seen, force, context)

    def _get_slowly(self, seen: Expiring[V] | None, force: bool, context: Context) -> V | None:
        with within(self._patience):
            return self._get_in_time(seen, force, context)

    def _get_in_time(self, seen: Expiring[V] | None, force: bool, context: Context) -> V | None:
        joined: _Refresh[V] | None = None
        while True:
            with self._lock:
                current = self._current
                if current is None:
                    self._raise_if_over()
                    return None
                if self._is_good_enough(current, seen, joined, force, context):
                    return current.value
                if joined is not None and joined.error is not None and joined.failed_for(current, context):
                    raise joined.error
                joined, leads = self._join_or_start(current, context)
            if leads:
                self._run(joined)
                continue
            if not force and self._clock() < current.expires_at:
                return current.value
            _refuse_own(joined)
            if not joined.done.wait(min(time_left(), threading.TIMEOUT_MAX)):
                raise AuthNetworkError(
                    f"Another thread's refresh has taken too long: this call waited for it until it had taken "
                    f"total_timeout={time_limit():g} seconds.",
                    name="NetworkError",
                )

    def _raise_if_over(self) -> None:
        over = None if self._over is None else self._final(self._over)
        if over is not None:  # a new one each time: a raised exception collects the frames of all who raise it
            raise over from self._over

    def _is_good_enough(
        self,
        current: Expiring[V],
        seen: Expiring[V] | None,
        joined: _Refresh[V] | None,
        force: bool,
        context: Context,
    ) -> bool:
        """True if a caller can use ``current``. It saw ``seen`` on arrival, and ``joined`` is the refresh since."""
        made_by, now = self._made_by, self._clock()
        if force:
            served = context is None or (made_by is not None and made_by.serves(context))
            return (seen is None or current.version is not seen.version) and served
        if made_by is not None and made_by is joined:
            # Use it even if it is already past refresh_at: refreshing again would give the same.
            return True
        return now < current.refresh_at or now < min(current.expires_at, self._retry_at)

    def _join_or_start(self, current: Expiring[V], context: Context) -> tuple[_Refresh[V], bool]:
        """The refresh under way, or a new one that the caller runs. The lock is held."""
        under_way = self._under_way
        if under_way is not None and under_way.process == os.getpid():  # after a fork, its thread is not here
            return under_way, False
        self._under_way = _Refresh(current, context)
        return self._under_way, True

    def _run(self, refresh: _Refresh[V]) -> None:
        refreshed = refresh.current
        running = _running.set((*_running.get(), refresh))
        try:
            with self._shared.lock():
                refreshed = self._refreshed(refresh)
                is_current = self._publish(refresh, refreshed)
                if is_current and refreshed is not refresh.newest:  # else it came from there
                    self._shared.keep(refreshed)
        except Exception as error:
            is_current = self._fail(refresh, error)
        finally:
            _running.reset(running)
            self._finish(refresh)
        if is_current and refresh.error is None:
            if refreshed.version is not refresh.current.version:
                self._on_refreshed(refreshed.value)
        elif is_current and refresh.error is not None:
            self._on_failed((refresh.newest or refresh.current).value, self._final(refresh.error) or refresh.error)

    def _refreshed(self, refresh: _Refresh[V]) -> Expiring[V]:
        newest = self._shared.reload(refresh.current)
        try:
            return self._refreshed_from(refresh.current, newest, refresh)
        except Exception as error:
            if self._final(error) is None:
                raise
            refusal = error
        # Another process may have refreshed it during that time, because not every store has a lock that holds.
        latest = self._shared.reload(newest)
        if latest is newest:
            raise refusal
        return self._refreshed_from(newest, latest, refresh)

    def _refreshed_from(self, known: Expiring[V], newest: Expiring[V], refresh: _Refresh[V]) -> Expiring[V]:
        """``newest`` if it is newer than ``known`` and good to use, else what is refreshed from it."""
        refresh.newest = newest
        is_newer = newest.version is not known.version
        if is_newer and refresh.context is None and self._clock() < newest.refresh_at:
            return newest
        return self._refresh(newest.value, refresh.context, partial(self._keep, refresh, newest))

    def _keep(self, refresh: _Refresh[V], newest: Expiring[V], value: V) -> None:
        """Put ``value`` in the place of ``newest``, from which it was made, unless that was replaced."""
        kept = attrs.evolve(newest, value=value)
        with self._lock:
            if self._current is not refresh.current:
                return
            self._current = refresh.current = kept
        self._shared.keep(kept)

    def _publish(self, refresh: _Refresh[V], refreshed: Expiring[V]) -> bool:
        """Put the outcome in place, unless the value from which it was made was replaced."""
        with self._lock:
            if self._current is not refresh.current:
                return False
            self._current, self._made_by, self._retry_at, self._lost_since = refreshed, refresh, 0.0, None
            return True

    def _fail(self, refresh: _Refresh[V], error: Exception) -> bool:
        with self._lock:
            refresh.error = error
            if self._current is not refresh.current:
                return False
            if self._final(error) is None:
                self._retry_at = self._clock() + self._pause_after(error)
            else:
                self._current, self._over = None, error
            return True

    def _pause_after(self, error: Exception) -> float:
        """Seconds until the next voluntary attempt. The lock is held."""
        if not self._is_lost(error):
            self._lost_since = None
            return RETRY_AFTER
        now = self._clock()
        if self._lost_since is None:
            self._lost_since = now
        return LOST_RETRY_AFTER if now < self._lost_since + LOST_WITHIN else RETRY_AFTER

    def _finish(self, refresh: _Refresh[V]) -> None:
        with self._lock:
            if self._under_way is refresh:
                self._under_way = None
        refresh.done.set()
