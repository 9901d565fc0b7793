"""Waiting without waiting: what sleeps in a scenario sleeps by the clock that tests can move.

Nothing here knows what is waited for.
"""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import SimpleNamespace
from unittest import mock

from amplify_auth import _clock

_PATIENCE = 20.0


def without_pauses(advance: Callable[[float], None]) -> AbstractContextManager[object]:
    """Let botocore's pauses before a retry pass at once."""
    return mock.patch("botocore.endpoint.time", SimpleNamespace(sleep=advance))


class ClockEvent(threading.Event):
    """An event whose ``wait`` times out by the movable clock."""

    def __init__(self) -> None:
        super().__init__()
        self.sleeps_until: float | None = None

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set, or the clock has come to the end of ``timeout``."""
        assert timeout is not None
        end = _clock.monotonic() + timeout
        self.sleeps_until = end
        try:
            while not super().wait(0.001):
                if _clock.monotonic() >= end:
                    return False
            return True
        finally:
            self.sleeps_until = None


class Background:
    """A call in a thread of its own, which may sleep by ``event``."""

    def __init__(self, call: Callable[[], object], event: ClockEvent, advance: Callable[[float], None]) -> None:
        self._result: object = None
        self._error: BaseException | None = None
        self._call = call
        self._event = event
        self._advance = advance
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            self._result = self._call()
        except BaseException as error:
            self._error = error

    def settle(self, *, also: Callable[[], bool] = lambda: False) -> None:
        """Wait until it has ended, sleeps, or ``also``."""
        end = time.monotonic() + _PATIENCE
        while self.thread.is_alive() and not also() and not self._sleeps():
            if time.monotonic() > end:
                raise AssertionError("the call in the background neither ends nor sleeps")
            time.sleep(0.001)

    def _sleeps(self) -> bool:
        until = self._event.sleeps_until
        return until is not None and until > _clock.monotonic()

    def let_pass(self, seconds: float) -> None:
        """Let time pass; what wakes up meanwhile runs at its time."""
        end = _clock.monotonic() + seconds
        while True:
            self.settle()
            until = self._event.sleeps_until
            if not self.thread.is_alive() or until is None or until > end:
                break
            self._to(until)
        self._to(end)
        self.settle()

    def join(self) -> object:
        """Let as much time pass as it takes, and return the result, or raise what the call raised."""
        for _ in range(1000):
            self.settle()
            until = self._event.sleeps_until
            if not self.thread.is_alive():
                if self._error is not None:
                    raise self._error
                return self._result
            if until is not None:
                self._to(until)
        raise AssertionError("the call in the background does not end")

    def _to(self, moment: float) -> None:
        self._advance(max(0.0, moment - _clock.monotonic()) + 0.001)
