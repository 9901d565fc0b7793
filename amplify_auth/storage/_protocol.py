"""What a storage must do, and what storages share: their errors and the lock file. No storage is implemented here."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, runtime_checkable

from ..errors import AuthConfigurationError, AuthStateError


@runtime_checkable
class Storage(Protocol):
    """Keeps one text, the record of a session, which holds tokens in clear.

    ``save`` must be atomic: a reader gets the whole former text or the whole new one, also after a crash.
    """

    def load(self) -> str | None:
        """The text that was saved last; None if no text was saved. Damaged text is returned as it is."""
        ...

    def save(self, record: str) -> None:
        """Replace the text."""
        ...

    def clear(self) -> None:
        """Remove the text, if there is one."""
        ...

    def lock(self) -> AbstractContextManager[object]:
        """Let all other processes and threads that ask for this lock wait until the ``with`` block ends.

        It is held across the refresh of tokens, because a refresh token that rotates must not be used twice.
        """
        ...


def storage_error(message: str, suggestion: str) -> AuthConfigurationError:
    """The error for a storage that cannot be used as it is."""
    return AuthConfigurationError(message, name="StorageException", recovery_suggestion=suggestion)


def require(module: str, extra: str) -> None:
    """Raise if a package of an extra is not installed: when the storage is made, not later at a sign-in.

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
    """Hold the lock file ``path``. The system releases it if the process dies.

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
