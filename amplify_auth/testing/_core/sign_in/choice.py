"""USER_AUTH: which first factors a user may choose from, and the start of the one chosen.

Never here: how a factor is proven.
"""

from collections.abc import Mapping
from typing import Any, Final

from amplify_auth.testing._core.accounts.users import is_verified
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import invalid_parameter, not_authorized, unsupported
from amplify_auth.testing._core.request.settings import first_factors
from amplify_auth.testing._core.sign_in import mfa, passkey, password
from amplify_auth.testing._core.sign_in.progress import Progress, ask, parameter, progress_of, user_of
from amplify_auth.testing._core.sign_in.proof import prove_password
from amplify_auth.testing._core.state.store import Session, user_state

_CODE_OF: Final = {"email": "EMAIL_OTP", "phone_number": "SMS_OTP"}


def available(call: Call, user: Any | None) -> list[str]:
    """``AvailableChallenges`` of a user; those with a password, for a user who is only simulated."""
    allowed = first_factors(call.pool)
    passwords = ["PASSWORD", "PASSWORD_SRP"] if "PASSWORD" in allowed else []
    if user is None:
        return passwords
    state = user_state(call.pool, user)
    # Nothing asks for a second factor after these, so where one is due they are no first factor: unverified for
    # codes; for passkeys by botocore's model, WebAuthnConfigurationType.
    codes = not mfa.is_due(call, user, state)
    passkeys = codes or passkey.is_both_factors(call, state)
    having = (
        *((name, bool(user.password)) for name in passwords),
        ("EMAIL_OTP", "EMAIL_OTP" in allowed and codes and is_verified(user, "email")),
        ("SMS_OTP", "SMS_OTP" in allowed and codes and is_verified(user, "phone_number")),
        ("WEB_AUTHN", "WEB_AUTHN" in allowed and passkeys and bool(state.passkeys)),
    )
    return [name for name, on in having if on]


def start(call: Call, progress: Progress, user: Any | None, name: str, parameters: Mapping[str, Any]) -> Any:
    """Begin with the preferred challenge, or ask for a choice when there is none that the user has."""
    preferred = parameters.get("PREFERRED_CHALLENGE")
    if preferred in available(call, user) and _complete(str(preferred), parameters):
        return _begin(call, progress, user, name, str(preferred), parameters)
    offered = available(call, user)
    # What ChallengeParameters hold here is unverified.
    response = ask(call, progress, "SELECT_CHALLENGE", {}, offered=offered, name=name)
    return {**response, "AvailableChallenges": offered}


def signed_up(call: Call, session: Session) -> str | None:
    """The first factor that the code of ConfirmSignUp stands for, when the pool allows it as one."""
    factor = _CODE_OF.get(str(session.data.get("verified")))
    return "SIGN_UP" if factor in first_factors(call.pool) else None


def answer_select(call: Call, session: Session, responses: Mapping[str, Any]) -> Any:
    """Take the choice of ``SELECT_CHALLENGE``, with the proof where it came along."""
    chosen = parameter(responses, "ANSWER")
    if chosen not in session.data.get("offered", ()):
        raise invalid_parameter("Challenge is not available for the user")
    if "CREDENTIAL" in responses:
        raise unsupported("CREDENTIAL in the answer to SELECT_CHALLENGE")
    progress, name = progress_of(session), str(session.data["name"])
    user = call.pool.users.get(session.username)
    if chosen in ("PASSWORD", "PASSWORD_SRP") and not _complete(chosen, responses):
        return ask(call, progress, chosen, {}, name=name)
    return _begin(call, progress, user, name, chosen, responses)


def answer_password(call: Call, session: Session, responses: Mapping[str, Any]) -> Any:
    """Check the answer to the challenges ``PASSWORD`` and ``PASSWORD_SRP``."""
    user = call.pool.users.get(session.username)
    return _begin(call, progress_of(session), user, str(session.data["name"]), session.challenge, responses)


def _complete(challenge: str, values: Mapping[str, Any]) -> bool:
    needed = {"PASSWORD": "PASSWORD", "PASSWORD_SRP": "SRP_A"}.get(challenge)
    return needed is None or bool(values.get(needed))


def _begin(
    call: Call, progress: Progress, user: Any | None, name: str, challenge: str, values: Mapping[str, Any]
) -> Any:
    if challenge == "PASSWORD_SRP":
        public = parameter(values, "SRP_A")
        return password.ask_proof(call, progress, user, name, public, with_session=True)
    if user is None:
        raise not_authorized()
    if challenge == "PASSWORD":
        prove_password(call, user, parameter(values, "PASSWORD"))
        return progress.with_(factor="PASSWORD")
    user_of(call, progress)
    if challenge == "WEB_AUTHN":
        return passkey.ask_passkey(call, progress, offered=available(call, user), name=name)
    return mfa.ask_code(call, progress, user, challenge, factor="first")
