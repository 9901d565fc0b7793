"""Reads the answers about second factors, and makes the settings of ``SetUserMFAPreference``. It sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .._cognito import Answer, optional_text, optional_texts, protocol_error
from .._values import MFA_TYPES
from .values import AuthFactors, MfaPreference, MfaSetting, PasskeyMfaSetting

#: The second factors that can be preferred -> their members in ``SetUserMFAPreference``.
_MEMBERS: Final[Mapping[str, str]] = {
    "SMS": "SMSMfaSettings",
    "TOTP": "SoftwareTokenMfaSettings",
    "EMAIL": "EmailMfaSettings",
}
_WEB_AUTHN: Final = "WebAuthnMfaSettings"


def mfa_preference(answer: Answer, operation: str) -> MfaPreference:
    """The second factors in an answer. Raises `AuthProtocolError` for what Cognito would not say.

    An answer without factors is that of a user who has none. So it must name the user: an empty one is not Cognito's.
    """
    _username(answer, operation)
    preferred = optional_text(answer, "PreferredMfaSetting", operation)
    enabled = optional_texts(answer, "UserMFASettingList", operation)
    return MfaPreference(
        preferred=None if preferred is None else _our_name(preferred),
        enabled=tuple(map(_our_name, enabled)),
    )


def _username(answer: Answer, operation: str) -> str:
    username = optional_text(answer, "Username", operation)
    if username is None:
        raise protocol_error(f"The answer to {operation} names no user.", operation=operation)
    return username


def _our_name(factor: str) -> str:
    return MFA_TYPES.get(factor, factor)


def auth_factors(answer: Answer) -> AuthFactors:
    """The answer to ``GetUserAuthFactors``. Raises `AuthProtocolError` for what Cognito would not say."""
    operation = "GetUserAuthFactors"
    mfa = mfa_preference(answer, operation)
    return AuthFactors(
        username=_username(answer, operation),
        configured=optional_texts(answer, "ConfiguredUserAuthFactors", operation),
        preferred_mfa=mfa.preferred,
        enabled_mfa=mfa.enabled,
    )


def merged_mfa_settings(
    now: MfaPreference, wanted: Mapping[str, MfaSetting], web_authn: PasskeyMfaSetting | None = None
) -> dict[str, Mapping[str, bool]]:
    """The members of ``SetUserMFAPreference`` that lead from ``now`` to ``wanted``. Empty: nothing is to be sent.

    Cognito forgets that a factor is preferred if a request turns it on without saying so. It refuses to turn off an
    authenticator that was never verified. Factors that are not named stay as they are.

    Args:
        now: What the user has.
        wanted: The factor, ``"SMS"``, ``"TOTP"`` or ``"EMAIL"``, and the setting that it gets.
        web_authn: The setting of passkeys as a second factor.
    """
    is_another_preferred = "PREFERRED" in wanted.values()
    settings: dict[str, Mapping[str, bool]] = {}
    for factor, setting in wanted.items():
        if setting == "DISABLED":
            if factor in now.enabled:
                settings[_MEMBERS[factor]] = {"Enabled": False, "PreferredMfa": False}
            continue
        keeps = setting == "ENABLED" and factor == now.preferred and not is_another_preferred
        settings[_MEMBERS[factor]] = {"Enabled": True, "PreferredMfa": setting == "PREFERRED" or keeps}
    if web_authn is not None:
        # Sent in any case: the service model of UserMFASettingList does not say that passkeys are listed.
        settings[_WEB_AUTHN] = {"Enabled": web_authn == "ENABLED"}
    return settings
