"""The state of each pool and user that moto does not keep.

The state is attached to moto's pool and user objects by weak references, so it goes when moto deletes them.

Never here: a rule.
"""

import threading
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import attrs

from ..._moto import MotoPool, MotoUser
from ..._values import Message
from ..crypto.webauthn import Passkey
from .records import AccessToken, Code, Device, PasskeyRegistration, RefreshToken, Session

Trigger = Callable[[dict[str, Any]], Any]
"""Replaces a Lambda trigger: it gets the event and returns it, or changes it and returns None."""


@attrs.define(kw_only=True, eq=False)
class UserState:
    """The state of one user that moto's user object does not have.

    ``totp_used_steps`` holds the time steps whose code of ``totp_secret`` was accepted: a code works once.
    """

    srp_salt: bytes = attrs.field(repr=False, default=b"")
    srp_verifier: tuple[str, int] | None = attrs.field(repr=False, default=None)
    totp_secret: str | None = attrs.field(repr=False, default=None)
    totp_pending: str | None = attrs.field(repr=False, default=None)
    totp_used_steps: frozenset[int] = frozenset()
    totp_device_name: str | None = None
    email_mfa_enabled: bool = False
    web_authn_mfa_enabled: bool = False
    devices: dict[str, Device] = attrs.field(factory=dict[str, Device])
    passkeys: list[Passkey] = attrs.field(repr=False, factory=list[Passkey])
    passkey_registration: PasskeyRegistration | None = attrs.field(repr=False, default=None)
    pending_attributes: dict[str, str] = attrs.field(repr=False, factory=dict[str, str])
    failed_passwords: int = 0
    last_failure: datetime | None = None
    password_history: list[str] = attrs.field(repr=False, factory=list[str])


def _no_users() -> "weakref.WeakKeyDictionary[MotoUser, UserState]":
    return weakref.WeakKeyDictionary()


@attrs.define(kw_only=True, eq=False)
class PoolState:
    """The state of one pool that moto's pool object does not have. Hold ``lock`` to read or change it.

    ``email_mfa`` and ``web_authn`` are ``EmailMfaConfiguration`` and ``WebAuthnConfiguration`` of
    SetUserPoolMfaConfig. ``codes`` has the newest code by username and purpose.
    """

    lock: AbstractContextManager[bool] = attrs.field(factory=threading.RLock, repr=False)
    sessions: dict[str, Session] = attrs.field(repr=False, factory=dict[str, Session])
    codes: dict[tuple[str, str], Code] = attrs.field(repr=False, factory=dict[tuple[str, str], Code])
    outbox: list[Message] = attrs.field(factory=list[Message])
    access_tokens: dict[str, AccessToken] = attrs.field(repr=False, factory=dict[str, AccessToken])
    refresh_tokens: dict[str, RefreshToken] = attrs.field(repr=False, factory=dict[str, RefreshToken])
    triggers: dict[str, Trigger] = attrs.field(factory=dict[str, Trigger])
    simulation_key: bytes = attrs.field(repr=False, default=b"")
    email_mfa: bool = False
    web_authn: dict[str, object] = attrs.field(factory=dict[str, object])
    users: "weakref.WeakKeyDictionary[MotoUser, UserState]" = attrs.field(factory=_no_users, repr=False)


_pools: "weakref.WeakKeyDictionary[MotoPool, PoolState]" = weakref.WeakKeyDictionary()
_pools_lock = threading.Lock()


def state_of(pool: MotoPool) -> PoolState:
    """The state of a pool. The first call makes it."""
    with _pools_lock:
        state = _pools.get(pool)
        if state is None:
            state = _pools[pool] = PoolState()
        return state


def user_state(pool: MotoPool, user: MotoUser) -> UserState:
    """The state of a user. The first call makes it. Hold the pool's lock."""
    users = state_of(pool).users
    state = users.get(user)
    if state is None:
        state = users[user] = UserState()
    return state


def expire_codes(state: PoolState, now: datetime) -> None:
    """Let every code that was sent expire."""
    in_sessions = [session.code for session in state.sessions.values() if session.code is not None]
    for code in [*state.codes.values(), *in_sessions]:
        code.expires_at = now


def expire_sessions(state: PoolState, now: datetime) -> None:
    """Let every session expire."""
    for session in state.sessions.values():
        session.expires_at = now


def expire_refresh_tokens(state: PoolState, now: datetime) -> None:
    """Let every refresh token expire."""
    for token in state.refresh_tokens.values():
        token.expires_at = now
