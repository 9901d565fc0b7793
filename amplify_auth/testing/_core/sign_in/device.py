"""Remembered devices at sign-in: asked for their proof, or named as new. Never here: what their owner does to them."""

import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from amplify_auth.testing._core.crypto import srp
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import SESSION_INVALID, invalid_parameter, not_authorized
from amplify_auth.testing._core.request.settings import section
from amplify_auth.testing._core.sign_in.progress import Progress, ask, known_device, parameter, progress_of, user_of
from amplify_auth.testing._core.sign_in.sessions import check_session, session_of
from amplify_auth.testing._core.state.store import Device, Session


def tracking(pool: Any) -> str:
    """``OFF``, ``ALWAYS`` or ``OPT_IN`` (the user decides whether a device is remembered)."""
    configuration = section(pool.extended_config, "DeviceConfiguration")
    if not configuration:
        return "OFF"
    return "OPT_IN" if configuration.get("DeviceOnlyRememberedOnUserPrompt") else "ALWAYS"


def replaces_mfa(call: Call, progress: Progress) -> bool:
    """Whether the device named makes the second factor unnecessary: it is remembered and the pool says so."""
    if progress.device_key is None:
        return False
    configuration = section(call.pool.extended_config, "DeviceConfiguration")
    remembered = known_device(call, progress.username, progress.device_key).remembered
    return remembered and bool(configuration.get("ChallengeRequiredOnNewDevice"))


def offer(call: Call, progress: Progress) -> dict[str, Any] | None:
    """Ask the device named for its proof; None when none is named, or it gave it."""
    if progress.device_key is None or progress.device:
        return None
    known_device(call, progress.username, progress.device_key)
    return ask(call, progress, "DEVICE_SRP_AUTH", {})


def session_of_device(call: Call, responses: Mapping[str, Any]) -> Session:
    """The sign-in that waits for this device.

    By ``Session`` or, as pycognito and early versions of amazon-cognito-identity-js do it, without: then it is the
    newest one of this user, client and device whose password was proven, and for the second step the one of the
    secret block.

    Raises:
        CognitoError: ``NotAuthorizedException`` when none waits.
    """
    username, challenge = parameter(responses, "USERNAME"), str(call.params["ChallengeName"])
    if call.params.get("Session") is not None:
        return session_of(call, challenge, username=username)
    block, key = responses.get("PASSWORD_CLAIM_SECRET_BLOCK"), responses.get("DEVICE_KEY")
    for session in reversed(call.state.sessions.values()):
        if session.challenge != challenge or progress_of(session).device_key != key:
            continue
        if block is None or session.data["exchange"].secret_block == block:
            check_session(call, session, challenge, username=username)
            return session
    raise not_authorized(SESSION_INVALID)


def answer_start(call: Call, session: Session, responses: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the device's ``SRP_A``."""
    progress = progress_of(session)
    device = _device(call, progress, responses)
    public = srp.parse_public(parameter(responses, "SRP_A"))
    if public is None:
        raise invalid_parameter("Invalid SRP_A value")
    exchange = srp.challenge(
        group=device.group_key,
        identity=device.key,
        salt=device.salt,
        verifier=int.from_bytes(device.verifier, "big"),
        public_client=public,
    )
    parameters = {
        "SALT": srp.salt_text(device.salt),
        "SECRET_BLOCK": exchange.secret_block,
        "SRP_B": f"{exchange.public:x}",
        "USERNAME": progress.username,
        "DEVICE_KEY": device.key,
    }
    return ask(call, progress, "DEVICE_PASSWORD_VERIFIER", parameters, exchange=exchange)


def answer_proof(call: Call, session: Session, responses: Mapping[str, Any]) -> Progress:
    """Check the device's proof."""
    progress = progress_of(session)
    device = _device(call, progress, responses)
    exchange: srp.Exchange = session.data["exchange"]
    block = parameter(responses, "PASSWORD_CLAIM_SECRET_BLOCK")
    timestamp = parameter(responses, "TIMESTAMP")
    signature = parameter(responses, "PASSWORD_CLAIM_SIGNATURE")
    if not (
        secrets.compare_digest(block.encode(), exchange.secret_block.encode())
        and srp.is_current(timestamp, call.now)
        and srp.proves(exchange, signature, timestamp)
    ):
        raise not_authorized()
    device.authenticated_at = call.now
    return progress.with_(device=True)


def _device(call: Call, progress: Progress, responses: Mapping[str, Any]) -> Device:
    key = parameter(responses, "DEVICE_KEY")
    device = known_device(call, progress.username, key)
    if key != progress.device_key:
        raise not_authorized()
    return device


def new_device(call: Call, progress: Progress) -> dict[str, str] | None:
    """``NewDeviceMetadata`` of a sign-in from no known device; None where the pool does not track devices."""
    if tracking(call.pool) == "OFF" or progress.device_key is not None:
        return None
    _, state = user_of(call, progress)
    device = Device(
        key=f"{call.pool.region}_{uuid.uuid4()}",
        group_key=f"-{secrets.token_urlsafe(6)}",
        created_at=call.now,
        modified_at=call.now,
        authenticated_at=call.now,
    )
    state.devices[device.key] = device
    return {"DeviceKey": device.key, "DeviceGroupKey": device.group_key}
