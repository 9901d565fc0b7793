"""Second factors: which factor a user is asked for, and the check of its proof.

Never here: the MFA settings that a signed-in user changes.
"""

import json
from collections.abc import Collection
from typing import Final, Literal

import attrs

from ..._moto import MotoUser
from ..accounts import METHODS, codes, is_verified, set_attributes
from ..crypto import totp
from ..request import (
    MFA_CODE_WRONG,
    TOTP_CODE_USED,
    Call,
    Members,
    Response,
    code_expired,
    code_mismatch,
    invalid_parameter,
    not_authorized,
    session_lifetime,
)
from ..state import Progress, Session, UserState
from .progress import Step, ask, data_of, parameter, progress_of, user_of, with_device, with_success

SMS: Final = "SMS_MFA"
TOTP: Final = "SOFTWARE_TOKEN_MFA"
EMAIL: Final = "EMAIL_OTP"

_ATTRIBUTE: Final = {SMS: "phone_number", EMAIL: "email", "SMS_OTP": "phone_number"}
# The codes of first factors have eight digits: https://github.com/aws-amplify/amplify-js/issues/14428. The code of
# EMAIL_OTP as a second factor has eight too; that is unverified.
_DIGITS: Final = {SMS: 6, EMAIL: 8, "SMS_OTP": 8}

Proves = Literal["first", "mfa", "setup"]
"""What a right code proves: the first factor, the second, or the address of a second factor that is set up."""


@attrs.frozen(kw_only=True)
class CodeAsked:
    """What a session keeps that asks for a code."""

    proves: Proves


@attrs.frozen(kw_only=True)
class MfaChoice:
    """What a ``SELECT_MFA_TYPE`` session keeps: the methods that the user can choose."""

    methods: Collection[str]


@attrs.frozen(kw_only=True)
class MfaSetup:
    """What an ``MFA_SETUP`` session keeps.

    Args:
        methods: The methods that the user can set up.
        totp_secret: The secret of AssociateSoftwareToken.
        totp_verified: True after VerifySoftwareToken.
    """

    methods: Collection[str]
    totp_secret: str | None = attrs.field(repr=False, default=None)
    totp_verified: bool = False


def pool_methods(call: Call) -> list[str]:
    """The second factors of the pool, in the order of Cognito."""
    pool = call.pool
    sms = bool(pool.sms_mfa_config or pool.extended_config.get("SmsConfiguration"))
    has_totp = bool(pool.token_mfa_config and pool.token_mfa_config.get("Enabled"))
    methods = [name for name, on in ((SMS, sms), (TOTP, has_totp), (EMAIL, call.state.email_mfa)) if on]
    # moto lets a pool require MFA without a method; the service does not.
    return methods or [SMS, TOTP]


def user_methods(user: MotoUser, state: UserState) -> list[str]:
    """The second factors of the user. Passkeys are not in the list: they can only be both factors together."""
    enabled = [method.name for method in METHODS if method.is_enabled(user, state)]
    return [name for name in (SMS, TOTP, EMAIL) if name in enabled and _reachable(user, name)]


def _reachable(user: MotoUser, method: str) -> bool:
    return method not in _ATTRIBUTE or _ATTRIBUTE[method] in user.attribute_lookup


def is_due(call: Call, user: MotoUser, state: UserState) -> bool:
    """True if the user must prove a second factor."""
    if call.pool.mfa_config == "OFF" and call.strict:
        return False
    return call.pool.mfa_config == "ON" or bool(user_methods(user, state))


def offer(call: Call, progress: Progress) -> Response | None:
    """Ask for the second factor, for a choice of one, or for its set-up; None if the user needs no second factor."""
    user, state = user_of(call, progress)
    if not is_due(call, user, state):
        return None
    methods = user_methods(user, state) or _usable_without_setup(call, user, state)
    if not methods:
        return _ask_setup(call, progress)
    if user.preferred_mfa_setting in methods:
        methods = [user.preferred_mfa_setting]
    if len(methods) == 1:
        return ask_for(call, progress, methods[0])
    choice = json.dumps(methods, separators=(",", ":"))
    parameters = {"USER_ID_FOR_SRP": progress.username, "MFAS_CAN_CHOOSE": choice}
    return ask(call, progress, "SELECT_MFA_TYPE", parameters, data=MfaChoice(methods=methods))


def _usable_without_setup(call: Call, user: MotoUser, state: UserState) -> list[str]:
    """The methods that a user can use when MFA is required: a verified authenticator, phone number or address.

    A verified authenticator is enough, also if ``MFA_SETUP`` was never answered: moto's
    test_user_authentication_flow_mfa_on shows this, and it is run against AWS too.
    """
    allowed = pool_methods(call)
    verified = {name for name in (SMS, EMAIL) if is_verified(user, _ATTRIBUTE[name])}
    if user.token_verified and state.totp_secret:
        verified.add(TOTP)
    return [name for name in (SMS, TOTP, EMAIL) if name in allowed and name in verified]


def _ask_setup(call: Call, progress: Progress) -> Response:
    methods = pool_methods(call)
    listed = json.dumps(methods, separators=(",", ":"))
    parameters = {"USER_ID_FOR_SRP": progress.username, "MFAS_CAN_SETUP": listed}
    return ask(call, progress, "MFA_SETUP", parameters, data=MfaSetup(methods=methods))


def ask_for(call: Call, progress: Progress, method: str) -> Response:
    """Ask for one second factor. If it is a code in a message, send the code."""
    user, state = user_of(call, progress)
    if method == TOTP:
        # https://docs.aws.amazon.com/cli/latest/reference/cognito-idp/initiate-auth.html shows the member.
        name = state.totp_device_name or "TOTP device"
        return ask(call, progress, TOTP, {"USER_ID_FOR_SRP": progress.username, "FRIENDLY_DEVICE_NAME": name})
    return ask_code(call, progress, user, method, proves="mfa")


def ask_code(
    call: Call, progress: Progress, user: MotoUser, challenge: str, *, proves: Proves, destination: str | None = None
) -> Response:
    """Send a code and ask for it.

    Args:
        call: The request.
        progress: The proofs so far.
        user: The receiver of the code.
        challenge: ``SMS_MFA``, ``EMAIL_OTP`` or ``SMS_OTP``.
        proves: What a right code proves.
        destination: The address, if it is not the user's attribute yet.
    """
    code, details = codes.send(
        call,
        user,
        challenge,
        _ATTRIBUTE[challenge],
        lifetime=session_lifetime(call.pool.clients[progress.client_id]),
        digits=_DIGITS[challenge],
        destination=destination,
    )
    parameters = {
        "CODE_DELIVERY_DELIVERY_MEDIUM": details["DeliveryMedium"],
        "CODE_DELIVERY_DESTINATION": details["Destination"],
        "USER_ID_FOR_SRP": progress.username,
    }
    return ask(call, progress, challenge, parameters, data=CodeAsked(proves=proves), code=code)


def answer_code(call: Call, session: Session, responses: Members) -> Progress:
    """Check the answer to ``SMS_MFA``, ``EMAIL_OTP`` or ``SMS_OTP``."""
    given, proves, code = (
        parameter(responses, f"{session.challenge}_CODE"),
        data_of(session, CodeAsked).proves,
        session.code,
    )
    progress = with_device(call, progress_of(session), responses)
    user, state = user_of(call, progress)
    if code is None or code.used or call.now >= code.expires_at:
        raise code_expired()
    if not codes.is_same(code, given):
        raise code_mismatch(MFA_CODE_WRONG)
    code.used = True
    if proves == "setup":
        set_attributes(user, {"email": code.destination, "email_verified": "true"})
        state.email_mfa_enabled, user.preferred_mfa_setting = True, EMAIL
    if proves == "first":
        return attrs.evolve(progress, factor=session.challenge)
    return attrs.evolve(with_success(progress, session.challenge), mfa=True)


def answer_totp(call: Call, session: Session, responses: Members) -> Progress:
    """Check the answer to ``SOFTWARE_TOKEN_MFA``. A code works once, also if VerifySoftwareToken used it."""
    given = parameter(responses, "SOFTWARE_TOKEN_MFA_CODE")
    progress = with_device(call, progress_of(session), responses)
    _, state = user_of(call, progress)
    secret = state.totp_secret
    step = None if secret is None else totp.matching_step(secret, given, call.now.timestamp())
    if step is None:
        raise code_mismatch("Invalid code received for user")
    if step in state.totp_used_steps:
        raise code_expired(TOTP_CODE_USED)
    state.totp_used_steps |= {step}
    return attrs.evolve(with_success(progress, TOTP), mfa=True)


def answer_select(call: Call, session: Session, responses: Members) -> Response:
    """Take the choice of ``SELECT_MFA_TYPE``. The API reference calls e-mail ``EMAIL_MFA``, clients ``EMAIL_OTP``."""
    chosen = parameter(responses, "ANSWER")
    chosen = EMAIL if chosen == "EMAIL_MFA" else chosen
    if chosen not in data_of(session, MfaChoice).methods:
        raise invalid_parameter("Invalid MFA type selected")
    return ask_for(call, progress_of(session), chosen)


def answer_setup(call: Call, session: Session, responses: Members) -> Step:
    """Complete ``MFA_SETUP``: TOTP after VerifySoftwareToken, e-mail after a code to the new address."""
    progress, setup = progress_of(session), data_of(session, MfaSetup)
    user, _ = user_of(call, progress)
    address = responses.get("EMAIL")
    if address and EMAIL in setup.methods:
        return ask_code(call, progress, user, EMAIL, proves="setup", destination=str(address))
    if not setup.totp_verified:
        raise not_authorized("Invalid session for the user.")
    user.software_token_mfa_enabled, user.preferred_mfa_setting = True, TOTP
    return attrs.evolve(with_success(progress, TOTP), mfa=True)
