"""A storage of the program, with its exceptions as errors of this library, and its lock for nested calls.

What is kept in it, and when, is decided in ``record``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import TypeVar

import attrs

from ..errors import AuthConfigurationError, AuthError, AuthStateError
from ..storage import FileStorage, KeyringStorage, Storage

logger = logging.getLogger("amplify_auth")

R = TypeVar("R")


class CheckedStorage:
    """Wraps a user's `Storage`: any exception becomes an `AuthError` without the stored text.

    Attributes:
        name: Which storage it is. The ``repr`` of one that is not ours could show the text.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        shows_no_text = type(storage).__repr__ in (FileStorage.__repr__, KeyringStorage.__repr__)
        self.name = repr(storage) if shows_no_text else f"{type(storage).__name__}(...)"

    def load(self) -> str | None:
        text: object = _checked("load", self._storage.load)
        if text is None or isinstance(text, str):
            return text
        raise AuthConfigurationError(
            f"The storage cannot be used: its load() returned {type(text).__name__}.",
            name="StorageException",
            recovery_suggestion="Return the text that was saved last as a str, or None.",
        )

    def save(self, record: str) -> None:
        _checked("save", lambda: self._storage.save(record))

    def clear(self) -> None:
        _checked("clear", self._storage.clear)

    def check(self) -> None:
        check: Callable[[], object] | None = getattr(self._storage, "check", None)
        if callable(check):
            _checked("check", check)

    @contextmanager
    def lock(self) -> Generator[None]:
        """Hold the lock in the block. If the program is called within it, as for metadata, its calls have it too."""
        if any(hold.storage is self and hold.is_on for hold in _holds.get()):
            yield
            return
        stack, hold = ExitStack(), _Hold(self)
        _checked("lock", lambda: stack.enter_context(self._storage.lock()))
        holds = _holds.set((*_holds.get(), hold))
        try:
            yield
        finally:
            hold.is_on = False
            _holds.reset(holds)
            try:
                _checked("lock", stack.close)
            except AuthError as trouble:  # what was to be done under the lock is done
                logger.error("The lock of the stored session was not released: %s", trouble.message)


@attrs.define(eq=False)
class _Hold:
    """A lock that is held. ``is_on`` is False after that, also for a task that has a copy of the context."""

    storage: CheckedStorage
    is_on: bool = True


#: The locks that are held by the calls which have led to the code that runs now.
_holds: ContextVar[tuple[_Hold, ...]] = ContextVar("amplify_auth_storage_locks", default=())


def _checked(name: str, method: Callable[[], R]) -> R:
    try:
        return method()
    except AuthError:
        raise
    except Exception as error:
        reason = type(error).__name__
        # A lock has its own exception if another process holds it. Only a system's error says that it cannot be made.
        is_held = name == "lock" and (isinstance(error, TimeoutError) or not isinstance(error, OSError))
    kind = AuthStateError if is_held else AuthConfigurationError
    raise kind(  # outside the handler: the original may hold the record
        f"The storage cannot be used: its {name}() raised {reason}.",
        name="StorageException",
        recovery_suggestion="Mend the storage, or give Session another one.",
        is_retryable=is_held,
    )
