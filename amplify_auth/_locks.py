"""A lock that a forked process finds open, whoever held it when the process forked. Knows nothing of what it guards."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

_renewing = threading.Lock()


def _open_in_child() -> None:
    global _renewing
    _renewing = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_open_in_child)


class ForkSafeLock:
    """A ``threading.Lock``, or what ``make`` makes, that every process has for itself.

    Of the threads that held one at a fork, none is there in the child to let go of it.
    """

    __slots__ = ("_lock", "_make", "_process")

    def __init__(self, make: Callable[[], Any] = threading.Lock) -> None:
        self._make = make
        self._lock = make()
        self._process = os.getpid()

    def __enter__(self) -> None:
        if self._process != os.getpid():
            with _renewing:
                if self._process != os.getpid():
                    self._lock, self._process = self._make(), os.getpid()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
