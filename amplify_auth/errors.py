"""Every error that `amplify_auth` raises.

    AuthError
      AuthValidationError (ValueError)       an argument is wrong; nothing was sent
        TokenVerificationError                 a token is not to be trusted
      AuthConfigurationError                 pool, client, file or environment wrong or missing
      AuthStateError                         the session is not in the state that the call needs
        SignInException                        there is no sign-in to confirm
          PendingSignInExpired (NotAuthorizedException)   Cognito has closed the pending sign-in
        AutoSignInException                    there is no automatic sign-in to complete
        UserAlreadyAuthenticatedException      somebody is signed in
        UserUnAuthenticatedException           nobody is signed in
          SessionEnded                           somebody was, and must sign in again
        DeviceMetadataNotFoundException        this session does not know the device
        PasskeyError                           the authenticator did not give a credential
      AuthServiceError                       Cognito refused; one subclass for each of its exceptions
      AuthNetworkError (ConnectionError)     no answer: refused, timed out, cut off
      AuthProtocolError                      an answer that cannot be right

Catch a class for what the program can do about it, read ``name`` for what exactly happened. The subclasses
of `AuthServiceError` are written down in ``_service_errors`` and ``_pool_errors``.
"""

from . import _pool_errors, _service_errors
from ._errors import (
    AuthConfigurationError,
    AuthError,
    AuthNetworkError,
    AuthProtocolError,
    AuthServiceError,
    AuthStateError,
    AuthValidationError,
    AutoSignInException,
    DeviceMetadataNotFoundException,
    DeviceRegistrationWarning,
    PasskeyError,
    SessionEnded,
    SignInException,
    TokenVerificationError,
    UserAlreadyAuthenticatedException,
    UserUnAuthenticatedException,
)
from ._pool_errors import *  # noqa: F403 - one class for each exception of the service
from ._service_errors import *  # noqa: F403

__all__ = [
    "AuthConfigurationError",
    "AuthError",
    "AuthNetworkError",
    "AuthProtocolError",
    "AuthServiceError",
    "AuthStateError",
    "AuthValidationError",
    "AutoSignInException",
    "DeviceMetadataNotFoundException",
    "DeviceRegistrationWarning",
    "PasskeyError",
    "SessionEnded",
    "SignInException",
    "TokenVerificationError",
    "UserAlreadyAuthenticatedException",
    "UserUnAuthenticatedException",
]
__all__ += _pool_errors.__all__
__all__ += _service_errors.__all__

for _name in __all__:  # tracebacks and pickles name the public module
    globals()[_name].__module__ = __name__
