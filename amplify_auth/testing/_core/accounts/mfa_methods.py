"""A user's MFA settings: read, checked and changed.

Never here: a challenge.
"""

from collections.abc import Callable
from typing import Final

import attrs

from ..._moto import MotoUser
from ..request import Call, CognitoError, Members, Response, invalid_parameter, section
from ..state import UserState
from .attributes import is_verified


@attrs.frozen(kw_only=True)
class Method:
    """An MFA method: the member of a request that sets it, and the place of a user's setting."""

    name: str
    member: str
    is_enabled: Callable[[MotoUser, UserState], bool]
    enable: Callable[[MotoUser, UserState, bool], None]


def _set_sms(user: MotoUser, _: UserState, enabled: bool) -> None:
    user.sms_mfa_enabled = enabled


def _set_totp(user: MotoUser, _: UserState, enabled: bool) -> None:
    user.software_token_mfa_enabled = enabled


def _set_email(_: MotoUser, state: UserState, enabled: bool) -> None:
    state.email_mfa_enabled = enabled


def _set_web_authn(_: MotoUser, state: UserState, enabled: bool) -> None:
    state.web_authn_mfa_enabled = enabled


METHODS: Final = (
    Method(
        name="SMS_MFA",
        member="SMSMfaSettings",
        is_enabled=lambda user, _: bool(user.sms_mfa_enabled),
        enable=_set_sms,
    ),
    Method(
        name="SOFTWARE_TOKEN_MFA",
        member="SoftwareTokenMfaSettings",
        is_enabled=lambda user, _: bool(user.software_token_mfa_enabled),
        enable=_set_totp,
    ),
    Method(
        name="EMAIL_OTP",
        member="EmailMfaSettings",
        is_enabled=lambda _, state: state.email_mfa_enabled,
        enable=_set_email,
    ),
    Method(
        name="WEB_AUTHN",
        member="WebAuthnMfaSettings",
        is_enabled=lambda _, state: state.web_authn_mfa_enabled,
        enable=_set_web_authn,
    ),
)


def mfa_settings(user: MotoUser, state: UserState) -> Response:
    """``UserMFASettingList`` and ``PreferredMfaSetting``. One that is empty is absent."""
    enabled = [method.name for method in METHODS if method.is_enabled(user, state)]
    preferred = user.preferred_mfa_setting
    return {
        **({"UserMFASettingList": enabled} if enabled else {}),
        **({"PreferredMfaSetting": preferred} if preferred else {}),
    }


def change_mfa_settings(call: Call, user: MotoUser, state: UserState, settings: Members) -> None:
    """Apply the settings of a request. If one is refused, none is applied.

    Args:
        call: The request.
        user: The user.
        state: The state of the user.
        settings: The settings by member, such as ``{"SMSMfaSettings": {"Enabled": True, "PreferredMfa": True}}``.

    Raises:
        CognitoError: ``InvalidParameterException``.
    """
    named = [
        (method, section(settings, method.member)) for method in METHODS if settings.get(method.member) is not None
    ]
    # That it is refused: aws-amplify/docs pull request 5690; the words are unverified.
    if sum(bool(setting.get("PreferredMfa")) for _, setting in named) > 1:
        raise invalid_parameter("Only one MFA method can be preferred.")
    for method, setting in named:
        _check(call, user, state, method, setting)
    for method, setting in named:
        method.enable(user, state, bool(setting.get("Enabled")))
        if setting.get("PreferredMfa"):
            user.preferred_mfa_setting = method.name
        elif user.preferred_mfa_setting == method.name:
            # A setting without PreferredMfa removes the preference (aws-amplify/amplify-android pull request 2580).
            user.preferred_mfa_setting = None


def _check(call: Call, user: MotoUser, state: UserState, method: Method, setting: Members) -> None:
    enabled = bool(setting.get("Enabled"))
    if setting.get("PreferredMfa") and not enabled:
        # That it is refused: aws-amplify/amplify-android pull request 2580; the words are unverified.
        raise invalid_parameter(f"{method.name} cannot be preferred because it is not enabled.")
    refusal = _REQUIREMENTS[method.name](call, user, state, enabled)
    if refusal is not None:
        raise refusal


def _sms(_: Call, user: MotoUser, __: UserState, enabled: bool) -> CognitoError | None:
    if not enabled or user.attribute_lookup.get("phone_number"):
        return None
    # https://github.com/aws-amplify/amplify-js/issues/618
    return invalid_parameter("User does not have a phone_number set to turn on SMS MFA")


def _totp(call: Call, user: MotoUser, _: UserState, enabled: bool) -> CognitoError | None:
    # Turning off a method that was never set up is refused too: https://github.com/aws-amplify/amplify-js/issues/7016
    # (2020) and 944 (2018). moto accepts it.
    if user.token_verified or not (enabled or call.strict):
        return None
    return invalid_parameter("User has not verified software token mfa")


def _email(_: Call, user: MotoUser, __: UserState, enabled: bool) -> CognitoError | None:
    if not enabled or is_verified(user, "email"):
        return None
    # The words of aws/aws-sdk-js-v3 issue 4645, which is about TOTP; unverified for e-mail.
    return invalid_parameter("User does not have delivery config set to turn on EMAIL_OTP")


def _web_authn(call: Call, _: MotoUser, __: UserState, enabled: bool) -> CognitoError | None:
    # The condition is from botocore's model; the words are unverified.
    if not enabled or call.state.web_authn.get("FactorConfiguration") == "MULTI_FACTOR_WITH_USER_VERIFICATION":
        return None
    return invalid_parameter("Passkeys are not an MFA factor of this user pool.")


_REQUIREMENTS: Final = {"SMS_MFA": _sms, "SOFTWARE_TOKEN_MFA": _totp, "EMAIL_OTP": _email, "WEB_AUTHN": _web_authn}
