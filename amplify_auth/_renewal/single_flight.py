"""A frozen value that ages, and its renewal by one thread at a time ("single flight").

Everything that decides who may go on with the old value, who renews it and who waits lives here. What the
value is (tokens, AWS credentials), how it is renewed and where it is kept is handed in: nothing here knows
Cognito, opens a connection, or starts a thread or timer.

The value is one frozen object behind one reference, so that a reader without a lock can never see half of it.
``_lock`` guards the fields and is never held while anything slow runs: who replaces the value (a sign-out)
never waits for a renewal under way. That renewal is a ``_Flight``, which other threads can wait for.
"""

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Generic, TypeVar

import attrs

from .. import _clock
from .._locks import ForkSafeLock

RETRY_AFTER = 30.0
"""Seconds without another voluntary attempt after a failed one, while the old value is still good."""

V = TypeVar("V")
Keep = Callable[[V], None]
Arguments = Mapping[str, str] | None


@attrs.frozen(eq=False)
class Aged(Generic[V]):
    """A value and the moments of its life, on the scale of ``_clock.monotonic``."""

    value: V = attrs.field(repr=False)
    refresh_at: float
    dies_at: float
    #: Stays the same while nothing but the value is evolved: that makes it no younger.
    birth: object = attrs.field(factory=object, repr=False)


def aged(value: V, *, since: float, lifetime: float, margin: float) -> Aged[V]:
    """The value, to be renewed ``margin`` seconds before it dies, but not in the first half of a short life.

    Args:
        value: What ages.
        since: When its life began, by ``_clock.monotonic``: before it was asked for, not when it arrived.
        lifetime: Seconds it lives, as its maker says.
        margin: Seconds before its death from which a newer one is wanted.
    """
    return Aged(value, since + lifetime - min(margin, lifetime / 2), since + lifetime)


class Shared(Generic[V]):
    """Where several processes share the value; this one shares it with nobody.

    ``lock`` is held from before ``reload`` until after ``keep``, across the renewal.
    """

    def lock(self) -> AbstractContextManager[object]:
        """Keep other processes from renewing meanwhile."""
        return nullcontext()

    def reload(self, held: Aged[V]) -> Aged[V]:
        """The newest value of all processes, evolved from ``held`` where it is no younger.

        Raises:
            Exception: What ends the session, where another process ended it.
        """
        return held

    def keep(self, renewed: Aged[V]) -> None:
        """Store the renewed value for the other processes, and for the next start of this one."""


@attrs.define(eq=False)
class _Flight(Generic[V]):
    """One renewal under way."""

    held: Aged[V]
    arguments: Arguments = attrs.field(repr=False)
    process: int = attrs.field(factory=os.getpid)
    done: threading.Event = attrs.field(factory=threading.Event)
    error: Exception | None = None

    def serves(self, arguments: Arguments) -> bool:
        """Whether its outcome is what a caller with these arguments asks for."""
        return arguments is None or arguments == self.arguments

    def failed_for(self, held: Aged[V], arguments: Arguments) -> bool:
        """Whether its error answers such a caller, who would get the same from what it tried."""
        return self.error is not None and self.held is held and self.serves(arguments)


def _ignore(*_: object) -> None:
    pass


class Refreshable(Generic[V]):
    """Holds a value that ages; any number of threads read it, one renews it.

    Args:
        renew: Makes a newer value from the old one and the caller's arguments; never called twice at once for
            the same old value. Its third argument takes a value that is no younger than the old one, but must not be
            lost when the renewal fails.
        final: For an error after which no newer value can ever be had, a new error that says so; else None.
        on_renewed: Told of the new value once it is in place; no lock is held.
        on_failed: Told of the old value and of what its renewal failed with, once that is in place; no lock is held.
        shared: Where other processes share the value.
        clock: Seconds, monotonic.
    """

    def __init__(
        self,
        renew: Callable[[V, Arguments, Keep[V]], Aged[V]],
        *,
        final: Callable[[Exception], Exception | None] = lambda _: None,
        on_renewed: Callable[[V], None] = _ignore,
        on_failed: Callable[[V, Exception], None] = _ignore,
        shared: Shared[V] | None = None,
        clock: Callable[[], float] = _clock.monotonic,
    ) -> None:
        self._renew = renew
        self._final = final
        self._on_renewed = on_renewed
        self._on_failed = on_failed
        self._shared: Shared[V] = Shared() if shared is None else shared
        self._clock = clock
        self._lock = ForkSafeLock()
        self._held: Aged[V] | None = None
        self._made_by: _Flight[V] | None = None
        self._flight: _Flight[V] | None = None
        self._over: Exception | None = None
        self._retry_at = 0.0

    @property
    def value(self) -> V | None:
        """What is held, however old; read without a lock."""
        held = self._held
        return None if held is None else held.value

    def replace(self, held: Aged[V] | None) -> V | None:
        """Hold another value from now on (a sign-in), or none (a sign-out). Never waits.

        A renewal of the former value that is still under way changes nothing any more.

        Returns:
            The former value.
        """
        with self._lock:
            former = self.value
            self._held, self._made_by, self._flight, self._over, self._retry_at = held, None, None, None, 0.0
            return former

    def get(self, *, force: bool = False, arguments: Arguments = None) -> V | None:
        """A value that is good to use, renewed first where it must be; None where none is held.

        Args:
            force: Renew even a fresh value. A renewal under way with the same arguments will do.
            arguments: Handed to ``renew`` if this call renews.

        Raises:
            Exception: What ``renew`` raised, if the value is dead or ``force`` is set. If no newer value can
                be had, what ``final`` made of it: now, and at every later call until ``replace``.
        """
        held = self._held
        if held is not None and not force and self._clock() < held.refresh_at:
            return held.value
        return self._get_slowly(held, force, arguments)

    @property
    def is_over(self) -> bool:
        """Whether the former value ended and nothing took its place."""
        return self._over is not None

    def check(self) -> None:
        """Raise what ended the former value, if something did and nothing took its place."""
        with self._lock:
            if self._held is None:
                self._raise_if_over()

    def get_other_than(self, refused: V) -> V | None:
        """A value that is not the one refused somewhere: one renewal for all to whom it was refused.

        Raises:
            Exception: As ``get``.
        """
        held = self._held
        if held is not None and held.value is refused:
            return self._get_slowly(held, True, None)
        return self.get()

    def _get_slowly(self, seen: Aged[V] | None, force: bool, arguments: Arguments) -> V | None:
        flight: _Flight[V] | None = None
        while True:
            with self._lock:
                held = self._held
                if held is None:
                    self._raise_if_over()
                    return None
                if self._will_do(held, seen, flight, force, arguments):
                    return held.value
                if flight is not None and flight.error is not None and flight.failed_for(held, arguments):
                    raise flight.error
                flight, leads = self._board(held, arguments)
            if leads:
                self._fly(flight)
            elif not force and self._clock() < held.dies_at:
                return held.value
            else:
                flight.done.wait()

    def _raise_if_over(self) -> None:
        over = None if self._over is None else self._final(self._over)
        if over is not None:  # a new one each time: a raised exception collects the frames of all who raise it
            raise over from self._over

    def _will_do(
        self, held: Aged[V], seen: Aged[V] | None, flown: _Flight[V] | None, force: bool, arguments: Arguments
    ) -> bool:
        """Whether a caller who saw ``seen`` on arrival, and ``flown`` since, may go on with ``held``."""
        made_by, now = self._made_by, self._clock()
        if force:
            served = arguments is None or (made_by is not None and made_by.serves(arguments))
            return (seen is None or held.birth is not seen.birth) and served
        if made_by is not None and made_by is flown:  # even if it came old: the next would come no younger
            return True
        return now < held.refresh_at or now < min(held.dies_at, self._retry_at)

    def _board(self, held: Aged[V], arguments: Arguments) -> tuple[_Flight[V], bool]:
        """The renewal under way, or a new one for the caller to lead. The lock is held."""
        flight = self._flight
        if flight is not None and flight.process == os.getpid():  # no thread survives a fork to end one
            return flight, False
        self._flight = _Flight(held, arguments)
        return self._flight, True

    def _fly(self, flight: _Flight[V]) -> None:
        renewed = flight.held
        try:
            with self._shared.lock():
                renewed = self._renewed(flight)
                landed = self._land(flight, renewed)
                if landed:
                    self._shared.keep(renewed)
        except Exception as error:
            landed = self._fail(flight, error)
        finally:
            self._close(flight)
        if landed and flight.error is None:
            self._on_renewed(renewed.value)
        elif landed and flight.error is not None:
            self._on_failed(flight.held.value, self._final(flight.error) or flight.error)

    def _renewed(self, flight: _Flight[V]) -> Aged[V]:
        newest = self._shared.reload(flight.held)
        if newest.birth is not flight.held.birth and flight.arguments is None and self._clock() < newest.refresh_at:
            return newest
        return self._renew(newest.value, flight.arguments, partial(self._keep, flight, newest))

    def _keep(self, flight: _Flight[V], newest: Aged[V], value: V) -> None:
        """Put ``value`` in the place of ``newest``, from which it was made, unless that was replaced."""
        kept = attrs.evolve(newest, value=value)
        with self._lock:
            if self._held is not flight.held:
                return
            self._held = flight.held = kept
        self._shared.keep(kept)

    def _land(self, flight: _Flight[V], renewed: Aged[V]) -> bool:
        """Put the outcome in place, unless somebody replaced the value it was made from."""
        with self._lock:
            if self._held is not flight.held:
                return False
            self._held, self._made_by, self._retry_at = renewed, flight, 0.0
            return True

    def _fail(self, flight: _Flight[V], error: Exception) -> bool:
        with self._lock:
            flight.error = error
            if self._held is not flight.held:
                return False
            if self._final(error) is None:
                self._retry_at = self._clock() + RETRY_AFTER
            else:
                self._held, self._over = None, error
            return True

    def _close(self, flight: _Flight[V]) -> None:
        with self._lock:
            if self._flight is flight:
                self._flight = None
        flight.done.set()
