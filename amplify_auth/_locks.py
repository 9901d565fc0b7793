"""A lock that is released in the child after ``os.fork``. It does not know what it guards."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Protocol

_renewing = threading.Lock()


def _open_in_child() -> None:
    global _renewing
    _renewing = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_open_in_child)


class _Lock(Protocol):
    """What is used of ``threading.Lock`` and ``threading.RLock``."""

    def acquire(self, *, timeout: float) -> bool: ...
    def release(self) -> None: ...


class ForkSafeLock:
    """A ``threading.Lock``, or what ``make`` makes, that every process has for itself.

    A thread that holds the lock when the process forks does not exist in the child, so it could not release it there.
    """

    __slots__ = ("_lock", "_make", "_process")

    def __init__(self, make: Callable[[], _Lock] = threading.Lock) -> None:
        self._make = make
        self._lock = make()
        self._process = os.getpid()

    def acquire(self, timeout: float) -> bool:
        """Wait for the lock for so many seconds at most (-1: without an end). True if the thread has it then."""
        if self._process != os.getpid():
            with _renewing:
                if self._process != os.getpid():
                    self._lock, self._process = self._make(), os.getpid()
        return self._lock.acquire(timeout=timeout)

    def release(self) -> None:
        """Let another thread have the lock."""
        self._lock.release()

    def __enter__(self) -> None:
        self.acquire(-1)

    def __exit__(self, *_: object) -> None:
        self.release()
