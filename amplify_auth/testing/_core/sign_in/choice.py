"""The flow USER_AUTH: the first factors that a user may choose from, and the start of the chosen one.

Never here: the proof of a factor.
"""

from typing import Final

import attrs

from ..._moto import MotoUser
from ..accounts import is_verified
from ..request import Call, Members, first_factors, invalid_parameter, not_authorized, unsupported
from ..state import Progress, Session, user_state
from . import mfa, passkey
from .password import ask_proof, prove_password
from .progress import Step, ask, data_of, parameter, progress_of, user_of

_NEEDED: Final = {"PASSWORD": "PASSWORD", "PASSWORD_SRP": "SRP_A"}


@attrs.frozen(kw_only=True)
class FactorAsked:
    """What a session of ``SELECT_CHALLENGE``, ``PASSWORD`` or ``PASSWORD_SRP`` keeps.

    Args:
        name: The name in the request.
        offered: The factors of ``SELECT_CHALLENGE``.
    """

    name: str
    offered: tuple[str, ...] = ()


def available(call: Call, user: MotoUser | None) -> list[str]:
    """``AvailableChallenges`` of a user; for a simulated user those with a password."""
    allowed = first_factors(call.pool)
    passwords = ["PASSWORD", "PASSWORD_SRP"] if "PASSWORD" in allowed else []
    if user is None:
        return passwords
    state = user_state(call.pool, user)
    # After these factors no second factor is asked for, so a user who must prove two cannot use them. For codes this
    # is unverified; for passkeys it is in botocore's model, WebAuthnConfigurationType.
    codes = not mfa.is_due(call, user, state)
    passkeys = codes or passkey.is_both_factors(call, state)
    factors = (
        *((name, bool(user.password)) for name in passwords),
        ("EMAIL_OTP", "EMAIL_OTP" in allowed and codes and is_verified(user, "email")),
        ("SMS_OTP", "SMS_OTP" in allowed and codes and is_verified(user, "phone_number")),
        ("WEB_AUTHN", "WEB_AUTHN" in allowed and passkeys and bool(state.passkeys)),
    )
    return [name for name, is_available in factors if is_available]


def start(call: Call, progress: Progress, user: MotoUser | None, name: str, parameters: Members) -> Step:
    """Start with the preferred challenge. If it is not available to the user, ask for a choice."""
    preferred = parameters.get("PREFERRED_CHALLENGE")
    offered = available(call, user)
    if preferred in offered and _complete(str(preferred), parameters):
        return _begin(call, progress, user, name, str(preferred), parameters)
    # ChallengeParameters of this challenge are unverified.
    data = FactorAsked(name=name, offered=tuple(offered))
    response = ask(call, progress, "SELECT_CHALLENGE", {}, data=data)
    return {**response, "AvailableChallenges": offered}


def answer_select(call: Call, session: Session, responses: Members) -> Step:
    """Take the answer to ``SELECT_CHALLENGE``: the choice, and perhaps its proof."""
    chosen, asked = parameter(responses, "ANSWER"), data_of(session, FactorAsked)
    if chosen not in asked.offered:
        raise invalid_parameter("Challenge is not available for the user")
    if "CREDENTIAL" in responses:
        raise unsupported("CREDENTIAL in the answer to SELECT_CHALLENGE")
    progress = progress_of(session)
    user = call.pool.users.get(session.username)
    if chosen in _NEEDED and not _complete(chosen, responses):
        return ask(call, progress, chosen, {}, data=FactorAsked(name=asked.name))
    return _begin(call, progress, user, asked.name, chosen, responses)


def answer_password(call: Call, session: Session, responses: Members) -> Step:
    """Check the answer to the challenges ``PASSWORD`` and ``PASSWORD_SRP``."""
    user, name = call.pool.users.get(session.username), data_of(session, FactorAsked).name
    return _begin(call, progress_of(session), user, name, session.challenge, responses)


def _complete(challenge: str, values: Members) -> bool:
    needed = _NEEDED.get(challenge)
    return needed is None or bool(values.get(needed))


def _begin(call: Call, progress: Progress, user: MotoUser | None, name: str, challenge: str, values: Members) -> Step:
    if challenge == "PASSWORD_SRP":
        return ask_proof(call, progress, user, name, parameter(values, "SRP_A"), with_session=True)
    if user is None:
        raise not_authorized()
    if challenge == "PASSWORD":
        prove_password(call, user, parameter(values, "PASSWORD"))
        return attrs.evolve(progress, factor="PASSWORD")
    user_of(call, progress)
    if challenge == "WEB_AUTHN":
        return passkey.ask_passkey(call, progress)
    return mfa.ask_code(call, progress, user, challenge, proves="first")
