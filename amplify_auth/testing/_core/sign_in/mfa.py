"""Second factors: which one a user is asked for, and what proves it. Never here.

How a factor is set up by its owner.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from amplify_auth.testing._core.accounts import codes
from amplify_auth.testing._core.accounts.mfa_settings import METHODS
from amplify_auth.testing._core.accounts.users import is_verified, set_attributes
from amplify_auth.testing._core.crypto import totp as _totp
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import (
    MFA_CODE_WRONG,
    TOTP_CODE_USED,
    code_expired,
    code_mismatch,
    invalid_parameter,
    not_authorized,
)
from amplify_auth.testing._core.sign_in.progress import Progress, ask, claimed_device, parameter, progress_of, user_of
from amplify_auth.testing._core.sign_in.sessions import validity
from amplify_auth.testing._core.state.store import Session, UserState

SMS: Final = "SMS_MFA"
TOTP: Final = "SOFTWARE_TOKEN_MFA"
EMAIL: Final = "EMAIL_OTP"

_ATTRIBUTE: Final = {SMS: "phone_number", EMAIL: "email", "SMS_OTP": "phone_number"}
# First-factor codes have eight digits: https://github.com/aws-amplify/amplify-js/issues/14428. That the e-mail
# code of MFA, asked for by the same challenge, has eight too is unverified.
_DIGITS: Final = {SMS: 6, EMAIL: 8, "SMS_OTP": 8}


def pool_methods(call: Call) -> list[str]:
    """Second factors the pool has, in the order Cognito lists them."""
    pool = call.pool
    sms = bool(pool.sms_mfa_config or pool.extended_config.get("SmsConfiguration"))
    totp = bool(pool.token_mfa_config and pool.token_mfa_config.get("Enabled"))
    found = [name for name, on in ((SMS, sms), (TOTP, totp), (EMAIL, call.state.email_mfa)) if on]
    # moto lets a pool demand MFA without naming a method; the service does not.
    return found or [SMS, TOTP]


def user_methods(user: Any, state: UserState) -> list[str]:
    """Second factors the user has set up. Passkeys are none: they can only be both factors at once."""
    enabled = [method.name for method in METHODS if method.is_enabled(user, state)]
    return [name for name in (SMS, TOTP, EMAIL) if name in enabled and _reachable(user, name)]


def _reachable(user: Any, method: str) -> bool:
    return method not in _ATTRIBUTE or _ATTRIBUTE[method] in user.attribute_lookup


def is_due(call: Call, user: Any, state: UserState) -> bool:
    """Whether one factor is not enough for this user."""
    if call.pool.mfa_config == "OFF" and call.strict:
        return False
    return call.pool.mfa_config == "ON" or bool(user_methods(user, state))


def offer(call: Call, progress: Progress) -> dict[str, Any] | None:
    """Ask for the second factor, its choice or its set-up; None when none is due."""
    user, state = user_of(call, progress)
    if not is_due(call, user, state):
        return None
    methods = user_methods(user, state) or _at_hand(call, user, state)
    if not methods:
        return _ask_setup(call, progress)
    if user.preferred_mfa_setting in methods:
        methods = [user.preferred_mfa_setting]
    if len(methods) == 1:
        return ask_for(call, progress, methods[0])
    choice = json.dumps(methods, separators=(",", ":"))
    parameters = {"USER_ID_FOR_SRP": progress.username, "MFAS_CAN_CHOOSE": choice}
    return ask(call, progress, "SELECT_MFA_TYPE", parameters, methods=methods)


def _at_hand(call: Call, user: Any, state: UserState) -> list[str]:
    """What counts as set up where MFA is required: an authenticator, phone number or address that was proven.

    The authenticator even where its ``MFA_SETUP`` was never answered: moto's test_user_authentication_flow_mfa_on,
    which is run against AWS too.
    """
    allowed = pool_methods(call)
    proven = {name for name in (SMS, EMAIL) if is_verified(user, _ATTRIBUTE[name])}
    if user.token_verified and state.totp_secret:
        proven.add(TOTP)
    return [name for name in (SMS, TOTP, EMAIL) if name in allowed and name in proven]


def _ask_setup(call: Call, progress: Progress) -> dict[str, Any]:
    methods = pool_methods(call)
    listed = json.dumps(methods, separators=(",", ":"))
    parameters = {"USER_ID_FOR_SRP": progress.username, "MFAS_CAN_SETUP": listed}
    return ask(call, progress, "MFA_SETUP", parameters, methods=methods)


def ask_for(call: Call, progress: Progress, method: str) -> dict[str, Any]:
    """Ask for one second factor; a code is sent where the factor is a message."""
    user, state = user_of(call, progress)
    if method == TOTP:
        # https://docs.aws.amazon.com/cli/latest/reference/cognito-idp/initiate-auth.html shows the member.
        name = state.totp_device_name or "TOTP device"
        parameters = {"USER_ID_FOR_SRP": progress.username, "FRIENDLY_DEVICE_NAME": name}
        return ask(call, progress, TOTP, parameters, factor="mfa")
    return ask_code(call, progress, user, method, factor="mfa")


def ask_code(
    call: Call, progress: Progress, user: Any, challenge: str, *, factor: str, destination: str | None = None
) -> dict[str, Any]:
    """Send a code and ask for it.

    Args:
        call: The request.
        progress: How far the sign-in has come.
        user: Whom the code goes to.
        challenge: ``SMS_MFA``, ``EMAIL_OTP`` or ``SMS_OTP``.
        factor: ``mfa``, ``first`` or ``setup``: what a right code proves.
        destination: Where to, when not the user's attribute.
    """
    code, details = codes.send(
        call,
        user,
        challenge,
        _ATTRIBUTE[challenge],
        lifetime=validity(call.pool.clients[progress.client_id]),
        digits=_DIGITS[challenge],
        destination=destination,
    )
    parameters = {
        "CODE_DELIVERY_DELIVERY_MEDIUM": details["DeliveryMedium"],
        "CODE_DELIVERY_DESTINATION": details["Destination"],
        "USER_ID_FOR_SRP": progress.username,
    }
    return ask(call, progress, challenge, parameters, factor=factor, code=code)


def answer_code(call: Call, session: Session, responses: Mapping[str, Any]) -> Progress:
    """Check the answer to ``SMS_MFA``, ``EMAIL_OTP`` or ``SMS_OTP``."""
    given = parameter(responses, f"{session.challenge}_CODE")
    progress = claimed_device(call, progress_of(session), responses)
    user, state = user_of(call, progress)
    code = session.data["code"]
    if code.used or call.now >= code.expires_at:
        raise code_expired()
    if not codes.same(code, given):
        raise code_mismatch(MFA_CODE_WRONG)
    code.used = True
    if session.data["factor"] == "setup":
        set_attributes(user, {"email": code.destination, "email_verified": "true"})
        state.email_mfa_enabled, user.preferred_mfa_setting = True, EMAIL
    if session.data["factor"] == "first":
        return progress.with_(factor=session.challenge)
    return _second_factor(progress, session.challenge)


def answer_totp(call: Call, session: Session, responses: Mapping[str, Any]) -> Progress:
    """Check the answer to ``SOFTWARE_TOKEN_MFA``. A code is good once, also where it was VerifySoftwareToken's."""
    given = parameter(responses, "SOFTWARE_TOKEN_MFA_CODE")
    progress = claimed_device(call, progress_of(session), responses)
    _, state = user_of(call, progress)
    secret = state.totp_secret
    step = None if secret is None else _totp.matching_step(secret, given, call.now.timestamp())
    if step is None:
        raise code_mismatch("Invalid code received for user")
    if step in state.totp_used_steps:
        raise code_expired(TOTP_CODE_USED)
    state.totp_used_steps |= {step}
    return _second_factor(progress, TOTP)


def _second_factor(progress: Progress, name: str) -> Progress:
    result = {"challengeName": name, "challengeResult": True}
    return progress.with_(mfa=True, rounds=(*progress.rounds, result))


def answer_select(call: Call, session: Session, responses: Mapping[str, Any]) -> dict[str, Any]:
    """Take the choice of ``SELECT_MFA_TYPE``. The API reference calls e-mail ``EMAIL_MFA``, clients ``EMAIL_OTP``."""
    chosen = parameter(responses, "ANSWER")
    chosen = EMAIL if chosen == "EMAIL_MFA" else chosen
    if chosen not in session.data["methods"]:
        raise invalid_parameter("Invalid MFA type selected")
    return ask_for(call, progress_of(session), chosen)


def answer_setup(call: Call, session: Session, responses: Mapping[str, Any]) -> Progress | dict[str, Any]:
    """Complete ``MFA_SETUP``: TOTP once VerifySoftwareToken vouches for it, e-mail after a code to the new address."""
    progress = progress_of(session)
    user, _ = user_of(call, progress)
    address = responses.get("EMAIL")
    if address and EMAIL in session.data["methods"]:
        return ask_code(call, progress, user, EMAIL, factor="setup", destination=str(address))
    if not session.data.get("totp_verified"):
        raise not_authorized("Invalid session for the user.")
    user.software_token_mfa_enabled, user.preferred_mfa_setting = True, TOTP
    return _second_factor(progress, TOTP)
