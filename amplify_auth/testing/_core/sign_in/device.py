"""The proof of a remembered device at a sign-in, and the key of a new device.

Never here: what the signed-in user does with devices.
"""

import secrets
import uuid

import attrs

from ..crypto import srp
from ..request import (
    SESSION_INVALID,
    Call,
    Members,
    Response,
    device_tracking,
    invalid_parameter,
    not_authorized,
    section,
)
from ..state import Device, Progress, Session
from .progress import ask, data_of, known_device, parameter, progress_of, user_of
from .sessions import check_session, session_of


def replaces_mfa(call: Call, progress: Progress) -> bool:
    """True if the device replaces the second factor: it is remembered, and the pool allows this."""
    if progress.device_key is None:
        return False
    configuration = section(call.pool.extended_config, "DeviceConfiguration")
    remembered = known_device(call, progress.username, progress.device_key).remembered
    return remembered and bool(configuration.get("ChallengeRequiredOnNewDevice"))


def offer(call: Call, progress: Progress) -> Response | None:
    """Ask the device for its proof; None if there is no device, or if it is proven."""
    if progress.device_key is None or progress.device:
        return None
    known_device(call, progress.username, progress.device_key)
    return ask(call, progress, "DEVICE_SRP_AUTH", {})


def session_of_device(call: Call, responses: Members) -> Session:
    """The session that waits for the proof of this device.

    pycognito and early versions of amazon-cognito-identity-js send no ``Session``. Then it is the newest session of
    this user, client and device whose password was proven; in the second step it is that of the secret block.

    Raises:
        CognitoError: ``NotAuthorizedException`` if no session waits.
    """
    username, challenge = parameter(responses, "USERNAME"), call.text("ChallengeName")
    if call.params.get("Session") is not None:
        return session_of(call, challenge, username=username)
    block, key = responses.get("PASSWORD_CLAIM_SECRET_BLOCK"), responses.get("DEVICE_KEY")
    for session in reversed(call.state.sessions.values()):
        if session.challenge != challenge or progress_of(session).device_key != key:
            continue
        exchange = session.data if isinstance(session.data, srp.Exchange) else None
        if block is None or (exchange is not None and exchange.secret_block == block):
            check_session(call, session, challenge, username=username)
            return session
    raise not_authorized(SESSION_INVALID)


def answer_start(call: Call, session: Session, responses: Members) -> Response:
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
    return ask(call, progress, "DEVICE_PASSWORD_VERIFIER", parameters, data=exchange)


def answer_proof(call: Call, session: Session, responses: Members) -> Progress:
    """Check the device's proof."""
    progress = progress_of(session)
    device = _device(call, progress, responses)
    exchange = data_of(session, srp.Exchange)
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
    return attrs.evolve(progress, device=True)


def _device(call: Call, progress: Progress, responses: Members) -> Device:
    key = parameter(responses, "DEVICE_KEY")
    device = known_device(call, progress.username, key)
    if key != progress.device_key:
        raise not_authorized()
    return device


def new_device(call: Call, progress: Progress) -> Device | None:
    """The new device of a sign-in without a device; None if the pool does not track devices."""
    if device_tracking(call.pool) == "OFF" or progress.device_key is not None:
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
    return device
