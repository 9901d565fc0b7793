"""A session kept in the keyring of the operating system. Needs the extra ``keyring``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import takewhile
from pathlib import Path
from typing import Protocol

import attrs

from .._masking import Value, value
from .._public_call import public
from ._protocol import LARGEST, check_place, encoded, file_lock, file_path, require, storage_error, timeout_of

# Windows' Credential Manager takes 2560 bytes (CRED_MAX_CREDENTIAL_BLOB_SIZE), keyring writes UTF-16 there, and
# the tokens of one user are longer: so the text is written in parts.
_LONGEST = 1200
_MOST = LARGEST // _LONGEST + 1  # parts; a damaged number must not make the program read without end


class Backend(Protocol):
    """What is used of ``keyring.backend.KeyringBackend``."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """The entry, or None."""
        ...

    def set_password(self, service: str, username: str, password: str, /) -> object:
        """Write the entry."""
        ...

    def delete_password(self, service: str, username: str, /) -> object:
        """Remove the entry; ``PasswordDeleteError`` if it is missing."""
        ...


@value(kw_only=True)
class _Contents(Value):
    """The entry that names the parts, and says if they belong together."""

    stem: str
    count: int
    sha256: str

    def parts(self) -> list[str]:
        return [f"{self.stem}.{index}" for index in range(min(self.count, _MOST))]


class KeyringStorage:
    """Keeps a session in the keyring: macOS Keychain, Windows Credential Manager, Secret Service, KWallet.

    The text is split over several entries. One more entry names them. It is written last, so a crash leaves the former
    text in place.

    Args:
        name: The name of this session in the keyring, such as the name of the script.
        service: The service name of the entries.
        backend: A ``keyring`` backend. Default: the one that keyring chooses.
        lock_path: The file that stands for the lock; ``~`` is expanded. Default: one in keyring's data directory.
        lock_timeout: Seconds to wait for another process that is refreshing the same session.

    Raises:
        AuthConfigurationError: The extra is not installed. By its methods: there is no keyring, or it refuses.
        AuthStateError: By ``lock``, if another process does not release it.
    """

    def __init__(
        self,
        name: str,
        *,
        service: str = "amplify_auth",
        backend: Backend | None = None,
        lock_path: str | Path | None = None,
        lock_timeout: float = 60.0,
    ) -> None:
        require("keyring", "keyring")
        require("filelock", "keyring")
        self._name = name
        self._service = service
        self._given = backend
        self._lock_path = None if lock_path is None else file_path(lock_path)
        self._lock_timeout = timeout_of(lock_timeout)

    def __repr__(self) -> str:
        return f"KeyringStorage({self._name!r}, service={self._service!r})"

    @public
    def load(self) -> str | None:
        """The text that was saved last; None if no text was saved."""
        with self._backend() as backend:
            # Another process may replace the parts between two readings. Then there is a new list of them.
            return self._read(backend) or self._read(backend)

    def check(self) -> None:
        """Raise now if `lock` would fail; `load` raises if there is no keyring. No file is left."""
        lock = self._lock_file()
        check_place(lock, lock)

    @public
    def save(self, record: str) -> None:
        """Replace the text."""
        encoded(record)  # refuses what is too long
        with self._backend() as backend:
            former = self._contents(backend)
            # Two stems in turn: the next save writes over what a killed program has left.
            stem = next(stem for stem in self._stems if former is None or stem != former.stem)
            texts = [record[start : start + _LONGEST] for start in range(0, len(record), _LONGEST)]
            for index, text in enumerate(texts):
                backend.set_password(self._service, f"{stem}.{index}", text)
            contents = _Contents(stem=stem, count=len(texts), sha256=_digest(record))
            backend.set_password(self._service, self._name, json.dumps(attrs.asdict(contents)))
            for other in self._stems:
                self._delete_parts(backend, other, len(texts) if other == stem else 0)

    @public
    def clear(self) -> None:
        """Remove the text, if there is one."""
        with self._backend() as backend:
            self._delete(backend, self._name)
            for stem in self._stems:
                self._delete_parts(backend, stem, 0)

    @property
    def _stems(self) -> tuple[str, str]:
        return f"{self._name}.a", f"{self._name}.b"

    def lock(self) -> AbstractContextManager[None]:
        """Hold the lock file for the time of a ``with`` block."""
        return file_lock(self._lock_file(), self._lock_timeout)

    def _lock_file(self) -> Path:
        if self._lock_path is not None:
            return self._lock_path
        with self._backend():
            from keyring.util import platform_

            return Path(platform_.data_root()) / f"{_digest(f'{self._service}/{self._name}')[:16]}.lock"

    @contextmanager
    def _backend(self) -> Generator[Backend]:
        import keyring
        import keyring.errors

        try:
            yield self._given or keyring.get_keyring()
        except keyring.errors.KeyringError as error:
            reason = type(error).__name__
        else:
            return
        raise storage_error(
            f"The keyring cannot be used: {reason}.",
            "Unlock it, install a keyring backend, or use FileStorage on machines without one.",
        )

    def _contents(self, backend: Backend) -> _Contents | None:
        text = backend.get_password(self._service, self._name)
        if text is None:
            return None
        try:
            contents = json.loads(text)
            return _Contents(stem=str(contents["stem"]), count=int(contents["count"]), sha256=str(contents["sha256"]))
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return _Contents(stem="", count=0, sha256="")

    def _read(self, backend: Backend) -> str | None:
        contents = self._contents(backend)
        if contents is None:
            return None
        texts = [backend.get_password(self._service, part) for part in contents.parts()]
        record = "".join(text for text in texts if text is not None)
        return record if _digest(record) == contents.sha256 else ""

    def _delete_parts(self, backend: Backend, stem: str, first: int) -> None:
        """Remove the parts from number ``first`` on, the last first, so that a crash leaves no gap."""
        names = (f"{stem}.{index}" for index in range(first, _MOST))
        for name in reversed(list(takewhile(lambda name: backend.get_password(self._service, name), names))):
            self._delete(backend, name)

    def _delete(self, backend: Backend, name: str) -> None:
        from keyring.errors import PasswordDeleteError

        with suppress(PasswordDeleteError):  # it is not there
            backend.delete_password(self._service, name)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
