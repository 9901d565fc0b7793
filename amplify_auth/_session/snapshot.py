"""What a session keeps, as JSON text and back.

The text holds tokens and the passwords of devices in clear, but not the user's password.
A new part of the state is a field of `Snapshot` first. A text without it must still be read.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime, timedelta
from typing import Any, Final, Literal, final

import attrs

from .. import _clock
from .._arguments import is_list, is_mapping
from .._masking import Masked, Value, value
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
    Snapshot,
    TotpSetupDetails,
    UnconfirmedDevice,
    decode_jwt_payload,
    refuse_too_long,
)
from ..errors import AuthValidationError
from .declared_types import has_declared_types

VERSION = 1
#: Seconds by which the wall clocks of two machines may differ, or one may be set back, while they count as right.
_SLACK: Final = 5.0
#: The keys of every text of this library, of every version, and how such a text begins.
_KEYS: Final = frozenset({"version", "user_pool_id", "user_pool_client_id", "signed_in"})
_BEGINNING: Final = re.compile(r'\{"version": \d+, "user_pool_id": "')
_NAME: Final = re.compile(r"[\w+-]{1,128}", re.ASCII)
_SHORT: Final = f'{{"version": {VERSION}, "user_pool_id": "'
_STEPS = {step.__name__: step for step in PENDING_STEPS}
_Json = dict[str, Any]  # what json.loads gives for an object: nothing in it is checked


@final
@value(kw_only=True, eq=False)
class StoredRecord(Masked):
    """What the text says.

    Attributes:
        snapshot: All that the session keeps.
        sign_in_id: The sign-in that it came from, if the text names one.
        refused: The `fingerprint` of the tokens that Cognito does not renew: therefore no user is signed in. If no user
            is signed in and this is None, the user has signed out.
    """

    snapshot: Snapshot
    sign_in_id: str | None = None
    refused: str | None = None


@final
@value(eq=False)
class Rejected(Value):
    """Why a text is not used.

    Attributes:
        reason: A sentence that shows nothing of the text.
        kind: Damaged: a text of this library, of which nothing can be used. Foreign: that of another user pool client.
            Alien: no text of this library.
        owner: Of a foreign text: the client and the pool, if their names can be shown.
    """

    reason: str
    kind: Literal["damaged", "foreign", "alien"] = "damaged"
    owner: str = ""


def fingerprint(tokens: AuthTokens) -> str:
    """Distinguishes tokens that are renewed with different refresh tokens, and does not show them."""
    return hashlib.sha256((tokens.refresh_token or tokens.access_token).encode()).hexdigest()


def write_record(config: AuthConfig, record: StoredRecord) -> str:
    """``record`` as JSON. The text holds secrets in clear."""
    snapshot = record.snapshot
    written: _Json = {
        "version": VERSION,
        "user_pool_id": config.user_pool_id,
        "user_pool_client_id": config.user_pool_client_id,
        "signed_in": snapshot.signed_in and _write_signed_in(snapshot.signed_in),
        "pending_sign_in": snapshot.pending and _write_pending(snapshot.pending),
        "auto_sign_ins": [_write_auto_sign_in(item) for item in snapshot.auto_sign_ins],
        "devices": [_write_device(item) for item in snapshot.devices],
    }
    if record.sign_in_id is not None:
        written["sign_in_id"] = record.sign_in_id
    if record.refused is not None:
        written["refused"] = record.refused
    return json.dumps(written)


def read_exported(config: AuthConfig, text: str) -> Snapshot:
    """The state that `write_record` wrote.

    Raises:
        AuthValidationError: The text is not such a state, or it is another user pool client's.
    """
    found = read_record(config, text)
    if isinstance(found, StoredRecord):
        return found.snapshot
    raise AuthValidationError(  # outside the handler of read_record: a JSONDecodeError holds the whole text
        found.reason,
        name="InvalidState",
        recovery_suggestion="Pass what export_state() of a session with the same user pool client returned.",
    )


def read_record(config: AuthConfig, text: object) -> StoredRecord | Rejected:
    """What ``text`` says, or why it is not used."""
    if not isinstance(text, str):
        return Rejected(f"The state must be a str, not {type(text).__name__}.")
    try:
        record: object = json.loads(text)
    except Exception as error:  # no JSON, or too deep
        return Rejected(_no_state(error), "damaged" if _is_cut_off(text) else "alien")
    if not is_mapping(record) or not record.keys() >= _KEYS:
        return Rejected(_no_state(KeyError()), "alien")
    try:
        return _read_record(config, dict(record))
    except Exception as error:  # any damage
        return Rejected(_no_state(error))


def _no_state(error: Exception) -> str:
    return f"The text is not a state that was exported ({type(error).__name__})."


def _is_cut_off(text: str) -> bool:
    """True if ``text`` can be the beginning of a text of this library. Nothing, or only zeros, can be."""
    return not text.strip("\0 \t\r\n") or _SHORT.startswith(text) or _BEGINNING.match(text) is not None


def _read_record(config: AuthConfig, record: _Json) -> StoredRecord | Rejected:
    if record["version"] != VERSION:
        return Rejected("The state was exported by another version of amplify_auth.")
    owner = record["user_pool_id"], record["user_pool_client_id"]
    if owner != (config.user_pool_id, config.user_pool_client_id):
        can_be_shown = all(isinstance(name, str) and _NAME.fullmatch(name) for name in owner)
        shown = f"client {owner[1]} of {owner[0]}" if can_be_shown else ""
        return Rejected("The state belongs to another user pool client.", "foreign", shown)
    return StoredRecord(
        snapshot=_read_snapshot(record),
        sign_in_id=_text_or_none(record.get("sign_in_id")),
        refused=_text_or_none(record.get("refused")),
    )


def _text_or_none(item: object) -> str | None:
    return item if isinstance(item, str) else None


def _read_snapshot(record: _Json) -> Snapshot:
    signed_in, pending = record["signed_in"], record["pending_sign_in"]
    snapshot = Snapshot(
        signed_in=None if signed_in is None else _read_signed_in(signed_in),
        pending=None if pending is None else _read_pending(pending),
        auto_sign_ins=tuple(_read_auto_sign_in(item) for item in record["auto_sign_ins"]),
        devices=tuple(_read_device(item) for item in record["devices"]),
    )
    is_known = snapshot.pending is None or snapshot.pending.challenge_name in CHALLENGE_NAMES
    if not has_declared_types(snapshot) or not is_known:
        raise ValueError
    return snapshot


def _write_device(device: Device) -> _Json:
    """Its fields. One that is not adopted has the fields that it has always had: releases without the field read it."""
    fields = _fields_of(device)
    if not device.is_adopted:
        del fields["is_adopted"]
    return fields


def _read_device(record: _Json) -> Device:
    fields: _Json = {**record, "login_ids": _tuple(record["login_ids"])}
    return Device(**fields)


def _tuple(item: object) -> object:
    """JSON has lists for tuples."""
    return tuple(item) if is_list(item) else item


def _fields_of(item: object) -> _Json:
    """The fields of an attrs value, in their own form."""
    kind: Any = type(item)
    return {field.name: getattr(item, field.name) for field in attrs.fields(kind)}


def _write_signed_in(signed_in: SignedIn) -> _Json:
    tokens = {
        **_fields_of(signed_in.tokens),
        "expires_at": signed_in.tokens.expires_at.isoformat(),
        "exported_at": {
            "monotonic": _clock.monotonic(),
            "wall": _clock.now().timestamp(),
            "boot": _clock.boot(),
        },
    }
    fields: _Json = {**_fields_of(signed_in), "tokens": tokens, "details": _fields_of(signed_in.details)}
    waiting = signed_in.unconfirmed_device
    del fields["unconfirmed_device"]
    if waiting is not None:
        fields["unconfirmed_device"] = {**_fields_of(waiting), "device": _write_device(waiting.device)}
    return fields


def _read_signed_in(record: _Json) -> SignedIn:
    details = SignInDetails(**record["details"])
    fields: _Json = {**record, "tokens": _read_tokens(record["tokens"]), "details": details}
    if "unconfirmed_device" in record:
        fields["unconfirmed_device"] = _read_unconfirmed_device(record["unconfirmed_device"])
    return SignedIn(**fields)


def _read_unconfirmed_device(record: _Json) -> UnconfirmedDevice:
    fields: _Json = {**record, "device": _read_device(record["device"])}
    return UnconfirmedDevice(**fields)


def _read_tokens(record: _Json) -> AuthTokens:
    refuse_too_long(record.get("refresh_token"))
    decode_jwt_payload(record["access_token"])
    if record["id_token"] is not None:
        decode_jwt_payload(record["id_token"])
    exported, now = record["exported_at"], _clock.monotonic()
    left = record["deadline"] - exported["monotonic"]  # when it was exported
    elapsed = _elapsed(exported, now)
    fields: _Json = {name: item for name, item in record.items() if name != "exported_at"}
    fields["expires_at"] = datetime.fromisoformat(record["expires_at"])
    if elapsed is None and record["refresh_token"] is not None:  # not trusted: the first use refreshes them
        elapsed = max(left, 0.0)
        fields["expires_at"] = _clock.now()
    remaining = timedelta(seconds=left - (elapsed or 0.0))  # refuses what is not finite
    fields["deadline"] = now + remaining.total_seconds()
    return AuthTokens(**fields)


def _elapsed(exported: _Json, now: float) -> float | None:
    """Seconds since a text was exported; None if they cannot be known.

    - The machine was not restarted since: the monotonic clock counts what passed. If the wall clock counts more, that
      is taken, because the machine may have been stopped. A wall clock that was set back does not matter.
    - It was restarted, or it is another machine: only the wall clocks can be compared. If the newer one is behind the
      older one, one of them is wrong, and nothing says how long it took. So starts a machine without a battery clock.
    - It is not known which of both it is, because the system does not say (`_clock.boot`): as after a restart. The
      larger count is taken, because one that is too large costs one refresh.
    """
    by_monotonic, by_wall = float(now - exported["monotonic"]), float(_clock.now().timestamp() - exported["wall"])
    boot, here = exported.get("boot"), _clock.boot()
    is_known = isinstance(boot, str) and here is not None
    is_same_boot = is_known and boot == here and by_monotonic >= 0
    if not is_same_boot and by_wall < -_SLACK:
        return None
    if is_known and boot != here:
        return max(by_wall, 0.0)
    return max(by_monotonic, by_wall, 0.0)


def _write_request(request: SignInRequest) -> _Json:
    fields = _fields_of(request)
    del fields["password"]
    return fields


def _write_pending(pending: PendingSignIn) -> _Json:
    fields = _fields_of(pending)
    del fields["srp"]
    return {
        **fields,
        "next_step": _write_step(pending.next_step),
        "request": _write_request(pending.request),
        "issued_at": pending.issued_at.isoformat(),
        "totp": pending.totp and _fields_of(pending.totp),
    }


def _read_pending(record: _Json) -> PendingSignIn:
    totp = None if record["totp"] is None else TotpSetupDetails(**record["totp"])
    fields: _Json = {
        **record,
        "next_step": _read_step(record["next_step"], totp),
        "request": SignInRequest(**record["request"]),
        "issued_at": datetime.fromisoformat(record["issued_at"]),
        "available_challenges": _tuple(record["available_challenges"]),
        "mfa_types": _tuple(record["mfa_types"]),
        "totp": totp,
    }
    return PendingSignIn(**fields)


def _write_step(step: PendingStep) -> _Json:
    fields: _Json = {}
    for field in attrs.fields(type(step)):
        item = getattr(step, field.name)
        if field.init and not isinstance(item, TotpSetupDetails):  # that is a field of the pending sign-in too
            fields[field.name] = _fields_of(item) if isinstance(item, CodeDeliveryDetails) else _plain(item)
    return {"step": type(step).__name__, **fields}


def _plain(item: object) -> object:
    return dict(item) if is_mapping(item) else item


def _read_step(record: _Json, totp: TotpSetupDetails | None) -> PendingStep:
    kind: Any = _STEPS[record["step"]]
    fields: _Json = {name: _tuple(item) for name, item in record.items() if name != "step"}
    if "code_delivery_details" in fields:
        fields["code_delivery_details"] = CodeDeliveryDetails(**fields["code_delivery_details"])
    if any(field.name == "totp_setup_details" for field in attrs.fields(kind)):
        fields["totp_setup_details"] = totp
    step: PendingStep = kind(**fields)
    return step


def _write_auto_sign_in(item: PendingAutoSignIn) -> _Json:
    fields = {**_fields_of(item), "request": _write_request(item.request)}
    return {**fields, "deadline": item.deadline - _clock.monotonic() + _clock.now().timestamp()}


def _read_auto_sign_in(record: _Json) -> PendingAutoSignIn:
    remaining = record["deadline"] - _clock.now().timestamp()
    fields: _Json = {
        **record,
        "request": SignInRequest(**record["request"]),
        "deadline": _clock.monotonic() + remaining,
    }
    return PendingAutoSignIn(**fields)
