"""What every step of a sign-in shares: how far it has come, and the answer that asks for the next proof.

Never here: any single challenge.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import invalid_parameter, not_authorized, not_found
from amplify_auth.testing._core.sign_in.sessions import open_session
from amplify_auth.testing._core.state.store import Device, Session, UserState, user_state


@attrs.frozen(kw_only=True)
class Progress:
    """How far a sign-in has come. Steps return a changed copy; nothing is proven that is not set here.

    Args:
        username: Internal username; for a simulated user the name given.
        client_id: The app client.
        flow: ``AuthFlow`` it began with.
        device_key: The device the client claims to be.
        factor: The first factor proven: ``PASSWORD``, ``EMAIL_OTP``, ``SMS_OTP``, ``WEB_AUTHN``, ``SIGN_UP`` (the
            code of ConfirmSignUp) or ``CUSTOM``; None before.
        mfa: Whether the second factor was proven.
        device: Whether the device proved itself.
        new_password: Whether a temporary password was replaced on the way.
        rounds: Results of the challenges so far, as a define-auth-challenge trigger is told.
    """

    username: str
    client_id: str
    flow: str
    device_key: str | None = None
    factor: str | None = None
    mfa: bool = False
    device: bool = False
    new_password: bool = False
    rounds: tuple[Mapping[str, Any], ...] = ()

    def with_(self, **changes: Any) -> "Progress":
        """A copy with some things changed."""
        return attrs.evolve(self, **changes)


def ask(call: Call, progress: Progress, challenge: str, parameters: Mapping[str, str], **data: Any) -> dict[str, Any]:
    """The response that asks for the next proof, and the session that waits for it.

    Args:
        call: The request.
        progress: How far the sign-in has come.
        challenge: ``ChallengeName``.
        parameters: ``ChallengeParameters``.
        **data: What the answer is checked against.
    """
    session = open_session(
        call,
        username=progress.username,
        client_id=progress.client_id,
        challenge=challenge,
        progress=progress,
        **data,
    )
    return {"ChallengeName": challenge, "ChallengeParameters": dict(parameters), "Session": session.id}


def progress_of(session: Session) -> Progress:
    """How far the sign-in has come that waits in a session."""
    progress: Progress = session.data["progress"]
    return progress


def user_of(call: Call, progress: Progress) -> tuple[Any, UserState]:
    """The user who signs in.

    Raises:
        CognitoError: ``NotAuthorizedException``: a simulated user, or one deleted meanwhile.
    """
    user = call.pool.users.get(progress.username)
    if user is None:
        raise not_authorized()
    return user, user_state(call.pool, user)


def parameter(values: Mapping[str, Any], name: str) -> str:
    """A required entry of ``AuthParameters`` or ``ChallengeResponses``.

    Raises:
        CognitoError: ``InvalidParameterException``.
    """
    value = values.get(name)
    if not value:
        raise invalid_parameter(f"Missing required parameter {name}")
    return str(value)


def claimed_device(call: Call, progress: Progress, values: Mapping[str, Any]) -> Progress:
    """Take ``DEVICE_KEY`` of a request, or of the one before, into the progress.

    Raises:
        CognitoError: ``ResourceNotFoundException`` when the user has no such device.
    """
    key = values.get("DEVICE_KEY") or progress.device_key
    if not key:
        return progress
    known_device(call, progress.username, str(key))
    return progress.with_(device_key=str(key))


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
