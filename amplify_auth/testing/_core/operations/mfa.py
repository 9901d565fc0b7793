"""SetUserMFAPreference, SetUserSettings, AssociateSoftwareToken, VerifySoftwareToken.

The last two work for a signed-in user, and with a session in a sign-in (MFA_SETUP).

Never here: the check of an MFA setting.
"""

import re
from typing import Final

import attrs

from ..._moto import MotoUser
from ..accounts import METHODS, change_mfa_settings
from ..crypto import totp
from ..request import Call, CognitoError, Response, invalid_parameter, objects, user_not_found
from ..sign_in import MfaSetup, data_of, session_of, succeed
from ..state import Session, UserState, user_state
from ..tokens import verify_access
from .registry import operation

# https://github.com/aws-samples/aws-amplify-auth-starters/issues/15
_CODE_REFUSED: Final = "Code mismatch and fail enable Software Token MFA"
_CODE: Final = re.compile(r"[0-9]{6}")


@operation(
    "SetUserMFAPreference",
    required=("AccessToken",),
    optional=tuple(method.member for method in METHODS),
)
def set_user_mfa_preference(call: Call) -> Response:
    """Set the MFA methods of the user and the preferred method. Methods that are not named do not change."""
    signed_in = verify_access(call)
    change_mfa_settings(call, signed_in.user, signed_in.state, call.params)
    return {}


@operation("SetUserSettings", required=("AccessToken", "MFAOptions"))
def set_user_settings(call: Call) -> Response:
    """The older form of SetUserMFAPreference: one option turns SMS on, an empty list turns it off."""
    signed_in = verify_access(call)
    options = objects(call.params, "MFAOptions")
    for option in options:
        if option.get("DeliveryMedium", "SMS") != "SMS" or option.get("AttributeName") != "phone_number":
            raise invalid_parameter("Only SMS to phone_number can be set.")  # the rule is from botocore's model
    settings = {"SMSMfaSettings": {"Enabled": bool(options)}}
    change_mfa_settings(call, signed_in.user, signed_in.state, settings)
    return {}


@operation("AssociateSoftwareToken", required=(), optional=("AccessToken", "Session"))
def associate_software_token(call: Call) -> Response:
    """Make a new TOTP secret. The old secret works until the new secret is verified."""
    _one_of_token_and_session(call)
    _check_enabled(call)
    secret = totp.new_secret()
    if "AccessToken" in call.params:
        verify_access(call).state.totp_pending = secret
        return {"SecretCode": secret}
    session = session_of(call, "MFA_SETUP")
    _, state = _by_session(call, session)
    state.totp_pending = secret
    setup = attrs.evolve(data_of(session, MfaSetup), totp_secret=secret)
    return {"SecretCode": secret, "Session": succeed(call, session, setup).id}


@operation(
    "VerifySoftwareToken",
    required=("UserCode",),
    optional=("AccessToken", "Session", "FriendlyDeviceName"),
)
def verify_software_token(call: Call) -> Response:
    """Verify the new secret with a code. This does not turn MFA on: SetUserMFAPreference or MFA_SETUP do that."""
    _one_of_token_and_session(call)
    code = call.text("UserCode")
    if _CODE.fullmatch(code) is None:
        raise invalid_parameter(
            "1 validation error detected: Value at 'userCode' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [0-9]+"
        )
    if "AccessToken" in call.params:
        signed_in = verify_access(call)
        _use(call, signed_in.user, signed_in.state, signed_in.state.totp_pending, code)
        return {"Status": "SUCCESS"}
    session = session_of(call, "MFA_SETUP")
    user, state = _by_session(call, session)
    setup = data_of(session, MfaSetup)
    _use(call, user, state, setup.totp_secret, code)
    return {"Status": "SUCCESS", "Session": succeed(call, session, attrs.evolve(setup, totp_verified=True)).id}


def _use(call: Call, user: MotoUser, state: UserState, secret: str | None, code: str) -> None:
    if secret is None:
        # The words: https://github.com/amazon-archives/amazon-cognito-identity-js/issues/630 (a sign-in).
        raise CognitoError("SoftwareTokenMFANotFoundException", "Software Token MFA does not exist for the user.")
    step = totp.matching_step(secret, code, call.now.timestamp())
    if step is None:
        raise CognitoError("EnableSoftwareTokenMFAException", _CODE_REFUSED)
    state.totp_secret = secret
    state.totp_used_steps = frozenset({step})
    state.totp_pending = None
    state.totp_device_name = call.optional_text("FriendlyDeviceName")
    user.token_verified = True


def _one_of_token_and_session(call: Call) -> None:
    given = [name for name in ("AccessToken", "Session") if call.params.get(name) is not None]
    if len(given) != 1:
        # "An access token or a session string, but not both" (botocore's model); the words are unverified.
        raise invalid_parameter("Exactly one of AccessToken and Session is required.")


def _check_enabled(call: Call) -> None:
    # Suites for plain moto set up TOTP in pools that did not enable it; Cognito refuses (botocore's model).
    configured = call.pool.token_mfa_config or {}
    if call.strict and not configured.get("Enabled"):
        raise CognitoError("SoftwareTokenMFANotFoundException", "Software Token MFA is not enabled for the user pool.")


def _by_session(call: Call, session: Session) -> tuple[MotoUser, UserState]:
    user = call.pool.users.get(session.username)
    if user is None:
        raise user_not_found()
    return user, user_state(call.pool, user)
