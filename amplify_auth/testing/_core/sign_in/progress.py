"""Functions that every step of a sign-in uses: read the proofs so far, ask for the next proof, find user and device.

Never here: a single challenge.
"""

from collections.abc import Callable
from typing import TypeVar

import attrs

from ..._moto import MotoUser
from ..accounts import check_usable
from ..request import Call, Members, Response, invalid_parameter, not_authorized, not_found
from ..state import Code, Device, Progress, Session, UserState, user_state
from .sessions import open_session

Step = Progress | Response
"""The result of a step: the proofs so far, or the answer that asks for the next proof."""
Start = Callable[[Call, Progress, MotoUser | None, str, Members], Step]
"""Starts a flow for a user, who is None if the user is simulated; then the name and ``AuthParameters``."""
Answer = Callable[[Call, Session, Members], Step]
"""Checks the answer to a challenge, and raises if it is wrong."""
FindSession = Callable[[Call, Members], Session]
"""Finds the session of an answer that does not need ``Session``."""

Data = TypeVar("Data")


def ask(
    call: Call,
    progress: Progress,
    challenge: str,
    parameters: Members,
    *,
    data: object = None,
    code: Code | None = None,
) -> Response:
    """The answer that asks for the next proof. It opens the session that waits for the proof.

    Args:
        call: The request.
        progress: The proofs so far.
        challenge: ``ChallengeName``.
        parameters: ``ChallengeParameters``.
        data: What the challenge needs to check the answer.
        code: The one-time code that is the right answer, if the answer is one.
    """
    session = open_session(
        call,
        username=progress.username,
        client_id=progress.client_id,
        challenge=challenge,
        progress=progress,
        data=data,
        code=code,
    )
    return {"ChallengeName": challenge, "ChallengeParameters": dict(parameters), "Session": session.id}


def progress_of(session: Session) -> Progress:
    """The proofs so far of a sign-in."""
    assert session.progress is not None  # only the sessions of a sign-up are without it
    return session.progress


def data_of(session: Session, kind: type[Data]) -> Data:
    """What the challenge of a session kept; ``kind`` is the class of this challenge."""
    assert isinstance(session.data, kind)
    return session.data


def with_success(progress: Progress, challenge: str) -> Progress:
    """The proofs so far, with a right answer as a result for the define-auth-challenge trigger."""
    result = {"challengeName": challenge, "challengeResult": True}
    return attrs.evolve(progress, rounds=(*progress.rounds, result))


def user_of(call: Call, progress: Progress) -> tuple[MotoUser, UserState]:
    """The user who signs in.

    Raises:
        CognitoError: ``NotAuthorizedException``: the user is simulated, or was deleted.
    """
    user = call.pool.users.get(progress.username)
    if user is None:
        raise not_authorized()
    return user, user_state(call.pool, user)


def usable_user_of(call: Call, progress: Progress) -> MotoUser:
    """The user who signs in, if the user's status allows it.

    Raises:
        CognitoError: As ``user_of``; or the status does not allow a sign-in.
    """
    user, _ = user_of(call, progress)
    check_usable(user)
    return user


def parameter(values: Members, name: str) -> str:
    """A required entry of ``AuthParameters`` or ``ChallengeResponses``.

    Raises:
        CognitoError: ``InvalidParameterException``.
    """
    value = values.get(name)
    if not value:
        raise invalid_parameter(f"Missing required parameter {name}")
    return str(value)


def with_device(call: Call, progress: Progress, values: Members) -> Progress:
    """The proofs so far, with ``DEVICE_KEY`` of this request or of an earlier one.

    Raises:
        CognitoError: ``ResourceNotFoundException``: the user has no such device.
    """
    key = values.get("DEVICE_KEY") or progress.device_key
    if not key:
        return progress
    known_device(call, progress.username, str(key))
    return attrs.evolve(progress, device_key=str(key))


def known_device(call: Call, username: str, key: str) -> Device:
    """A confirmed device of the user.

    Raises:
        CognitoError: ``ResourceNotFoundException``.
    """
    user = call.pool.users.get(username)
    device = user_state(call.pool, user).devices.get(key) if user is not None else None
    if device is None or not device.confirmed:
        raise not_found("Device does not exist.")
    return device
