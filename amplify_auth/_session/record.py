"""The record of a session in its storage.

One record holds all, so a reader never sees the tokens of one sign-in with the user of another. The record names the
user pool client and the sign-in that it came from. A refresh or a sign-out does not change the record of another
sign-in. A new sign-in replaces it. The storage's lock is held across every change.

A record that is of this process's sign-in but has no user says why. Either the user has signed out: that ends the
session of every process. Or Cognito refused the tokens of one process: a process that has newer ones goes on, and
replaces the record. A record that is gone says nothing: it was deleted. So the library removes no record, except if it
cannot write that a user has signed out.

What cannot be written stays in memory, and is written later. A text that is not of this library is never replaced.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import Final

import attrs

from .. import _clock
from .._locks import ForkSafeLock
from .._public_call import warn
from .._renewal import Expiring, NotShared, session_over, signed_out_elsewhere, token_expiry
from .._values import AuthConfig, Device, SignedIn, Snapshot
from ..errors import AuthConfigurationError, AuthError, StorageWarning
from ..storage import Storage
from .checked_storage import CheckedStorage
from .snapshot import Rejected, StoredRecord, fingerprint, read_record, write_record

logger = logging.getLogger("amplify_auth")

WRITE_AGAIN_AFTER: Final = 30.0
"""Seconds from an attempt to write what could not be written to the next, if the program asks for tokens."""
MOST_DEVICES: Final = 1000
"""Devices that a record keeps, the newest: a storage takes no text of any length."""


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

    def keep_sign_in(self) -> None:
        """Memory is enough."""

    def forget(self) -> SignedIn | None:
        """There is no record to remove."""
        return None

    def forget_ended(self, signed_in: SignedIn) -> None:
        """There is no record to remove."""

    def forget_devices(self, username: str | None = None) -> None:
        """There is no record to remove."""

    def keep_device(self, device: Device) -> None:
        """Memory is enough."""


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
        self._storage = CheckedStorage(storage)
        self._snapshot = snapshot
        self._restore = restore
        #: The sign-in of this process, if the record is of it.
        self._sign_in_id: str | None = None
        #: The sign-ins of this process that the record may be of: after a failed save there are several.
        self._own: set[str | None] = set()
        #: True if the record is older than what this process has, because the newest could not be written.
        self.is_behind = False
        self._write_again_at = 0.0
        #: The keys of the devices that this process has or had. Others in the record are of other processes.
        self._known_devices: set[str] = set()
        self._lock = ForkSafeLock()
        #: In a thread that refreshes although the storage cannot be locked, ``is_unlocked`` is True.
        self._here = threading.local()

    def load(self) -> None:
        """Restore what is stored.

        Raises:
            AuthConfigurationError: The storage cannot be used, or what is there is not this client's.
        """
        record = self._read()
        self._storage.check()
        if record is None:
            return
        if record.sign_in_id is None:  # the text of an `export_state`: all processes that share it need one name for it
            with self._storage.lock():
                record = self._read()
                if record is None:
                    return
                record = attrs.evolve(record, sign_in_id=record.sign_in_id or secrets.token_hex(16))
                self._replace(record)
        if record.snapshot.signed_in is not None:  # else it says why no user is, for processes in which one is
            self._sign_in_id = record.sign_in_id
            self._own = {record.sign_in_id}
        self._known_devices.update(device.key for device in record.snapshot.devices)
        self._restore(record.snapshot)

    def save_sign_in(self) -> None:
        """Store the sign-in that was just completed, in the place of any other.

        Raises:
            AuthError: It could not be stored. It is stored later, if that is possible.
        """
        self._sign_in_id = secrets.token_hex(16)
        self._own.add(self._sign_in_id)
        self._fall_behind()
        with self._storage.lock():
            record = self._read()  # another program's text, or another client's, is not replaced
            self._write(self._with_others_devices(self._snapshot(), record))

    def keep_sign_in(self) -> None:
        """As `save_sign_in`. If the sign-in cannot be stored, that is logged, and a warning is given.

        If warnings are errors, it raises, and the caller takes the sign-in back.
        """
        try:
            self.save_sign_in()
        except AuthError as trouble:
            message = f"The sign-in is kept in memory only: {trouble.message}"
        else:
            return
        logger.error(message)
        warn(message, StorageWarning)

    def forget(self) -> SignedIn | None:
        """Write that the user has signed out. What another process has signed in since stays.

        Returns:
            The user with the tokens that were stored, if they may be newer than those in memory: another process may
            have renewed them.

        Raises:
            AuthError: The tokens may still be stored.
        """
        with self._storage.lock():
            record = self._read()
            snapshot = self._snapshot()
            is_mine = record is None or record.sign_in_id in self._own
            if not is_mine or snapshot.signed_in is not None:
                return None
            is_newest = record is not None and record.sign_in_id == self._sign_in_id and not self.is_behind
            stored = record.snapshot.signed_in if record is not None and is_newest else None
            sign_in_id = self._sign_in_id if record is None else record.sign_in_id
            if sign_in_id is None:  # no user was signed in; what is there, if anything, is damaged
                self._storage.clear()
            else:
                left = self._with_others_devices(snapshot, record)
                self._write_end(StoredRecord(snapshot=left, sign_in_id=sign_in_id))
            return stored

    def forget_ended(self, signed_in: SignedIn) -> None:
        """Write that the session of ``signed_in``, a user with these tokens, has ended by itself.

        If the record has other tokens, another process has renewed them, and they stay. From then on the record is not
        this process's. Trouble is logged, because no caller waits for it.
        """
        try:
            with self._storage.lock():
                record = self._read()
                snapshot = self._snapshot()
                if snapshot.signed_in is not None:  # a sign-in came since
                    return
                refused = fingerprint(signed_in.tokens)
                found = record and record.snapshot.signed_in
                if record and found and record.sign_in_id in self._own and fingerprint(found.tokens) == refused:
                    left = self._with_others_devices(snapshot, record)
                    self._write_end(StoredRecord(snapshot=left, sign_in_id=record.sign_in_id, refused=refused))
                self._sign_in_id, self._own = None, set()
        except AuthError as trouble:
            logger.error("The ended session is still in its storage: %s", trouble.message)

    def forget_devices(self, username: str | None = None) -> None:
        """Remove the devices from the record, or those of one user, even if it is of another sign-in."""
        with self._storage.lock():
            record = self._read()
            devices = () if record is None else record.snapshot.devices
            kept = tuple(device for device in devices if username not in (None, device.username))
            if record is not None and kept != devices:
                self._replace(attrs.evolve(record, snapshot=attrs.evolve(record.snapshot, devices=kept)))

    def keep_device(self, device: Device) -> None:
        """Add a device to the record, even if it is of another sign-in. If there is no record, make one."""
        with self._storage.lock():
            record = self._read()
            if record is None:
                record = StoredRecord(snapshot=Snapshot())
            others = (item for item in record.snapshot.devices if item.username != device.username)
            snapshot = attrs.evolve(record.snapshot, devices=(*others, device))
            self._known_devices.add(device.key)
            self._replace(attrs.evolve(record, snapshot=snapshot))

    # While the tokens are refreshed

    @contextmanager
    def lock(self) -> Generator[None]:
        """Keep other processes from refreshing at the same time.

        If the storage is out of order, no other process can use it either: the refresh goes on in memory.

        Raises:
            AuthError: Another process holds the lock; retryable.
        """
        with ExitStack() as stack:
            try:
                stack.enter_context(self._storage.lock())
            except AuthError as trouble:
                if trouble.is_retryable:
                    raise
                logger.error("The tokens are refreshed in memory only: %s", trouble.message)
                self._here.is_unlocked = True
                stack.callback(vars(self._here).clear)
            yield

    def reload(self, current: Expiring[SignedIn]) -> Expiring[SignedIn]:
        """The newest tokens of this sign-in; ``current`` if nothing newer can be read.

        Raises:
            SessionEnded: Another process has signed out, or was refused with the same tokens.
        """
        try:
            record = None if self._sign_in_id is None else self._read()
        except AuthError as trouble:
            logger.error("The stored session is not read; this process goes on with its own: %s", trouble.message)
            return current
        if record is None or record.sign_in_id != self._sign_in_id:
            return current
        found = record.snapshot.signed_in
        if found is None:
            if record.refused is None:
                raise signed_out_elsewhere()
            if record.refused == fingerprint(current.value.tokens):
                raise session_over("Cognito did not renew its tokens for another process")
            return current
        if self.is_behind or found.user_id != current.value.user_id:
            return current
        ours, theirs = current.value.tokens, found.tokens
        if theirs.access_token == ours.access_token:
            is_rotated = theirs.refresh_token != ours.refresh_token
            return attrs.evolve(current, value=found) if is_rotated else current
        return token_expiry(found, self._config.refresh_margin)

    def keep(self, refreshed: Expiring[SignedIn]) -> None:
        """Store the refreshed tokens, unless another sign-in has taken the place, or the user has signed out.

        Trouble is logged, not raised: the new tokens are good, and are written later.
        """
        if getattr(self._here, "is_unlocked", False):  # that is logged already
            self._fall_behind()
            return
        try:
            self._keep(refreshed)
        except AuthError as error:
            self._fall_behind()
            logger.error("The refreshed tokens could not be stored: %s", error.message)

    def catch_up(self, current: Expiring[SignedIn]) -> None:
        """Try again to store what could not be stored, now and then. Never raises."""
        with self._lock:
            if _clock.monotonic() < self._write_again_at:
                return
            self._fall_behind()
        try:
            with self._storage.lock():
                self._keep(current)
        except AuthError as trouble:
            logger.debug("The session still could not be stored: %s", trouble.message)

    def _keep(self, newest: Expiring[SignedIn]) -> None:
        snapshot = self._snapshot()
        if self._sign_in_id is None or snapshot.signed_in is not newest.value:  # a sign-out or a sign-in came since
            return
        record = self._read()
        if record is None or record.sign_in_id in self._own - {self._sign_in_id}:
            is_free = True
        elif record.sign_in_id == self._sign_in_id:
            is_free = record.snapshot.signed_in is not None or record.refused is not None
        else:  # a sign-in takes the place of one that is over, as in `save_sign_in`
            is_free = record.snapshot.signed_in is None
        if is_free:
            self._write(self._with_others_devices(snapshot, record))
        else:
            self.is_behind = False

    def _fall_behind(self) -> None:
        self.is_behind = True
        self._write_again_at = _clock.monotonic() + WRITE_AGAIN_AFTER

    def _read(self) -> StoredRecord | None:
        """The record; None if there is no record, or it is damaged.

        Raises:
            AuthConfigurationError: The storage cannot be used, or holds what is not this client's.
        """
        text = self._storage.load()
        if text is None:
            return None
        found = read_record(self._config, text)
        if isinstance(found, StoredRecord):
            return found
        if found.kind != "damaged":
            raise self._not_ours(found)
        logger.warning("The stored session is damaged and not used: sign in again.")
        return None

    def _not_ours(self, found: Rejected) -> AuthConfigurationError:
        place = self._storage.name
        if found.kind == "alien":
            return AuthConfigurationError(
                f"What {place} holds is not a session of this library. It is left as it is.",
                name="StorageException",
                recovery_suggestion="Give the storage another path or name. If what is there is not needed, delete it.",
            )
        owner = f": {found.owner}" if found.owner else ""
        return AuthConfigurationError(
            f"{place} holds the session of another user pool client{owner}.",
            name="StorageException",
            recovery_suggestion="Give each user pool client a storage of its own. If that session is not needed any "
            f"more, it may be removed: {place}.clear()",
        )

    def _with_others_devices(self, snapshot: Snapshot, record: StoredRecord | None) -> Snapshot:
        """``snapshot`` of this process, with the devices that other processes have added to the record."""
        self._known_devices.update(device.key for device in snapshot.devices)
        names = {device.username for device in snapshot.devices}
        stored = () if record is None else record.snapshot.devices
        others = [item for item in stored if item.key not in self._known_devices and item.username not in names]
        return attrs.evolve(snapshot, devices=(*others, *snapshot.devices))

    def _write(self, snapshot: Snapshot) -> None:
        self._replace(StoredRecord(snapshot=snapshot, sign_in_id=self._sign_in_id))
        self._own = {self._sign_in_id}
        self.is_behind = False

    def _write_end(self, record: StoredRecord) -> None:
        """Replace the tokens by a record without a user. If it cannot be written, remove them."""
        try:
            self._replace(record)
        except AuthError as trouble:
            reason = trouble.message
        else:
            return
        self._storage.clear()
        logger.warning("The stored session was removed, and other processes do not hear of its end: %s", reason)

    def _replace(self, record: StoredRecord) -> None:
        self._storage.save(write_record(self._config, attrs.evolve(record, snapshot=_storable(record.snapshot))))


def _storable(snapshot: Snapshot) -> Snapshot:
    """``snapshot`` without what cannot be used any more, and without the oldest of very many devices."""
    older, newest = snapshot.devices[:-MOST_DEVICES], snapshot.devices[-MOST_DEVICES:]
    key = snapshot.signed_in and snapshot.signed_in.device_key
    devices = (*(device for device in older if device.key == key), *newest)
    waiting = tuple(item for item in snapshot.auto_sign_ins if _clock.monotonic() < item.deadline)
    return attrs.evolve(snapshot, devices=devices, auto_sign_ins=waiting)
