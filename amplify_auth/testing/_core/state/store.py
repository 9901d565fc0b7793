"""What the test bed remembers that moto does not: sessions, codes, messages, devices, passkeys, tokens, triggers.

State hangs weakly on moto's pool and user objects, so that moto's reset and the deletion of a user take it away.
Never here: rules. Every holder of a secret keeps it out of its representation.
"""

import threading
import weakref
from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs

Trigger = Callable[[dict[str, Any]], Any]
"""A stand-in for a Lambda trigger: takes the event, returns it (or changes it in place and returns None)."""


@attrs.frozen(kw_only=True)
class Message:
    """One e-mail or text message the pool sent: ``destination`` is the real one, ``purpose`` as in ``codes``."""

    username: str
    destination: str
    medium: str
    attribute: str
    purpose: str
    code: str = attrs.field(repr=False)
    sent_at: datetime


@attrs.define(kw_only=True)
class Code:
    """A one-time code that was sent, until it is used, replaced or too old."""

    value: str = attrs.field(repr=False)
    expires_at: datetime
    attribute: str
    destination: str = attrs.field(repr=False)
    used: bool = False


@attrs.define(kw_only=True)
class Session:
    """A step of a sign-in under way: for one user of one client, one challenge, used once on success."""

    id: str = attrs.field(repr=False)
    username: str
    client_id: str
    challenge: str
    expires_at: datetime
    data: dict[str, Any] = attrs.field(repr=False, factory=dict[str, Any])
    used: bool = False


@attrs.define(kw_only=True)
class AccessToken:
    """An access token this test bed issued, or found among moto's."""

    client_id: str
    username: str
    sub: str
    origin_jti: str
    issued_at: datetime
    expires_at: datetime
    scope: str
    device_key: str | None = None
    revoked: bool = False


@attrs.define(kw_only=True)
class RefreshToken:
    """A refresh token this test bed issued; ``replaced_at`` is set when rotation issued its successor."""

    value: str = attrs.field(repr=False)
    client_id: str
    username: str
    sub: str
    origin_jti: str
    issued_at: datetime
    expires_at: datetime
    auth_time: datetime
    device_key: str | None = None
    revoked: bool = False
    replaced_at: datetime | None = None


@attrs.define(kw_only=True)
class Device:
    """A device of a user: named at sign-in (``NewDeviceMetadata``), usable after ``ConfirmDevice``."""

    key: str
    group_key: str
    created_at: datetime
    modified_at: datetime
    authenticated_at: datetime
    confirmed: bool = False
    remembered: bool = False
    name: str | None = None
    salt: bytes = attrs.field(repr=False, default=b"")
    verifier: bytes = attrs.field(repr=False, default=b"")


@attrs.define(kw_only=True, eq=False)
class UserState:
    """What is known of one user beyond moto's own user object."""

    srp_salt: bytes = attrs.field(repr=False, default=b"")
    srp_verifier: tuple[str, int] | None = attrs.field(repr=False, default=None)
    totp_secret: str | None = attrs.field(repr=False, default=None)
    totp_pending: str | None = attrs.field(repr=False, default=None)
    totp_used_steps: frozenset[int] = frozenset()
    """The time steps whose code of ``totp_secret`` was accepted: each is good once."""
    totp_device_name: str | None = None
    email_mfa_enabled: bool = False
    devices: dict[str, Device] = attrs.field(factory=dict[str, Device])
    passkeys: list[Any] = attrs.field(repr=False, factory=list[Any])
    passkey_challenge: Any = attrs.field(repr=False, default=None)
    pending_attributes: dict[str, str] = attrs.field(repr=False, factory=dict[str, str])
    failed_passwords: int = 0
    last_failure: datetime | None = None
    password_history: list[str] = attrs.field(repr=False, factory=list[str])
    extra: dict[str, Any] = attrs.field(repr=False, factory=dict[str, Any])


def _no_users() -> "weakref.WeakKeyDictionary[Any, UserState]":
    return weakref.WeakKeyDictionary()


@attrs.define(kw_only=True, eq=False)
class PoolState:
    """What is known of one pool beyond moto's own pool object. Hold ``lock`` while reading or changing it."""

    lock: Any = attrs.field(factory=threading.RLock, repr=False)
    sessions: dict[str, Session] = attrs.field(repr=False, factory=dict[str, Session])
    codes: dict[tuple[str, str], Code] = attrs.field(repr=False, factory=dict[tuple[str, str], Code])
    outbox: list[Message] = attrs.field(factory=list[Message])
    access_tokens: dict[str, AccessToken] = attrs.field(repr=False, factory=dict[str, AccessToken])
    refresh_tokens: dict[str, RefreshToken] = attrs.field(repr=False, factory=dict[str, RefreshToken])
    triggers: dict[str, Trigger] = attrs.field(factory=dict[str, Trigger])
    simulation_key: bytes = attrs.field(repr=False, default=b"")
    email_mfa: bool = False
    """``EmailMfaConfiguration`` of SetUserPoolMfaConfig, which moto drops."""
    web_authn: dict[str, Any] = attrs.field(factory=dict[str, Any])
    """``WebAuthnConfiguration`` of SetUserPoolMfaConfig (RelyingPartyId, UserVerification), which moto drops."""
    users: weakref.WeakKeyDictionary[Any, UserState] = attrs.field(factory=_no_users, repr=False)


_pools: "weakref.WeakKeyDictionary[Any, PoolState]" = weakref.WeakKeyDictionary()
_pools_lock = threading.Lock()


def state_of(pool: Any) -> PoolState:
    """The state of one of moto's pools, made on first use."""
    with _pools_lock:
        state = _pools.get(pool)
        if state is None:
            state = _pools[pool] = PoolState()
        return state


def user_state(pool: Any, user: Any) -> UserState:
    """The state of one of moto's users, made on first use. Hold the pool's lock."""
    users = state_of(pool).users
    state = users.get(user)
    if state is None:
        state = users[user] = UserState()
    return state


def expire_codes(state: PoolState, now: datetime) -> None:
    """Make every code sent so far too old."""
    in_sessions = [session.data["code"] for session in state.sessions.values() if "code" in session.data]
    for code in [*state.codes.values(), *in_sessions]:
        code.expires_at = now


def expire_sessions(state: PoolState, now: datetime) -> None:
    """Make every session of a sign-in under way too old."""
    for session in state.sessions.values():
        session.expires_at = now


def expire_refresh_tokens(state: PoolState, now: datetime) -> None:
    """Make every refresh token too old."""
    for token in state.refresh_tokens.values():
        token.expires_at = now
