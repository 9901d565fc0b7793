"""The public names of the package, in one list. Nothing is made here.

What is for an account, and for arriving with tokens, is imported when the first name of its file is used: a program
that only signs in does not wait for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .. import errors
from .._api.auth_session import fetch_auth_session, get_current_user
from .._api.auto_sign_in import auto_sign_in
from .._api.configure import configure, get_session, use_session
from .._api.sign_in import confirm_sign_in, resend_sign_in_code, sign_in
from .._api.sign_out import sign_out
from .._api.sign_up import confirm_sign_up, resend_sign_up_code, sign_up
from .._api.verify_token import verify_token
from .._cognito import SensitiveDataFilter
from .._events import AuthEvent
from .._session import Session
from .._values import (
    AuthConfig,
    AuthFlowType,
    AuthSession,
    AuthTokens,
    AuthUser,
    AwsCredentials,
    CodeDeliveryDetails,
    CompleteAutoSignIn,
    ConfirmAttributeWithCode,
    ConfirmResetPasswordWithCode,
    ConfirmSignInWithCustomChallenge,
    ConfirmSignInWithEmailCode,
    ConfirmSignInWithNewPasswordRequired,
    ConfirmSignInWithPassword,
    ConfirmSignInWithSmsCode,
    ConfirmSignInWithTotpCode,
    ConfirmSignUp,
    ConfirmSignUpOutput,
    ContinueSignInWithEmailSetup,
    ContinueSignInWithFirstFactorSelection,
    ContinueSignInWithMfaSelection,
    ContinueSignInWithMfaSetupSelection,
    ContinueSignInWithTotpSetup,
    Device,
    Done,
    FirstFactor,
    MfaType,
    Passkey,
    PendingSignIn,
    ResetPassword,
    ResetPasswordOutput,
    ResetPasswordStep,
    SignInDetails,
    SignInOutput,
    SignInStep,
    SignOutOutput,
    SignUpOutput,
    SignUpStep,
    SignUpVerificationMethod,
    TokenUse,
    TotpSetupDetails,
    UpdateAttributeStep,
    UpdateUserAttributeOutput,
)
from ..errors import (
    AuthConfigurationError,
    AuthError,
    AuthNetworkError,
    AuthProtocolError,
    AuthServiceError,
    AuthStateError,
    AuthValidationError,
)

if TYPE_CHECKING:
    from .._account import (
        AuthDevice,
        AuthFactors,
        MfaPreference,
        UserSession,
        UserSessionLocation,
        WebAuthnCredential,
        WebAuthnCredentialPage,
    )
    from .._api.adopt import adopt_device, adopt_tokens
    from .._api.attributes import (
        confirm_user_attribute,
        delete_user_attributes,
        fetch_user_attributes,
        send_user_attribute_verification_code,
        update_user_attribute,
        update_user_attributes,
    )
    from .._api.devices import fetch_devices, forget_device, remember_device
    from .._api.mfa import (
        fetch_auth_factors,
        fetch_mfa_preference,
        set_up_totp,
        update_mfa_preference,
        verify_totp_setup,
    )
    from .._api.passkeys import associate_web_authn_credential, delete_web_authn_credential, list_web_authn_credentials
    from .._api.passwords import confirm_reset_password, reset_password, update_password
    from .._api.user import delete_user
    from .._api.user_sessions import list_user_sessions, revoke_user_session

#: A module of the package -> its names that are imported when they are used. Type checkers read the imports above.
_LATER = {
    "_account": (
        "AuthDevice",
        "AuthFactors",
        "MfaPreference",
        "UserSession",
        "UserSessionLocation",
        "WebAuthnCredential",
        "WebAuthnCredentialPage",
    ),
    "_api.adopt": ("adopt_device", "adopt_tokens"),
    "_api.attributes": (
        "confirm_user_attribute",
        "delete_user_attributes",
        "fetch_user_attributes",
        "send_user_attribute_verification_code",
        "update_user_attribute",
        "update_user_attributes",
    ),
    "_api.devices": ("fetch_devices", "forget_device", "remember_device"),
    "_api.mfa": (
        "fetch_auth_factors",
        "fetch_mfa_preference",
        "set_up_totp",
        "update_mfa_preference",
        "verify_totp_setup",
    ),
    "_api.passkeys": ("associate_web_authn_credential", "delete_web_authn_credential", "list_web_authn_credentials"),
    "_api.passwords": ("confirm_reset_password", "reset_password", "update_password"),
    "_api.user": ("delete_user",),
    "_api.user_sessions": ("list_user_sessions", "revoke_user_session"),
}
_MODULES = {name: module for module, names in _LATER.items() for name in names}


def __getattr__(name: str) -> Any:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return globals().setdefault(name, getattr(import_module(f"amplify_auth.{module}"), name))


__all__ = [
    "AuthConfig",
    "AuthConfigurationError",
    "AuthDevice",
    "AuthError",
    "AuthEvent",
    "AuthFactors",
    "AuthFlowType",
    "AuthNetworkError",
    "AuthProtocolError",
    "AuthServiceError",
    "AuthSession",
    "AuthStateError",
    "AuthTokens",
    "AuthUser",
    "AuthValidationError",
    "AwsCredentials",
    "CodeDeliveryDetails",
    "CompleteAutoSignIn",
    "ConfirmAttributeWithCode",
    "ConfirmResetPasswordWithCode",
    "ConfirmSignInWithCustomChallenge",
    "ConfirmSignInWithEmailCode",
    "ConfirmSignInWithNewPasswordRequired",
    "ConfirmSignInWithPassword",
    "ConfirmSignInWithSmsCode",
    "ConfirmSignInWithTotpCode",
    "ConfirmSignUp",
    "ConfirmSignUpOutput",
    "ContinueSignInWithEmailSetup",
    "ContinueSignInWithFirstFactorSelection",
    "ContinueSignInWithMfaSelection",
    "ContinueSignInWithMfaSetupSelection",
    "ContinueSignInWithTotpSetup",
    "Device",
    "Done",
    "FirstFactor",
    "MfaPreference",
    "MfaType",
    "Passkey",
    "PendingSignIn",
    "ResetPassword",
    "ResetPasswordOutput",
    "ResetPasswordStep",
    "SensitiveDataFilter",
    "Session",
    "SignInDetails",
    "SignInOutput",
    "SignInStep",
    "SignOutOutput",
    "SignUpOutput",
    "SignUpStep",
    "SignUpVerificationMethod",
    "TokenUse",
    "TotpSetupDetails",
    "UpdateAttributeStep",
    "UpdateUserAttributeOutput",
    "UserSession",
    "UserSessionLocation",
    "WebAuthnCredential",
    "WebAuthnCredentialPage",
    "adopt_device",
    "adopt_tokens",
    "associate_web_authn_credential",
    "auto_sign_in",
    "configure",
    "confirm_reset_password",
    "confirm_sign_in",
    "confirm_sign_up",
    "confirm_user_attribute",
    "delete_user",
    "delete_user_attributes",
    "delete_web_authn_credential",
    "errors",
    "fetch_auth_factors",
    "fetch_auth_session",
    "fetch_devices",
    "fetch_mfa_preference",
    "fetch_user_attributes",
    "forget_device",
    "get_current_user",
    "get_session",
    "list_user_sessions",
    "list_web_authn_credentials",
    "remember_device",
    "resend_sign_in_code",
    "resend_sign_up_code",
    "reset_password",
    "revoke_user_session",
    "send_user_attribute_verification_code",
    "set_up_totp",
    "sign_in",
    "sign_out",
    "sign_up",
    "update_mfa_preference",
    "update_password",
    "update_user_attribute",
    "update_user_attributes",
    "use_session",
    "verify_token",
    "verify_totp_setup",
]
