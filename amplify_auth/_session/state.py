"""Everything that changes in a session, behind one lock. No request is made here, and no lock is held across one.

Who starts something notes the ``generation``; who finishes it hands that back, and loses if a sign-out came between.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any

import attrs

from .. import _clock
from .._events import AuthEvent, Listeners, logger
from .._locks import ForkSafeLock
from .._renewal import IdentityPool, Refreshable, SigningKeys, TokenRefresher, life_of, session_ended
from .._values import AuthConfig, Device, Grant, PendingAutoSignIn, PendingSignIn, SignedIn
from ..errors import AuthError, SessionEnded, SignInException
from .record import InMemory, StoredSession


class State:
    """The changing part of one session."""

    def __init__(self, config: AuthConfig) -> None:
        self.config = config
        self.listeners = Listeners()
        self.stored = InMemory() if config.storage is None else StoredSession(self, config.storage)
        #: Who is signed in, with tokens that are renewed when they must be.
        self.user = Refreshable(
            TokenRefresher(config),
            final=session_ended,
            on_renewed=self._refreshed,
            on_failed=self._refresh_failed,
            shared=self.stored,
        )
        self.identity_pool = IdentityPool(config, self.user, self.listeners)
        self.signing_keys = SigningKeys(config)
        #: What `fetch_auth_session` returned last, after what it was made from.
        self.shown: tuple[SignedIn | None, Grant | None, Any] | None = None
        #: Set by a sign-out, to wake who waits for a confirmation.
        self.interrupted = threading.Event()
        self._lock = ForkSafeLock()
        self._step_lock = ForkSafeLock(threading.RLock)
        self._generation = 0
        self._pending: PendingSignIn | None = None
        self._auto_sign_ins: dict[str, PendingAutoSignIn] = {}
        self._devices: dict[str, Device] = {}
        self.stored.load()

    @property
    def generation(self) -> int:
        """Changes with every sign-out."""
        return self._generation

    @property
    def signed_in(self) -> SignedIn | None:
        """Who is signed in, with tokens however old."""
        return self.user.value

    @property
    def pending(self) -> PendingSignIn | None:
        """The sign-in that waits for an answer."""
        return self._pending

    @contextmanager
    def sign_in_step(self) -> Generator[None]:
        """Held across a whole step of a sign-in: one at a time, and nobody answers a challenge twice."""
        with self.listeners.held(), self._step_lock:
            yield

    def snapshot(self) -> tuple[SignedIn | None, PendingSignIn | None, list[PendingAutoSignIn], list[Device]]:
        """All that is kept, as it was at one moment: what `restore` takes."""
        with self._lock:
            return self.user.value, self._pending, list(self._auto_sign_ins.values()), list(self._devices.values())

    def publish(self, signed_in: SignedIn, generation: int) -> None:
        """Sign in: the last step of every flow. What was pending is over."""
        with self._lock:
            self.check(generation)
            self.user.replace(life_of(signed_in, self.config.refresh_margin))
            self._pending, self._auto_sign_ins = None, {}
        try:
            self.stored.save_sign_in()
        except BaseException:  # raised as a failed sign-in: nobody must be signed in then
            with self._lock:
                if generation == self._generation:
                    self.user.replace(None)
            raise
        self.listeners.dispatch(AuthEvent(name="signed_in", username=signed_in.username))

    def suspend(self, pending: PendingSignIn | None, generation: int) -> None:
        """Keep the sign-in that waits for an answer; None: there is none any more."""
        with self._lock:
            self.check(generation)
            self._pending = pending

    def clear(self) -> SignedIn | None:
        """Forget the user and everything pending; devices stay. Returns who was signed in."""
        with self._lock:
            left = self.user.replace(None)
            self.identity_pool.forget()
            self._pending, self._auto_sign_ins = None, {}
            self._generation += 1
            self.interrupted.set()
            self.interrupted = threading.Event()
        return left

    def _refreshed(self, signed_in: SignedIn) -> None:
        self.listeners.dispatch(AuthEvent(name="token_refresh", username=signed_in.username))

    def _refresh_failed(self, signed_in: SignedIn, error: Exception) -> None:
        if isinstance(error, SessionEnded):
            try:
                self.stored.forget()
            except AuthError as trouble:
                logger.error("The ended session is still in its storage: %s", trouble.message)
        cause = error if isinstance(error, AuthError) else None
        self.listeners.dispatch(AuthEvent(name="token_refresh_failure", username=signed_in.username, error=cause))

    def check(self, generation: int) -> None:
        """Raise `SignInException` where a sign-out, or a restored state, came after ``generation``."""
        if generation != self._generation:
            raise SignInException("The session was signed out, or restored, while the sign-in was under way.")

    def restore(
        self,
        signed_in: SignedIn | None,
        pending: PendingSignIn | None,
        auto_sign_ins: Iterable[PendingAutoSignIn],
        devices: Iterable[Device],
    ) -> None:
        """Replace everything."""
        held = signed_in and life_of(signed_in, self.config.refresh_margin)
        self.clear()
        with self._lock:
            self.user.replace(held)
            self._pending = pending
            self._auto_sign_ins = {item.username: item for item in auto_sign_ins}
            self._devices = {item.username: item for item in devices}

    # Devices

    @property
    def devices(self) -> tuple[Device, ...]:
        """The devices of all users who signed in here."""
        with self._lock:
            return tuple(self._devices.values())

    def device_of(self, *names: str) -> Device | None:
        """The device of the user whom any of ``names`` stands for, typed or Cognito's own."""
        with self._lock:
            for name in names:
                if name in self._devices:
                    return self._devices[name]
            return next((item for item in self._devices.values() if not set(names).isdisjoint(item.login_ids)), None)

    def remember_device(self, device: Device) -> None:
        """Keep a device under Cognito's name for its user, in place of an older one."""
        with self._lock:
            self._devices[device.username] = device

    def note_login_id(self, username: str, login_id: str) -> None:
        """Let ``login_id`` find the device of this user, and of nobody who had the name before."""
        with self._lock:
            for name, device in self._devices.items():
                others = tuple(other for other in device.login_ids if other != login_id)
                login_ids = (*others, login_id) if name == username else others
                self._devices[name] = attrs.evolve(device, login_ids=login_ids)

    def forget_device(self, key: str) -> None:
        """Forget the device with this key."""
        with self._lock:
            self._devices = {name: item for name, item in self._devices.items() if item.key != key}

    # Automatic sign-ins

    @property
    def auto_sign_ins(self) -> tuple[PendingAutoSignIn, ...]:
        """All that wait, the newest last."""
        with self._lock:
            return tuple(self._auto_sign_ins.values())

    def auto_sign_in_of(self, username: str) -> PendingAutoSignIn | None:
        """The one of this user, unless it was given up."""
        with self._lock:
            found = self._auto_sign_ins.get(username)
            if found is not None and _clock.monotonic() >= found.deadline:
                del self._auto_sign_ins[username]
                return None
            return found

    def expect(self, auto_sign_in: PendingAutoSignIn, generation: int) -> bool:
        """Keep an automatic sign-in as the newest, unless somebody signed out meanwhile. Returns whether it is kept."""
        with self._lock:
            is_kept = generation == self._generation
            if is_kept:
                self._auto_sign_ins.pop(auto_sign_in.username, None)
                self._auto_sign_ins[auto_sign_in.username] = auto_sign_in
            return is_kept

    def cancel_auto_sign_in(self, username: str) -> None:
        """Forget the one of this user."""
        with self._lock:
            self._auto_sign_ins.pop(username, None)

    def claim_auto_sign_in(self) -> PendingAutoSignIn | None:
        """Take the one to complete now: the newest that is confirmed, else the newest that waits for its link."""
        with self._lock:
            now = _clock.monotonic()
            waiting = [item for item in reversed(self._auto_sign_ins.values()) if now < item.deadline]
            ready = [item for item in waiting if item.is_ready] or [item for item in waiting if item.by_link]
            return self._auto_sign_ins.pop(ready[0].username) if ready else None
