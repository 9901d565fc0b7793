"""What Cognito keeps of a user's account: its values, and the answers that they are read from. Nothing is sent here.

This room is imported when the first function for an account is used: its classes take some milliseconds.
"""

from .attribute_replies import attributes_of_user, deliveries
from .mfa_replies import auth_factors, merged_mfa_settings, mfa_preference
from .pages import Page, all_pages
from .registered import devices_page, passkeys_page, registration_options
from .user_session_replies import user_sessions
from .values import (
    MFA_SETTINGS,
    PASSKEY_MFA_SETTINGS,
    AuthDevice,
    AuthFactors,
    MfaPreference,
    MfaSetting,
    PasskeyMfaSetting,
    UserAttributes,
    UserSession,
    UserSessionLocation,
    WebAuthnCredential,
    WebAuthnCredentialPage,
)

__all__ = [
    "MFA_SETTINGS",
    "PASSKEY_MFA_SETTINGS",
    "AuthDevice",
    "AuthFactors",
    "MfaPreference",
    "MfaSetting",
    "Page",
    "PasskeyMfaSetting",
    "UserAttributes",
    "UserSession",
    "UserSessionLocation",
    "WebAuthnCredential",
    "WebAuthnCredentialPage",
    "all_pages",
    "attributes_of_user",
    "auth_factors",
    "deliveries",
    "devices_page",
    "merged_mfa_settings",
    "mfa_preference",
    "passkeys_page",
    "registration_options",
    "user_sessions",
]
