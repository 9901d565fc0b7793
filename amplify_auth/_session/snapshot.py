"""A session's state as text and back. The only place where secrets are written out; never the password."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs

from .. import _clock
from .._values import (
    CHALLENGE_NAMES,
    PENDING_STEPS,
    AuthConfig,
    AuthTokens,
    CodeDeliveryDetails,
    Device,
    PendingAutoSignIn,
    PendingSignIn,
    PendingStep,
    SignedIn,
    SignInDetails,
    SignInRequest,
    TotpSetupDetails,
    decode_jwt_payload,
)
from ..errors import AuthValidationError
from .declared_types import has_declared_types

if TYPE_CHECKING:
    from .state import State

VERSION = 1
FOREIGN = "The state belongs to another user pool client."
_STEPS = {step.__name__: step for step in PENDING_STEPS}


def dump_state(config: AuthConfig, parts: tuple[Any, ...], **more: Any) -> str:
    """What ``State.snapshot`` gives, as JSON, with ``more`` members."""
    signed_in, pending, auto_sign_ins, devices = parts
    return json.dumps(
        {
            "version": VERSION,
            "user_pool_id": config.user_pool_id,
            "user_pool_client_id": config.user_pool_client_id,
            "signed_in": signed_in and _dump_signed_in(signed_in),
            "pending_sign_in": pending and _dump_pending(pending),
            "auto_sign_ins": [_dump_auto_sign_in(item) for item in auto_sign_ins],
            "devices": [_values(item) for item in devices],
            **more,
        }
    )


def load_state(state: State, text: str) -> None:
    """Replace ``state`` by what ``text`` says; raises `AuthValidationError` and changes nothing if it cannot."""
    parts, reason = read_state(state.config, text)
    if parts is None:  # outside the handler of _read: a JSONDecodeError holds the whole text
        raise AuthValidationError(
            reason,
            name="InvalidState",
            recovery_suggestion="Pass what export_state() of a session with the same user pool client returned.",
        )
    state.restore(*parts)


def read_state(config: AuthConfig, text: str) -> tuple[tuple[Any, ...] | None, str]:
    """The arguments for ``State.restore``, or None and why there are none: ``FOREIGN``, or damage of any kind."""
    if not isinstance(text, str):
        return None, f"The state must be a str, not {type(text).__name__}."
    try:
        record = json.loads(text)
        if record["version"] != VERSION:
            return None, "The state was exported by another version of amplify_auth."
        if any(record[key] != getattr(config, key) for key in ("user_pool_id", "user_pool_client_id")):
            return None, FOREIGN
        return _parts(record), ""
    except Exception as error:  # whatever damage there is
        return None, f"The text is not a state that was exported ({type(error).__name__})."


def _parts(record: Mapping[str, Any]) -> tuple[Any, ...]:
    signed_in, pending = record["signed_in"], record["pending_sign_in"]
    parts = (
        None if signed_in is None else _load_signed_in(signed_in),
        None if pending is None else _load_pending(pending),
        [_load_auto_sign_in(item) for item in record["auto_sign_ins"]],
        [Device(**_fields(item, login_ids=_tuple(item["login_ids"]))) for item in record["devices"]],
    )
    values = [value for value in (*parts[:2], *parts[2], *parts[3]) if value is not None]
    if not all(map(has_declared_types, values)) or (parts[1] and parts[1].challenge_name not in CHALLENGE_NAMES):
        raise ValueError
    return parts


def _fields(record: Mapping[str, Any], **loaded: Any) -> dict[str, Any]:
    """The fields of a record, with those in their own form that JSON has not."""
    return {**record, **loaded}


def _tuple(value: Any) -> Any:
    """JSON has lists for tuples."""
    return tuple(value) if isinstance(value, list) else value


def _values(item: Any) -> dict[str, Any]:
    """The fields of a flat record; passwords of users are not in any of them."""
    return {field.name: getattr(item, field.name) for field in attrs.fields(type(item))}


def _dump_signed_in(signed_in: SignedIn) -> dict[str, Any]:
    tokens = {
        **_values(signed_in.tokens),
        "expires_at": signed_in.tokens.expires_at.isoformat(),
        "exported_at": {"monotonic": _clock.monotonic(), "wall": _clock.now().timestamp()},
    }
    return {**_values(signed_in), "tokens": tokens, "details": _values(signed_in.details)}


def _load_signed_in(record: Mapping[str, Any]) -> SignedIn:
    details = SignInDetails(**record["details"])
    return SignedIn(**_fields(record, tokens=_load_tokens(record["tokens"]), details=details))


def _load_tokens(record: Mapping[str, Any]) -> AuthTokens:
    decode_jwt_payload(record["access_token"])
    if record["id_token"] is not None:
        decode_jwt_payload(record["id_token"])
    exported = record["exported_at"]
    # A reboot restarts one clock, a correction moves the other. The longer count is taken: should it be too long,
    # that costs one refresh.
    elapsed = max(_clock.monotonic() - exported["monotonic"], _clock.now().timestamp() - exported["wall"], 0.0)
    left = timedelta(seconds=record["deadline"] - exported["monotonic"] - elapsed)  # refuses what is not finite
    values = {name: value for name, value in record.items() if name != "exported_at"}
    expires_at = datetime.fromisoformat(record["expires_at"])
    return AuthTokens(**_fields(values, expires_at=expires_at, deadline=_clock.monotonic() + left.total_seconds()))


def _dump_request(request: SignInRequest) -> dict[str, Any]:
    values = _values(request)
    del values["password"]
    return values


def _dump_pending(pending: PendingSignIn) -> dict[str, Any]:
    values = _values(pending)
    del values["srp"]
    return {
        **values,
        "next_step": _dump_step(pending.next_step),
        "request": _dump_request(pending.request),
        "issued_at": pending.issued_at.isoformat(),
        "totp": pending.totp and _values(pending.totp),
    }


def _load_pending(record: Mapping[str, Any]) -> PendingSignIn:
    totp = None if record["totp"] is None else TotpSetupDetails(**record["totp"])
    return PendingSignIn(
        **_fields(
            record,
            next_step=_load_step(record["next_step"], totp),
            request=SignInRequest(**record["request"]),
            issued_at=datetime.fromisoformat(record["issued_at"]),
            available_challenges=_tuple(record["available_challenges"]),
            mfa_types=_tuple(record["mfa_types"]),
            totp=totp,
        )
    )


def _dump_step(step: PendingStep) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for field in attrs.fields(type(step)):
        value = getattr(step, field.name)
        if field.init and not isinstance(value, TotpSetupDetails):  # that is a field of the pending sign-in too
            fields[field.name] = _values(value) if isinstance(value, CodeDeliveryDetails) else _plain(value)
    return {"step": type(step).__name__, **fields}


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _load_step(record: Mapping[str, Any], totp: TotpSetupDetails | None) -> PendingStep:
    kind: Any = _STEPS[record["step"]]
    fields = {name: _tuple(value) for name, value in record.items() if name != "step"}
    if "code_delivery_details" in fields:
        fields["code_delivery_details"] = CodeDeliveryDetails(**fields["code_delivery_details"])
    if any(field.name == "totp_setup_details" for field in attrs.fields(kind)):
        fields["totp_setup_details"] = totp
    step: PendingStep = kind(**fields)
    return step


def _dump_auto_sign_in(item: PendingAutoSignIn) -> dict[str, Any]:
    values = {**_values(item), "request": _dump_request(item.request)}
    return {**values, "deadline": item.deadline - _clock.monotonic() + _clock.now().timestamp()}


def _load_auto_sign_in(record: Mapping[str, Any]) -> PendingAutoSignIn:
    left = record["deadline"] - _clock.now().timestamp()
    request = SignInRequest(**record["request"])
    return PendingAutoSignIn(**_fields(record, request=request, deadline=_clock.monotonic() + left))
