"""What changes in a session: its user, the sign-in that waits, the registers of devices and of automatic sign-ins.

No request is made here. ``lock`` guards the fields, and is never held during a request. A sign-up or a sign-in changes
them through a `Step`. A sign-out or a restore changes them directly.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import Final

from .._cognito import keep_rules
from .._events import AuthEvent, Listeners
from .._locks import ForkSafeLock
from .._renewal import (
    ConfirmingRefresher,
    IdentityPool,
    SignedInUser,
    SigningKeys,
    TokenRefresher,
    signed_out_since,
    token_expiry,
)
from .._values import AuthConfig, AuthSession, Device, PendingSignIn, SignedIn, Snapshot, UnfinishedSignOut
from .auto_sign_ins import AutoSignInRegister
from .devices import DeviceRegister
from .record import store_of

CachedAuthSession = tuple[SignedIn | None, object, AuthSession]
"""An `AuthSession`, after the user and the credentials, or the error in their place, from which it was made."""


class State:
    """The changing part of one session.

    Attributes:
        config: The configuration; it never changes.
        listeners: Those who want to hear what happens to the session.
        store: Where the session is kept for other processes and for the next start.
        user: The signed-in user, with tokens that are refreshed when they must be. If a user is needed and none is
            signed in, ``reauthenticate`` of the configuration signs one in.
        identity_pool: The AWS credentials of that user, or of a guest.
        signing_keys: The keys of the user pool.
        cached_auth_session: What `fetch_auth_session` returned last.
        interrupted: Set by a sign-out, to wake threads that wait for a confirmation.
        lock: Guards the fields of the state. A thread that holds it can enter it again.
        step_lock: Held across a whole step of a sign-in.
        account_lock: Held across a read of the user's account and the change that follows from it.
        sign_out_lock: Held across the requests of a sign-out.
        generation: Changes with every sign-out and every restore.
        pending: The sign-in that waits for an answer.
        auto_sign_ins: The automatic sign-ins that wait.
        devices: The registered devices of all users who signed in here.
        lost_deletion: The user whose account was to be deleted, if the answer to that was lost. In memory only.
        unfinished_sign_outs: Users whose tokens could not be revoked; kept in memory only. ``sign_out_lock`` guards it.

    Args:
        config: The configuration.
        session: What ``reauthenticate`` is called with.
    """

    def __init__(self, config: AuthConfig, session: object) -> None:
        if config.client is not None:
            keep_rules(config.client)
        self.config: Final = config
        self.listeners: Final = Listeners()
        self.store: Final = store_of(config, snapshot=self.snapshot, restore=self.restore)
        self.user: Final = SignedInUser(
            ConfirmingRefresher(config, TokenRefresher(config), self._device_confirmed),
            on_refreshed=self._refreshed,
            on_failed=self._refresh_failed,
            shared=self.store,
            patience=config.time_limit,
            sign_in=None if config.reauthenticate is None else partial(config.reauthenticate, session),
            pending=lambda: self.pending,
        )
        self.identity_pool: Final = IdentityPool(config, self.user, self.listeners)
        self.signing_keys: Final = SigningKeys(config)
        self.cached_auth_session: CachedAuthSession | None = None
        self.interrupted = threading.Event()
        self.lock: Final = ForkSafeLock(threading.RLock)
        self.step_lock: Final = ForkSafeLock(threading.RLock)
        self.account_lock: Final = ForkSafeLock(threading.RLock)
        self.sign_out_lock: Final = ForkSafeLock()
        self.generation = 0
        self.pending: PendingSignIn | None = None
        self.auto_sign_ins: Final = AutoSignInRegister(self.lock)
        self.devices: Final = DeviceRegister(self.lock)
        self.lost_deletion: SignedIn | None = None
        self.unfinished_sign_outs: tuple[UnfinishedSignOut, ...] = ()
        self.store.load()

    @property
    def signed_in(self) -> SignedIn | None:
        """The signed-in user, even if the tokens have expired."""
        return self.user.value

    def forget_what_waits(self) -> None:
        """Forget the sign-in that waits for an answer, all automatic ones, and a deletion whose answer was lost."""
        with self.lock:
            self.pending = None
            self.lost_deletion = None
            self.auto_sign_ins.replace_all(())

    def clear(self) -> SignedIn | None:
        """Forget the user and everything that waits; devices stay. Returns the former user.

        From now on ``reauthenticate`` is not called, until a user signs in or a state is restored.
        """
        with self.lock:
            self.user.forbid_reauthentication()
            former_user = self.user.replace(None)
            self.identity_pool.forget()
            self.forget_what_waits()
            self.generation += 1
            self.interrupted.set()
            self.interrupted = threading.Event()
        return former_user

    def snapshot(self) -> Snapshot:
        """All that is kept, as it is at this moment."""
        with self.lock:
            return Snapshot(
                signed_in=self.user.value,
                pending=self.pending,
                auto_sign_ins=self.auto_sign_ins.all(),
                devices=self.devices.all(),
            )

    def restore(self, snapshot: Snapshot) -> None:
        """Replace everything by ``snapshot``.

        Raises:
            SignInException: ``reauthenticate`` calls this, and the user has signed out since it was called.
        """
        user = snapshot.signed_in and token_expiry(snapshot.signed_in, self.config.refresh_margin)
        with self.lock:
            if self.user.refuses_sign_in:
                raise signed_out_since()
            self.clear()
            self.user.replace(user)
            self.user.allow_reauthentication()
            self.pending = snapshot.pending
            self.auto_sign_ins.replace_all(snapshot.auto_sign_ins)
            self.devices.replace_all(snapshot.devices)

    def _device_confirmed(self, signed_in: SignedIn, device: Device) -> None:
        """Keep the device, unless a sign-out or a restore came since."""
        with self.lock:
            current = self.user.value
            if current is not None and current.tokens is signed_in.tokens:
                self.devices.remember(device)

    def _refreshed(self, signed_in: SignedIn) -> None:
        self.listeners.dispatch(AuthEvent(name="token_refresh", username=signed_in.username))

    def _refresh_failed(self, signed_in: SignedIn, error: Exception) -> None:
        if self.user.is_over:
            self.store.forget_ended(signed_in)
        self.listeners.dispatch(AuthEvent.refresh_failed(signed_in.username, error))
