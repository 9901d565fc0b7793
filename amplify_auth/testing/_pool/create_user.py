"""Putting a user into a pool as if everything that leads there had happened. No policy, no message, no trigger."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from amplify_auth.testing._core.accounts import users
from amplify_auth.testing._core.crypto import totp
from amplify_auth.testing._core.state.store import user_state
from amplify_auth.testing._values import MfaMethod, UserStatus


@attrs.frozen(kw_only=True)
class NewUser:
    """What `MockPool.create_user` takes; it is described there."""

    username: str
    password: str | None = attrs.field(repr=False)
    attributes: Mapping[str, str]
    status: UserStatus
    mfa: Sequence[MfaMethod]
    preferred: MfaMethod | None
    totp_secret: str | None = attrs.field(repr=False)


def add_user(pool: Any, new: NewUser) -> Any:
    """Add the user to moto's pool and return moto's user. Hold the pool's lock.

    Raises:
        ValueError: The pool has such a user, or what is preferred is not set up.
    """
    if new.preferred is not None and new.preferred not in new.mfa:
        raise ValueError(f"preferred={new.preferred!r} is not among mfa={tuple(new.mfa)!r}")
    if users.find(pool, new.username) is not None:
        raise ValueError(f"pool {pool.id} has a user {new.username!r} already")
    attributes = {**_made_up(new.username, len(pool.users)), **new.attributes}
    if new.status != "UNCONFIRMED":
        attributes = {**verified(attributes), **attributes}
    sub = attributes.pop("sub", None)
    called_by_attribute = bool(pool.extended_config.get("UsernameAttributes"))
    name = sub if called_by_attribute else new.username
    user = users.create(pool, name, new.password, attributes, state=new.status)
    if sub is not None:
        user.id = sub
        users.set_attributes(user, {"sub": sub})
    _set_up_mfa(pool, user, new)
    return user


def verified(attributes: Mapping[str, str]) -> dict[str, str]:
    """The attributes that say that the address and the number among ``attributes`` are verified."""
    return {f"{name}_verified": "true" for name in ("email", "phone_number") if name in attributes}


def _made_up(username: str, count: int) -> dict[str, str]:
    # Nobody's, on purpose: https://www.rfc-editor.org/rfc/rfc2606, and the numbers 555-0100 to 555-0199.
    email = username if users.is_email(username) else f"{username.strip('+')}@example.com"
    phone = username if users.is_phone(username) else f"+1555555{100 + count % 100:04d}"
    return {"email": email, "phone_number": phone}


def _set_up_mfa(pool: Any, user: Any, new: NewUser) -> None:
    state = user_state(pool, user)
    user.sms_mfa_enabled = "SMS_MFA" in new.mfa
    state.email_mfa_enabled = "EMAIL_OTP" in new.mfa
    if "SOFTWARE_TOKEN_MFA" in new.mfa:
        user.software_token_mfa_enabled = user.token_verified = True
        state.totp_secret = new.totp_secret or totp.new_secret()
    user.preferred_mfa_setting = new.preferred or (new.mfa[0] if len(new.mfa) == 1 else None)
