"""SetUserMFAPreference, SetUserSettings, AssociateSoftwareToken, VerifySoftwareToken.

The latter two work for a signed-in user and, by session, in the middle of a sign-in (MFA_SETUP).
"""

import re
from typing import Any, Final

from amplify_auth.testing._core.accounts import mfa_settings
from amplify_auth.testing._core.crypto import totp
from amplify_auth.testing._core.operations.registry import operation
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import CognitoError, invalid_parameter, user_not_found
from amplify_auth.testing._core.sign_in.sessions import session_of, succeed
from amplify_auth.testing._core.state.store import Session, UserState, user_state
from amplify_auth.testing._core.tokens.issue import verify_access

# https://github.com/aws-samples/aws-amplify-auth-starters/issues/15
CODE_REFUSED: Final = "Code mismatch and fail enable Software Token MFA"
_CODE: Final = re.compile(r"[0-9]{6}")


@operation(
    "SetUserMFAPreference",
    required=("AccessToken",),
    optional=tuple(method.member for method in mfa_settings.METHODS),
)
def set_user_mfa_preference(call: Call) -> dict[str, Any]:
    """Which MFA methods the user has on, and which one is preferred; methods not named stay as they are."""
    signed_in = verify_access(call)
    mfa_settings.change(call, signed_in.user, signed_in.state, call.params)
    return {}


@operation("SetUserSettings", required=("AccessToken", "MFAOptions"))
def set_user_settings(call: Call) -> dict[str, Any]:
    """The predecessor of SetUserMFAPreference: SMS on by one option, off by none."""
    signed_in = verify_access(call)
    options = call.required("MFAOptions")
    for option in options:
        if option.get("DeliveryMedium", "SMS") != "SMS" or option.get("AttributeName") != "phone_number":
            raise invalid_parameter("Only SMS to phone_number can be set.")  # the rule is botocore's model's
    mfa_settings.change(call, signed_in.user, signed_in.state, {"SMSMfaSettings": {"Enabled": bool(options)}})
    return {}


@operation("AssociateSoftwareToken", required=(), optional=("AccessToken", "Session"))
def associate_software_token(call: Call) -> dict[str, Any]:
    """A fresh TOTP secret for one user; the old one works until the new one is verified."""
    _one_of_token_and_session(call)
    _check_enabled(call)
    secret = totp.new_secret()
    if "AccessToken" in call.params:
        verify_access(call).state.totp_pending = secret
        return {"SecretCode": secret}
    session = session_of(call, "MFA_SETUP")
    _, state = _by_session(call, session)
    state.totp_pending = secret
    return {"SecretCode": secret, "Session": succeed(call, session, totp_secret=secret).id}


@operation(
    "VerifySoftwareToken",
    required=("UserCode",),
    optional=("AccessToken", "Session", "FriendlyDeviceName"),
)
def verify_software_token(call: Call) -> dict[str, Any]:
    """Take the pending secret into use, and its code. No MFA goes on: SetUserMFAPreference or MFA_SETUP do that."""
    _one_of_token_and_session(call)
    code = str(call.required("UserCode"))
    if _CODE.fullmatch(code) is None:
        raise invalid_parameter(
            "1 validation error detected: Value at 'userCode' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [0-9]+"
        )
    if "AccessToken" in call.params:
        signed_in = verify_access(call)
        _take_into_use(call, signed_in.user, signed_in.state, signed_in.state.totp_pending, code)
        return {"Status": "SUCCESS"}
    session = session_of(call, "MFA_SETUP")
    user, state = _by_session(call, session)
    _take_into_use(call, user, state, session.data.get("totp_secret"), code)
    return {"Status": "SUCCESS", "Session": succeed(call, session, totp_verified=True).id}


def _take_into_use(call: Call, user: Any, state: UserState, secret: str | None, code: str) -> None:
    if secret is None:
        # The words: https://github.com/amazon-archives/amazon-cognito-identity-js/issues/630 (a sign-in).
        raise CognitoError("SoftwareTokenMFANotFoundException", "Software Token MFA does not exist for the user.")
    step = totp.matching_step(secret, code, call.now.timestamp())
    if step is None:
        raise CognitoError("EnableSoftwareTokenMFAException", CODE_REFUSED)
    state.totp_secret = secret
    state.totp_used_steps = frozenset({step})
    state.totp_pending = None
    state.totp_device_name = call.params.get("FriendlyDeviceName")
    user.token_verified = True


def _one_of_token_and_session(call: Call) -> None:
    given = [name for name in ("AccessToken", "Session") if call.params.get(name) is not None]
    if len(given) != 1:
        # "An access token or a session string, but not both" (botocore's model); the words are unverified.
        raise invalid_parameter("Exactly one of AccessToken and Session is required.")


def _check_enabled(call: Call) -> None:
    # moto's users set up TOTP in pools that never enabled it; Cognito's cannot (botocore's model).
    configured: dict[str, bool] = call.pool.token_mfa_config or {}
    if call.strict and not configured.get("Enabled"):
        raise CognitoError("SoftwareTokenMFANotFoundException", "Software Token MFA is not enabled for the user pool.")


def _by_session(call: Call, session: Session) -> tuple[Any, UserState]:
    user = call.pool.users.get(session.username)
    if user is None:
        raise user_not_found()
    return user, user_state(call.pool, user)
