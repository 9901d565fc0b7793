"""A session kept in a file that only its owner can read. Needs the extra ``file`` for the lock."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from .._public_call import public
from ._protocol import (
    LARGEST,
    check_place,
    encoded,
    file_lock,
    file_path,
    lock_file_of,
    require,
    storage_error,
    timeout_of,
)

_HAS_MODES = os.name == "posix"
_READABLE = "Give a path that you can read and write."
_ADVICE = {
    errno.EISDIR: "Give the path of a file in that folder, such as session.json.",
    errno.EBUSY: "If the file is a mount of its own, mount its folder: the file is replaced when it is written.",
    errno.ENOSPC: "Make room on the disk.",
    errno.EDQUOT: "Make room in your quota.",
    errno.EROFS: "Give a path on a disk that can be written to.",
}


class FileStorage:
    """Keeps a session in one file, for scripts that start often, and for several processes at once.

    The file holds tokens in clear and is made with mode 0600. A file that others can read, or that belongs to another
    user, is refused. Windows has no such modes: there the directory's permissions protect the file.

    A session that is made with it raises if the file cannot be written. After a sign-out the file stays, without
    tokens, and says to other processes that the sign-in is over.

    Args:
        path: The file; ``~`` is expanded. Its directory is made if it is missing. The lock file ``<path>.lock`` is in
            the same directory and is not removed.
        lock_timeout: Seconds to wait for another process that is refreshing the same session.

    Raises:
        AuthConfigurationError: The extra is not installed, or an argument is wrong. By its methods: the file cannot be
            used as it is.
        AuthStateError: By ``lock``, if another process does not release it.
    """

    def __init__(self, path: str | os.PathLike[str], *, lock_timeout: float = 60.0) -> None:
        require("filelock", "file")
        self._path = file_path(path)
        self._lock_timeout = timeout_of(lock_timeout)

    def __repr__(self) -> str:
        return f"FileStorage({str(self._path)!r})"

    @public
    def load(self) -> str | None:
        """The text that was saved last; None if there is no file."""
        try:
            with open(self._path, "rb", opener=_open_without_waiting) as file:
                self._refuse_if_exposed(os.fstat(file.fileno()))
                return file.read(LARGEST + 1).decode("utf-8", "replace")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._error(error) from None

    def check(self) -> None:
        """Raise now if `save` or `lock` would fail. The directory is made; no file is left."""
        check_place(self._path, lock_file_of(self._path))
        if self._path.exists() and not os.access(self._path, os.W_OK):
            raise storage_error(f"{self._path} may not be written.", _READABLE)

    @public
    def save(self, record: str) -> None:
        """Replace the text; after a crash at any moment the file holds the former text or this one."""
        content = encoded(record)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = self._temporary()
            self._remove(temporary)  # left by a program that was killed
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            try:
                with open(descriptor, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, self._path)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary)
                raise
            self._sync_directory()
        except OSError as error:
            raise self._error(error) from None

    @public
    def clear(self) -> None:
        """Remove the file, if there is one."""
        try:
            self._remove(self._temporary())
            self._remove(self._path)
            self._sync_directory()
        except FileNotFoundError:  # not even the directory is there
            return
        except OSError as error:
            raise self._error(error) from None

    def lock(self) -> AbstractContextManager[None]:
        """Hold ``<path>.lock`` for the time of a ``with`` block."""
        return file_lock(lock_file_of(self._path), self._lock_timeout)

    def _temporary(self) -> Path:
        """The same name each time: ``save`` holds the lock, and replaces what a crash has left.

        No other program has a reason to use this name.
        """
        return self._path.with_name(f".{self._path.name}.amplify_auth.new")

    def _remove(self, path: Path) -> None:
        """Remove a file, if there is one. What is not a file is left, and is an error."""
        with suppress(FileNotFoundError):
            mode = path.lstat().st_mode
            if not stat.S_ISREG(mode) and not stat.S_ISLNK(mode):
                raise storage_error(f"{path} is not a file.", "Remove it, or give another path.")
            path.unlink()

    def _refuse_if_exposed(self, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise storage_error(f"{self._path} is not a file.", "Give the path of a file.")
        if _HAS_MODES and status.st_uid != os.geteuid():
            raise storage_error(f"{self._path} belongs to another user.", "Give a path in a directory of your own.")
        if _HAS_MODES and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise storage_error(
                f"{self._path} can be read or changed by others: a session found there is not used.",
                f"If it is yours and no one else read it: chmod 600 {self._path}. Else delete it and sign in again.",
            )

    def _sync_directory(self) -> None:
        if _HAS_MODES:  # else the new name could be lost in a crash
            descriptor = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _error(self, error: OSError) -> Exception:
        return storage_error(f"{self._path}: {error.strerror}.", _ADVICE.get(error.errno or 0, _READABLE))


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # a named pipe with this name would hang the program
