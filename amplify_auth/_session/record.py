"""The record of a session in its storage, and what other processes that share it have made of it.

One record holds all: a reader never sees the tokens of one sign-in with the user of another. It names the user pool
client, and the sign-in it came from: whoever finds another sign-in there leaves the record alone and goes on in
memory. The storage's lock is held across every change.
"""

from __future__ import annotations

import json
import logging
import uuid
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import attrs

from .._renewal import Aged, Shared, life_of, session_over
from .._values import SignedIn
from ..errors import AuthConfigurationError, AuthError
from ..storage import Storage
from ..storage._protocol import Told
from .snapshot import FOREIGN, dump_state, read_state

if TYPE_CHECKING:
    from .state import State

logger = logging.getLogger("amplify_auth")

_Parts = tuple[Any, ...]
_Record = tuple[str | None, _Parts]


class InMemory(Shared[SignedIn]):
    """A session that is kept nowhere."""

    def load(self) -> None:
        """Take over what was kept."""

    def save_sign_in(self) -> None:
        """Keep the sign-in that was just completed, in place of any other."""

    def forget(self) -> None:
        """Remove what was kept of the sign-in that is over."""

    def forget_devices(self) -> None:
        """Remove what was kept of the devices."""


class StoredSession(InMemory):
    """A session that is kept in a storage."""

    def __init__(self, state: State, storage: Storage) -> None:
        self._state = state
        self._storage = Told(storage)
        #: The sign-in of this process, if it is the one that the record is of.
        self._sign_in_id: str | None = None
        #: Whether the record is older than what this process has, as the newest could not be written.
        self._is_behind = False

    def load(self) -> None:
        """Take over what was kept.

        Raises:
            AuthConfigurationError: The storage cannot be used, or another client's session is there.
        """
        record = self._read()
        if record is None:
            return
        if record[0] is None:  # the text of an `export_state`: it gets a name for all processes that share it
            with self._storage.lock():
                record = self._read()
                if record is None:
                    return
                record = record[0] or uuid.uuid4().hex, record[1]
                self._replace(*record)
        self._sign_in_id, parts = record
        self._state.restore(*parts)

    def save_sign_in(self) -> None:
        """Keep the sign-in that was just completed, in place of any other."""
        with self._storage.lock():
            self._sign_in_id = uuid.uuid4().hex
            self._write(self._state.snapshot())

    def forget(self) -> None:
        """Remove what was kept of the sign-in that is over; what another process has signed in since stays."""
        with self._storage.lock():
            record = self._read()
            is_mine = record is None or record[0] == self._sign_in_id
            parts = self._state.snapshot()
            if is_mine and parts[0] is None:
                self._write(parts)  # where devices are left, the record still says whose end it is

    def forget_devices(self) -> None:
        """Remove the devices, whoever's sign-in the record is of."""
        with self._storage.lock():
            record = self._read()
            if record is not None:
                sign_in_id, (*rest, _) = record
                self._replace(sign_in_id, (*rest, []))

    # While the tokens are refreshed

    def lock(self) -> AbstractContextManager[object]:
        """Keep other processes from refreshing meanwhile."""
        return self._storage.lock()

    def reload(self, held: Aged[SignedIn]) -> Aged[SignedIn]:
        """The newest tokens of this sign-in.

        Raises:
            SessionEnded: Another process has signed out.
        """
        if self._sign_in_id is None:
            return held
        if self._storage.load() is None:
            raise session_over("another process has signed out")
        record = self._read()
        if record is None or record[0] != self._sign_in_id:
            return held
        found: SignedIn | None = record[1][0]
        if found is None:
            raise session_over("another process has signed out")
        if self._is_behind:
            return held
        if found.user_id != held.value.user_id:
            return held
        ours, theirs = held.value.tokens, found.tokens
        if theirs.access_token == ours.access_token:
            rotated = theirs.refresh_token != ours.refresh_token
            return attrs.evolve(held, value=found) if rotated else held
        return life_of(found, self._state.config.refresh_margin)

    def keep(self, renewed: Aged[SignedIn]) -> None:
        """Store the renewed tokens, unless another sign-in has taken the place; trouble is logged, not raised.

        The new tokens are good all the same; that the next start will not find them is the lesser harm.
        """
        parts = self._state.snapshot()
        if self._sign_in_id is None or parts[0] is not renewed.value:  # somebody signed out, or in, meanwhile
            return
        try:
            record = self._read()
            if record is None or record[0] == self._sign_in_id:
                self._write(parts)
        except AuthError as error:
            self._is_behind = True
            logger.error("The refreshed tokens could not be stored: %s", error.message)

    def _read(self) -> _Record | None:
        """The sign-in that the record is of, and its state; None where there is none or it is damaged."""
        text = self._storage.load()
        if text is None:
            return None
        parts, reason = read_state(self._state.config, text)
        if reason is FOREIGN:
            raise AuthConfigurationError(
                "The storage holds the session of another user pool client.",
                name="StorageException",
                recovery_suggestion="Give each user pool client a storage of its own.",
            )
        if parts is None:
            logger.warning("The stored session is damaged and not used: sign in again.")
            return None
        return json.loads(text).get("sign_in_id"), parts

    def _write(self, parts: _Parts) -> None:
        self._replace(self._sign_in_id, parts)
        self._is_behind = False

    def _replace(self, sign_in_id: str | None, parts: _Parts) -> None:
        if any(parts):
            self._storage.save(dump_state(self._state.config, parts, sign_in_id=sign_in_id))
        else:
            self._storage.clear()
