"""RespondToAuthChallenge: one row a challenge. Never here: what an answer is checked against."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from amplify_auth.testing._core.operations.registry import operation
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.client_secret import check_secret_hash
from amplify_auth.testing._core.request.errors import invalid_parameter
from amplify_auth.testing._core.sign_in import choice, custom, device, mfa, new_password, passkey, password
from amplify_auth.testing._core.sign_in.order import advance
from amplify_auth.testing._core.sign_in.progress import Progress, parameter
from amplify_auth.testing._core.sign_in.sessions import close, session_of
from amplify_auth.testing._core.state.store import Session

Answer = Callable[[Call, Session, Mapping[str, Any]], Any]
"""Checks an answer: the progress it proves, or the challenge that follows; raises for a wrong one."""

CHALLENGES: Final[Mapping[str, Answer]] = {
    "PASSWORD_VERIFIER": password.answer,
    "NEW_PASSWORD_REQUIRED": new_password.answer,
    "SMS_MFA": mfa.answer_code,
    "EMAIL_OTP": mfa.answer_code,
    "SMS_OTP": mfa.answer_code,
    "SOFTWARE_TOKEN_MFA": mfa.answer_totp,
    "SELECT_MFA_TYPE": mfa.answer_select,
    "MFA_SETUP": mfa.answer_setup,
    "SELECT_CHALLENGE": choice.answer_select,
    "PASSWORD": choice.answer_password,
    "PASSWORD_SRP": choice.answer_password,
    "WEB_AUTHN": passkey.answer,
    "CUSTOM_CHALLENGE": custom.answer,
    "DEVICE_SRP_AUTH": device.answer_start,
    "DEVICE_PASSWORD_VERIFIER": device.answer_proof,
}

# The challenges that do not go by Session alone.
_FOUND_BY: Final[Mapping[str, Callable[[Call, Mapping[str, Any]], Session]]] = {
    "PASSWORD_VERIFIER": password.session_of_proof,
    "DEVICE_SRP_AUTH": device.session_of_device,
    "DEVICE_PASSWORD_VERIFIER": device.session_of_device,
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
