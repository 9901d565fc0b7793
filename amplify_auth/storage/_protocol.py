"""What a place that keeps sign-ins must do, and how trouble with one is told. No place is implemented here."""

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
