"""RespondToAuthChallenge: one row a challenge. Never here: what an answer is checked against."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from amplify_auth.testing._core import (
    _choice,
    _custom,
    _device_auth,
    _mfa,
    _new_password,
    _srp_auth,
    _webauthn_auth,
)
from amplify_auth.testing._core._call import Call
from amplify_auth.testing._core._errors import invalid_parameter
from amplify_auth.testing._core._flow import Progress, parameter
from amplify_auth.testing._core._registry import operation
from amplify_auth.testing._core._secret_hash import check_secret_hash
from amplify_auth.testing._core._sessions import close, session_of
from amplify_auth.testing._core._steps import advance
from amplify_auth.testing._core._store import Session

Answer = Callable[[Call, Session, Mapping[str, Any]], Any]
"""Checks an answer: the progress it proves, or the challenge that follows; raises for a wrong one."""

CHALLENGES: Final[Mapping[str, Answer]] = {
    "PASSWORD_VERIFIER": _srp_auth.answer,
    "NEW_PASSWORD_REQUIRED": _new_password.answer,
    "SMS_MFA": _mfa.answer_code,
    "EMAIL_OTP": _mfa.answer_code,
    "SMS_OTP": _mfa.answer_code,
    "SOFTWARE_TOKEN_MFA": _mfa.answer_totp,
    "SELECT_MFA_TYPE": _mfa.answer_select,
    "MFA_SETUP": _mfa.answer_setup,
    "SELECT_CHALLENGE": _choice.answer_select,
    "PASSWORD": _choice.answer_password,
    "PASSWORD_SRP": _choice.answer_password,
    "WEB_AUTHN": _webauthn_auth.answer,
    "CUSTOM_CHALLENGE": _custom.answer,
    "DEVICE_SRP_AUTH": _device_auth.answer_start,
    "DEVICE_PASSWORD_VERIFIER": _device_auth.answer_proof,
}

# The challenges that do not go by Session alone.
_FOUND_BY: Final[Mapping[str, Callable[[Call, Mapping[str, Any]], Session]]] = {
    "PASSWORD_VERIFIER": _srp_auth.session_of_proof,
    "DEVICE_SRP_AUTH": _device_auth.session_of_device,
    "DEVICE_PASSWORD_VERIFIER": _device_auth.session_of_device,
}

# Answer -> other challenges whose session it may carry: without a passkey, another factor may be chosen.
_INSTEAD_OF: Final[Mapping[str, tuple[str, ...]]] = {"SELECT_CHALLENGE": ("WEB_AUTHN",)}


@operation(
    "RespondToAuthChallenge",
    required=("ChallengeName", "ClientId"),
    optional=("ChallengeResponses", "Session"),
)
def respond_to_auth_challenge(call: Call) -> dict[str, Any]:
    """Take the answer to a challenge. A wrong one leaves the session usable, a right one spends it."""
    name, responses = str(call.required("ChallengeName")), call.values("ChallengeResponses")
    answer = CHALLENGES.get(name)
    if answer is None:
        raise invalid_parameter(f"{name} is not a supported challenge")
    username = parameter(responses, "USERNAME")
    found_by = _FOUND_BY.get(name)
    session = found_by(call, responses) if found_by else session_of(call, name, username=username)
    check_secret_hash(call, responses.get("SECRET_HASH"), username, session.username)
    result = answer(call, session, responses)
    close(session)
    return advance(call, result) if isinstance(result, Progress) else result
