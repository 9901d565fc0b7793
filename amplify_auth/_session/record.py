"""The record of a session in its storage.

One record holds all, so a reader never sees the tokens of one sign-in with the user of another. The record names the
user pool client and the sign-in that it came from. A refresh or a sign-out does not change the record of another
sign-in. A new sign-in replaces it. The storage's lock is held across every change.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

import attrs

from .._renewal import Expiring, NotShared, session_over, token_expiry
from .._values import AuthConfig, SignedIn, Snapshot
from ..errors import AuthConfigurationError, AuthError
from ..storage import Storage
from .snapshot import FOREIGN, StoredRecord, read_record, write_record

logger = logging.getLogger("amplify_auth")

R = TypeVar("R")


def store_of(
    config: AuthConfig, *, snapshot: Callable[[], Snapshot], restore: Callable[[Snapshot], None]
) -> NoStore | RecordStore:
    """The store of a session with ``config``.

    Args:
        config: Says in which storage the session is kept.
        snapshot: Gives all that the session keeps at this moment.
        restore: Replaces all that the session keeps.
    """
    return NoStore() if config.storage is None else RecordStore(config, config.storage, snapshot, restore)


class NoStore(NotShared[SignedIn]):
    """The store of a session that is kept in memory only."""

    def load(self) -> None:
        """There is no record to load."""

    def save_sign_in(self) -> None:
        """Memory is enough."""

    def forget(self) -> None:
        """There is no record to remove."""

    def forget_ended(self) -> None:
        """There is no record to remove."""

    def forget_devices(self) -> None:
        """There is no record to remove."""


class RecordStore:
    """The store of a session that is kept in a `Storage`; see `store_of`."""

    def __init__(
        self,
        config: AuthConfig,
        storage: Storage,
        snapshot: Callable[[], Snapshot],
        restore: Callable[[Snapshot], None],
    ) -> None:
        self._config = config
        self._storage = _CheckedStorage(storage)
        self._snapshot = snapshot
        self._restore = restore
        #: The sign-in of this process, if the record is of it.
        self._sign_in_id: str | None = None
        #: The sign-ins of this process that the record may be of: after a failed save there are several.
        self._own: set[str | None] = {None}
        #: True if the record is older than what this process has, because the newest could not be written.
        self._is_behind = False

    def load(self) -> None:
        """Restore what is stored.

        Raises:
            AuthConfigurationError: The storage cannot be used, or another client's session is there.
        """
        record = self._read()
        if record is None:
            return
        if record.sign_in_id is None:  # the text of an `export_state`: all processes that share it need one name for it
            with self._storage.lock():
                record = self._read()
                if record is None:
                    return
                record = attrs.evolve(record, sign_in_id=record.sign_in_id or secrets.token_hex(16))
                self._replace(record)
        self._sign_in_id = record.sign_in_id
        self._own = {record.sign_in_id}
        self._restore(record.snapshot)

    def save_sign_in(self) -> None:
        """Store the sign-in that was just completed, in the place of any other."""
        with self._storage.lock():
            self._sign_in_id = secrets.token_hex(16)
            self._own.add(self._sign_in_id)
            self._write(self._snapshot())
            self._own = {self._sign_in_id}

    def forget(self) -> None:
        """Remove what is stored of the sign-in that is over. What another process has signed in since stays."""
        with self._storage.lock():
            record = self._read()
            is_mine = record is None or record.sign_in_id in self._own
            snapshot = self._snapshot()
            if is_mine and snapshot.signed_in is None:
                # If devices remain, keep the record so that other processes see that this sign-in ended.
                self._write(snapshot)

    def forget_ended(self) -> None:
        """As `forget`, for a session that ended by itself. Trouble is logged, because no caller waits for it."""
        try:
            self.forget()
        except AuthError as trouble:
            logger.error("The ended session is still in its storage: %s", trouble.message)

    def forget_devices(self) -> None:
        """Remove the devices from the record, even if it is of another sign-in."""
        with self._storage.lock():
            record = self._read()
            if record is not None:
                self._replace(attrs.evolve(record, snapshot=attrs.evolve(record.snapshot, devices=())))

    # While the tokens are refreshed

    def lock(self) -> AbstractContextManager[object]:
        """Keep other processes from refreshing at the same time."""
        return self._storage.lock()

    def reload(self, current: Expiring[SignedIn]) -> Expiring[SignedIn]:
        """The newest tokens of this sign-in.

        Raises:
            SessionEnded: Another process has signed out.
        """
        if self._sign_in_id is None:
            return current
        if self._storage.load() is None:
            raise session_over("another process has signed out")
        record = self._read()
        if record is None or record.sign_in_id != self._sign_in_id:
            return current
        found = record.snapshot.signed_in
        if found is None:
            raise session_over("another process has signed out")
        if self._is_behind or found.user_id != current.value.user_id:
            return current
        ours, theirs = current.value.tokens, found.tokens
        if theirs.access_token == ours.access_token:
            is_rotated = theirs.refresh_token != ours.refresh_token
            return attrs.evolve(current, value=found) if is_rotated else current
        return token_expiry(found, self._config.refresh_margin)

    def keep(self, refreshed: Expiring[SignedIn]) -> None:
        """Store the refreshed tokens, unless another sign-in has taken the place.

        Trouble is logged, not raised: the new tokens are good, only the next start will not find them.
        """
        snapshot = self._snapshot()
        if self._sign_in_id is None or snapshot.signed_in is not refreshed.value:  # a sign-out or a sign-in came since
            return
        try:
            record = self._read()
            if record is None or record.sign_in_id == self._sign_in_id:
                self._write(snapshot)
        except AuthError as error:
            self._is_behind = True
            logger.error("The refreshed tokens could not be stored: %s", error.message)

    def _read(self) -> StoredRecord | None:
        """The record; None if there is no record, or it is damaged."""
        text = self._storage.load()
        if text is None:
            return None
        found = read_record(self._config, text)
        if isinstance(found, StoredRecord):
            return found
        if found is FOREIGN:
            raise AuthConfigurationError(
                "The storage holds the session of another user pool client.",
                name="StorageException",
                recovery_suggestion="Give each user pool client a storage of its own.",
            )
        logger.warning("The stored session is damaged and not used: sign in again.")
        return None

    def _write(self, snapshot: Snapshot) -> None:
        self._replace(StoredRecord(snapshot=snapshot, sign_in_id=self._sign_in_id))
        self._is_behind = False

    def _replace(self, record: StoredRecord) -> None:
        if record.snapshot.is_empty:
            self._storage.clear()
        else:
            self._storage.save(write_record(self._config, record))


class _CheckedStorage:
    """Wraps a user's `Storage`: any exception becomes an `AuthConfigurationError` without the stored text."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def load(self) -> str | None:
        return _checked("load", self._storage.load)

    def save(self, record: str) -> None:
        _checked("save", lambda: self._storage.save(record))

    def clear(self) -> None:
        _checked("clear", self._storage.clear)

    @contextmanager
    def lock(self) -> Generator[None]:
        stack = ExitStack()
        _checked("lock", lambda: stack.enter_context(self._storage.lock()))
        try:
            yield
        finally:
            _checked("lock", stack.close)


def _checked(name: str, method: Callable[[], R]) -> R:
    try:
        return method()
    except AuthError:
        raise
    except Exception as error:
        reason = type(error).__name__
    raise AuthConfigurationError(  # outside the handler: the original may hold the record
        f"The storage cannot be used: its {name}() raised {reason}.",
        name="StorageException",
        recovery_suggestion="Mend the storage, or give Session another one.",
    )
