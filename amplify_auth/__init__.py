"""Sign users in to Amazon Cognito with the API of ``@aws-amplify/auth``: the public names, and nothing else."""

from . import errors
from ._auth_session import AuthSession, AuthUser, fetch_auth_session, get_current_user
from ._auto_sign_in import auto_sign_in
from ._config import AuthConfig, Passkey
from ._credentials import AwsCredentials
from ._default import configure, get_session, use_session
from ._events import AuthEvent
from ._log_filter import SensitiveDataFilter
from ._pending import Device, PendingSignIn
from ._results import ConfirmSignUpOutput, SignInDetails, SignInOutput, SignOutOutput, SignUpOutput
from ._session import Session
from ._sign_in import confirm_sign_in, resend_sign_in_code, sign_in
from ._sign_out import sign_out
from ._sign_up import confirm_sign_up, resend_sign_up_code, sign_up
from ._steps import (
    CodeDeliveryDetails,
    CompleteAutoSignIn,
    ConfirmSignInWithCustomChallenge,
    ConfirmSignInWithEmailCode,
    ConfirmSignInWithNewPasswordRequired,
    ConfirmSignInWithPassword,
    ConfirmSignInWithSmsCode,
    ConfirmSignInWithTotpCode,
    ConfirmSignUp,
    ContinueSignInWithEmailSetup,
    ContinueSignInWithFirstFactorSelection,
    ContinueSignInWithMfaSelection,
    ContinueSignInWithMfaSetupSelection,
    ContinueSignInWithTotpSetup,
    Done,
    ResetPassword,
    SignInStep,
    SignUpStep,
    TotpSetupDetails,
)
from ._tokens import AuthTokens
from ._verify import verify_token
from .errors import (
    AuthConfigurationError,
    AuthError,
    AuthNetworkError,
    AuthProtocolError,
    AuthServiceError,
    AuthStateError,
    AuthValidationError,
)

__version__ = "0.1.0"

__all__ = [
    "AuthConfig",
    "AuthConfigurationError",
    "AuthError",
    "AuthEvent",
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
    "Passkey",
    "PendingSignIn",
    "ResetPassword",
    "SensitiveDataFilter",
    "Session",
    "SignInDetails",
    "SignInOutput",
    "SignInStep",
    "SignOutOutput",
    "SignUpOutput",
    "SignUpStep",
    "TotpSetupDetails",
    "auto_sign_in",
    "configure",
    "confirm_sign_in",
    "confirm_sign_up",
    "errors",
    "fetch_auth_session",
    "get_current_user",
    "get_session",
    "resend_sign_in_code",
    "resend_sign_up_code",
    "sign_in",
    "sign_out",
    "sign_up",
    "use_session",
    "verify_token",
]
