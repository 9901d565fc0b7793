"""A user added to a pool without the steps that usually come before: no policy, no message, no trigger.

Never here: a change of an existing user.
"""

from collections.abc import Mapping, Sequence

import attrs

from .._core.accounts import create_user, find, is_email, is_phone, set_attributes
from .._core.crypto import totp
from .._core.state import user_state
from .._moto import MotoPool, MotoUser
from .._values import MfaMethod, UserStatus


@attrs.frozen(kw_only=True)
class NewUser:
    """The arguments of `MockPool.create_user`, which describes them."""

    username: str
    password: str | None = attrs.field(repr=False)
    attributes: Mapping[str, str]
    status: UserStatus
    mfa: Sequence[MfaMethod]
    preferred: MfaMethod | None
    totp_secret: str | None = attrs.field(repr=False)


def add_user(pool: MotoPool, new: NewUser) -> MotoUser:
    """Add a user to a pool. Hold the pool's lock.

    Raises:
        ValueError: The pool has such a user, or the preferred method is not set up.
    """
    if new.preferred is not None and new.preferred not in new.mfa:
        raise ValueError(f"preferred={new.preferred!r} is not among mfa={tuple(new.mfa)!r}")
    if find(pool, new.username) is not None:
        raise ValueError(f"pool {pool.id} has a user {new.username!r} already")
    attributes = {**_made_up(new.username, len(pool.users)), **new.attributes}
    if new.status != "UNCONFIRMED":
        attributes = {**verified(attributes), **attributes}
    sub = attributes.pop("sub", None)
    has_uuids = bool(pool.extended_config.get("UsernameAttributes"))
    user = create_user(pool, sub if has_uuids else new.username, new.password, attributes, status=new.status)
    if sub is not None:
        user.id = sub
        set_attributes(user, {"sub": sub})
    _set_up_mfa(pool, user, new)
    return user


def verified(attributes: Mapping[str, str]) -> dict[str, str]:
    """The attributes that mark the address and the number in ``attributes`` as verified."""
    return {f"{name}_verified": "true" for name in ("email", "phone_number") if name in attributes}


def _made_up(username: str, count: int) -> dict[str, str]:
    # Reserved for examples: https://www.rfc-editor.org/rfc/rfc2606, and the numbers 555-0100 to 555-0199.
    email = username if is_email(username) else f"{username.strip('+')}@example.com"
    phone = username if is_phone(username) else f"+1555555{100 + count % 100:04d}"
    return {"email": email, "phone_number": phone}


def _set_up_mfa(pool: MotoPool, user: MotoUser, new: NewUser) -> None:
    state = user_state(pool, user)
    user.sms_mfa_enabled = "SMS_MFA" in new.mfa
    state.email_mfa_enabled = "EMAIL_OTP" in new.mfa
    if "SOFTWARE_TOKEN_MFA" in new.mfa:
        user.software_token_mfa_enabled = user.token_verified = True
        state.totp_secret = new.totp_secret or totp.new_secret()
    user.preferred_mfa_setting = new.preferred or (new.mfa[0] if len(new.mfa) == 1 else None)
