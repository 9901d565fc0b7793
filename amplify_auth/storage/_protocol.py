"""What a storage must do, and what storages share: errors, limits, checks and the lock file. No storage is here."""

from __future__ import annotations

import math
import os
import secrets
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from .._public_call import time_left
from ..errors import AuthConfigurationError, AuthStateError

LARGEST: Final = 1 << 20
"""Bytes. A longer text is not saved, and of a longer file only so much is read: neither is a session."""


@runtime_checkable
class Storage(Protocol):
    """Keeps one text, the record of a session, which holds tokens in clear.

    ``save`` must be atomic: a reader gets the whole former text or the whole new one, also after a crash.

    A storage may also have a method ``check()`` without arguments. It is called when a session is made, before a user
    is asked for a password, and raises if ``save`` or ``lock`` would fail.
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

        Raises:
            TimeoutError: Another process holds it for too long. The tokens are not refreshed then.
            OSError: The storage is out of order. The tokens are refreshed without it.
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


def encoded(record: str) -> bytes:
    """The bytes of a text that can be saved and read back whole.

    Raises:
        AuthConfigurationError: It is too long, or no text in UTF-8.
    """
    try:
        content = record.encode()
    except UnicodeEncodeError:
        content = None
    if content is None:  # outside the handler: the original holds the text
        raise storage_error("The text has lone surrogates and cannot be saved.", "Save text that UTF-8 can express.")
    if len(content) > LARGEST:
        raise storage_error(
            f"The text has {len(content)} bytes: more than {LARGEST} are not saved.",
            "Call forget_devices(), or use one Session for each user.",
        )
    return content


def file_path(path: str | os.PathLike[str]) -> Path:
    """The absolute path of a file; ``~`` is expanded. The working directory may change later.

    Raises:
        AuthConfigurationError: It is no path of a file.
    """
    try:
        text = os.fsdecode(path)
        if text and "\0" not in text and not text.endswith(("/", os.sep)):
            return Path(text).expanduser().absolute()
        reason = "it is not the path of a file"
    except TypeError:
        reason = f"it must be a str or a path, not {type(path).__name__}"
    except RuntimeError:
        reason = "the home directory is not known"
    except OSError as error:  # the working directory was removed
        reason = f"the working directory is not known: {error.strerror}"
    raise storage_error(
        f"The path cannot be used: {reason}.", 'Give the path of a file, such as "~/.my-script/session.json".'
    )


def timeout_of(seconds: float) -> float:
    """``seconds``, if a lock can be waited for that long.

    Raises:
        AuthConfigurationError: It cannot.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < 1e9:
        raise storage_error("lock_timeout must be a number of seconds, 0 or more.", "Give lock_timeout such as 60.0.")
    return seconds


def lock_file_of(path: Path) -> Path:
    """The lock file of ``path``, in the same folder."""
    return path.with_name(path.name + ".lock")


def check_place(path: Path, lock: Path) -> None:
    """Raise now if ``path`` cannot be replaced, or ``lock`` cannot be locked. Makes the folders, and leaves no file.

    What a system permits is known only when it is tried: a file is made and locked in each folder, and removed.

    Raises:
        AuthConfigurationError: It names the path.
    """
    for place in {lock.parent: lock, path.parent: path}.values():
        probe = place.with_name(f".{place.name}.{secrets.token_hex(5)}.check")  # as long as the names that are used
        reason = _reason_against(probe)
        if reason is not None:
            raise storage_error(
                f"{place} cannot be used: {reason}.",
                f"Give a path in a folder that you can write to, or make {place.parent} such a folder.",
            )
    try:
        os.close(os.open(lock, os.O_RDWR | getattr(os, "O_NONBLOCK", 0)))
    except FileNotFoundError:
        return
    except OSError as error:
        reason = error.strerror
    else:
        return
    raise storage_error(f"{lock} cannot be locked: {reason}.", f"Delete {lock}, or give a path in a folder of yours.")


def _reason_against(probe: Path) -> str | None:
    """Why the file ``probe`` cannot be made and locked; None if it can."""
    import filelock

    try:
        probe.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with filelock.FileLock(probe, timeout=0, mode=0o600):
            return None
    except filelock.Timeout:  # on Windows: it may not be made
        return "Permission denied"
    except OSError as error:
        return error.strerror or type(error).__name__
    except NotImplementedError:
        return _NO_LOCKS
    finally:
        with suppress(OSError):
            probe.unlink()


_NO_LOCKS = "the file system has no locks"


@contextmanager
def file_lock(path: Path, timeout: float) -> Generator[None]:
    """Hold the lock file ``path``. The system releases it if the process dies.

    Raises:
        AuthConfigurationError: The file cannot be made.
        AuthStateError: Another process held the lock for longer than ``timeout`` seconds, or than a refresh may still
            take; retryable.
    """
    import filelock

    left = time_left()
    if left != math.inf:  # for a refresh; a sign-in that is over must be stored
        timeout = max(min(timeout, left), 0.0)
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
    except (OSError, NotImplementedError) as error:
        reason = error.strerror if isinstance(error, OSError) else _NO_LOCKS
        raise storage_error(f"{path} cannot be locked: {reason}.", "Give a path in a directory of yours.") from None
    with acquired:
        yield
