"""A user's MFA settings: read in one order, written after all of them were checked. Never here: a challenge."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from amplify_auth.testing._core.accounts.users import is_verified
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import CognitoError, invalid_parameter
from amplify_auth.testing._core.state.store import UserState

_WEB_AUTHN: Final = "web_authn_mfa"


@attrs.frozen(kw_only=True)
class Method:
    """One MFA method: the member of a request that sets it, and where a user's setting is kept."""

    name: str
    member: str
    is_enabled: Callable[[Any, UserState], bool]
    enable: Callable[[Any, UserState, bool], None]


def _set_sms(user: Any, _: UserState, enabled: bool) -> None:
    user.sms_mfa_enabled = enabled


def _set_totp(user: Any, _: UserState, enabled: bool) -> None:
    user.software_token_mfa_enabled = enabled


def _set_email(_: Any, state: UserState, enabled: bool) -> None:
    state.email_mfa_enabled = enabled


def _set_web_authn(_: Any, state: UserState, enabled: bool) -> None:
    state.extra[_WEB_AUTHN] = enabled


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
        is_enabled=lambda _, state: bool(state.extra.get(_WEB_AUTHN)),
        enable=_set_web_authn,
    ),
)


def described(user: Any, state: UserState) -> dict[str, Any]:
    """``UserMFASettingList`` and ``PreferredMfaSetting``, each only where there is one."""
    enabled = [method.name for method in METHODS if method.is_enabled(user, state)]
    preferred = user.preferred_mfa_setting
    return {
        **({"UserMFASettingList": enabled} if enabled else {}),
        **({"PreferredMfaSetting": preferred} if preferred else {}),
    }


def change(call: Call, user: Any, state: UserState, settings: Mapping[str, Mapping[str, Any]]) -> None:
    """Apply the settings of a request: all of them or, if one is refused, none.

    Args:
        call: The request.
        user: moto's user.
        state: Ours of the same user.
        settings: By member, such as ``{"SMSMfaSettings": {"Enabled": True, "PreferredMfa": True}}``.

    Raises:
        CognitoError: ``InvalidParameterException``.
    """
    named = [(method, settings[method.member]) for method in METHODS if settings.get(method.member) is not None]
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
            # Enabled alone takes the preference away (aws-amplify/amplify-android pull request 2580).
            user.preferred_mfa_setting = None


def _check(call: Call, user: Any, state: UserState, method: Method, setting: Mapping[str, Any]) -> None:
    enabled = bool(setting.get("Enabled"))
    if setting.get("PreferredMfa") and not enabled:
        # That it is refused: aws-amplify/amplify-android pull request 2580; the words are unverified.
        raise invalid_parameter(f"{method.name} cannot be preferred because it is not enabled.")
    refusal = _REQUIREMENTS[method.name](call, user, state, enabled)
    if refusal is not None:
        raise refusal


def _sms(_: Call, user: Any, __: UserState, enabled: bool) -> CognitoError | None:
    if not enabled or user.attribute_lookup.get("phone_number"):
        return None
    # https://github.com/aws-amplify/amplify-js/issues/618
    return invalid_parameter("User does not have a phone_number set to turn on SMS MFA")


def _totp(call: Call, user: Any, _: UserState, enabled: bool) -> CognitoError | None:
    # Even turning off what was never set up is refused: https://github.com/aws-amplify/amplify-js/issues/7016
    # (2020) and 944 (2018). moto lets it pass.
    if user.token_verified or not (enabled or call.strict):
        return None
    return invalid_parameter("User has not verified software token mfa")


def _email(_: Call, user: Any, __: UserState, enabled: bool) -> CognitoError | None:
    if not enabled or is_verified(user, "email"):
        return None
    # In the words of aws/aws-sdk-js-v3 issue 4645, which is about TOTP; unverified for e-mail.
    return invalid_parameter("User does not have delivery config set to turn on EMAIL_OTP")


def _web_authn(call: Call, _: Any, __: UserState, enabled: bool) -> CognitoError | None:
    # The condition is botocore's model's; the words are unverified.
    if not enabled or call.state.web_authn.get("FactorConfiguration") == "MULTI_FACTOR_WITH_USER_VERIFICATION":
        return None
    return invalid_parameter("Passkeys are not an MFA factor of this user pool.")


_REQUIREMENTS: Final = {"SMS_MFA": _sms, "SOFTWARE_TOKEN_MFA": _totp, "EMAIL_OTP": _email, "WEB_AUTHN": _web_authn}
