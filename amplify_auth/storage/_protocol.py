"""What a place that keeps sign-ins must do, and how trouble with one is told. No place is implemented here."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from ..errors import AuthConfigurationError, AuthError, AuthStateError

R = TypeVar("R")


@runtime_checkable
class Storage(Protocol):
    """Keeps one text, the record of a session, which holds tokens in clear.

    ``save`` must be atomic: whoever reads sees the whole former text or the whole new one, also after a crash.
    """

    def load(self) -> str | None:
        """The text that was saved last; None if there is none. Damaged text is returned as it is."""
        ...

    def save(self, record: str) -> None:
        """Replace the text."""
        ...

    def clear(self) -> None:
        """Remove the text, if there is one."""
        ...

    def lock(self) -> AbstractContextManager[object]:
        """Keep all other processes and threads that ask for this lock waiting, for the time of a ``with`` block.

        It is held across the refresh of tokens: a refresh token that rotates must not be used twice.
        """
        ...


def storage_error(message: str, suggestion: str) -> AuthConfigurationError:
    """The error for a place that cannot be used as it is."""
    return AuthConfigurationError(message, name="StorageException", recovery_suggestion=suggestion)


class Told:
    """A storage whose trouble, of whatever kind, is told as our error, without what was kept.

    Args:
        storage: Anybody's implementation.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def load(self) -> str | None:
        """As `Storage`."""
        return _told("load", self._storage.load)

    def save(self, record: str) -> None:
        """As `Storage`."""
        _told("save", self._storage.save, record)

    def clear(self) -> None:
        """As `Storage`."""
        _told("clear", self._storage.clear)

    @contextmanager
    def lock(self) -> Generator[None]:
        """As `Storage`."""
        held = ExitStack()
        _told("lock", lambda: held.enter_context(self._storage.lock()))
        try:
            yield
        finally:
            _told("lock", held.close)


def _told(name: str, method: Callable[..., R], *arguments: str) -> R:
    try:
        return method(*arguments)
    except AuthError:
        raise
    except Exception as error:
        reason = type(error).__name__
    raise storage_error(  # outside the handler: the original may hold the record
        f"The storage cannot be used: its {name}() raised {reason}.", "Mend the storage, or give Session another one."
    )


def require(module: str, extra: str) -> None:
    """Raise where a package of an extra is not installed; whoever makes a storage hears of it before a sign-in does.

    Raises:
        AuthConfigurationError: It is not; the suggestion names the extra.
    """
    if find_spec(module) is None:
        raise AuthConfigurationError(
            f"{module} is not installed.",
            name="MissingExtra",
            recovery_suggestion=f'Install the extra: pip install "amplify-auth-boto3[{extra}]".',
        )


@contextmanager
def file_lock(path: Path, timeout: float) -> Generator[None]:
    """Hold the lock that ``path`` stands for; the system releases it if the process dies.

    Raises:
        AuthConfigurationError: The file cannot be made.
        AuthStateError: Another process held the lock for longer than ``timeout`` seconds; retryable.
    """
    import filelock

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        acquired = filelock.FileLock(path, timeout=timeout, mode=0o600).acquire()
    except filelock.Timeout:
        raise AuthStateError(
            f"Another process has held {path} for more than {timeout:g} seconds.",
            name="StorageException",
            recovery_suggestion="Find the process that hangs, or allow more time.",
            is_retryable=True,
        ) from None
    except OSError as error:
        raise storage_error(
            f"{path} cannot be locked: {error.strerror}.", "Give a path in a directory of yours."
        ) from None
    with acquired:
        yield
