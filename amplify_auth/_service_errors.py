"""The exceptions that Cognito documents for the operations that need no AWS signature, one class each.

Only names and advice stand here; the exceptions that the pool's owner has to mend are in ``_pool_errors``. Which class
an answer becomes is looked up in ``SERVICE_ERRORS``.
"""

from __future__ import annotations

import re

from . import _pool_errors as _pool_errors  # its classes stand in the table too
from ._errors import AuthServiceError, SignInException


class AliasExistsException(AuthServiceError):
    """The e-mail address or phone number belongs to another account."""

    default_recovery_suggestion = (
        "Use another address, or confirm_sign_up(..., force_alias_creation=True) to move it to this account."
    )


class CodeDeliveryFailureException(AuthServiceError):
    """Cognito could not send the code."""

    default_recovery_suggestion = "Check the destination and the pool's e-mail or SMS settings."


class CodeMismatchException(AuthServiceError):
    """The code is wrong; it can be answered again."""

    default_recovery_suggestion = "Answer again with the newest code."


class ConcurrentModificationException(AuthServiceError):
    """Two requests changed the same thing at once."""

    default_recovery_suggestion = "Call again."
    default_is_retryable = True


class DeviceKeyExistsException(AuthServiceError):
    """The device is registered already."""

    default_recovery_suggestion = "Sign in again."


class EnableSoftwareTokenMFAException(AuthServiceError):
    """The one-time code does not fit the shared secret; it can be answered again."""

    default_recovery_suggestion = "Answer with the authenticator's current code and check its clock."


class ExpiredCodeException(AuthServiceError):
    """The code has expired or was used."""

    default_recovery_suggestion = (
        "Ask for a new one: resend_sign_up_code() or resend_sign_in_code(); "
        "of an authenticator app, wait for the next one."
    )


class InternalErrorException(AuthServiceError):
    """Cognito failed."""

    default_recovery_suggestion = "Call again later."
    default_is_retryable = True


class InvalidParameterException(AuthServiceError):
    """Cognito does not accept a parameter, or the client's settings do not allow the call."""

    default_recovery_suggestion = "Read the message: it names the parameter, the attribute or the flow to enable."


class InvalidPasswordException(AuthServiceError):
    """The password does not meet the pool's policy."""

    default_recovery_suggestion = "Choose a password that meets the policy in the message."


class LimitExceededException(AuthServiceError):
    """The user has tried too often."""

    default_recovery_suggestion = "Wait before trying again; Cognito does not say how long."


class MFAMethodNotFoundException(AuthServiceError):
    """The user cannot use this second factor."""

    default_recovery_suggestion = "Choose another factor, or set this one up."


class NotAuthorizedException(AuthServiceError):
    """Wrong user name or password, a token or session that is not valid, or a disabled user."""

    default_recovery_suggestion = "Check the password; for clients with a secret check client_secret."


class OperationNotEnabledException(AuthServiceError):
    """The operation is not available in this region, such as a secondary one of a replicated pool."""

    default_recovery_suggestion = "Use the pool's primary region, or ask its owner."


class PasswordHistoryPolicyViolationException(AuthServiceError):
    """The password was used before."""

    default_recovery_suggestion = "Choose a password that was not used before."


class PasswordResetRequiredException(AuthServiceError):
    """The password must be reset before the next sign-in."""

    default_recovery_suggestion = "Reset the password with the code that the user was sent."


class RefreshTokenReuseException(AuthServiceError):
    """A refresh token that was replaced has been used again."""

    default_recovery_suggestion = "Sign in again, and let processes share one stored session."


class ResourceNotFoundException(AuthServiceError):
    """The pool, the client or the device does not exist."""

    default_recovery_suggestion = "Check user_pool_id, user_pool_client_id and the region."


class SoftwareTokenMFANotFoundException(AuthServiceError):
    """The user has no authenticator app."""

    default_recovery_suggestion = "Choose another factor, or set up an authenticator."


class TooManyFailedAttemptsException(AuthServiceError):
    """Too many wrong answers."""

    default_recovery_suggestion = "Wait, then ask for a new code."


class TooManyRequestsException(AuthServiceError):
    """Cognito throttles."""

    default_recovery_suggestion = "Wait, then call again, less often."
    default_is_retryable = True


class UnauthorizedException(AuthServiceError):
    """The client may not make the request."""

    default_recovery_suggestion = "Check user_pool_client_id and client_secret."


class UnsupportedOperationException(AuthServiceError):
    """The pool or the endpoint does not support the operation."""

    default_recovery_suggestion = "Check the pool's feature plan and the client's settings."


class UnsupportedTokenTypeException(AuthServiceError):
    """Only a refresh token can be revoked."""

    default_recovery_suggestion = "Pass the refresh token."


class UserLambdaValidationException(AuthServiceError):
    """A Lambda trigger of the pool refused; the message is the trigger's own."""

    default_recovery_suggestion = "Read the message."


class UserNotConfirmedException(AuthServiceError):
    """The account is not confirmed."""

    default_recovery_suggestion = "Confirm it: confirm_sign_up() with the code, resend_sign_up_code() for a new one."


class UserNotFoundException(AuthServiceError):
    """There is no such user."""

    default_recovery_suggestion = "Check the user name and the pool."


class UsernameExistsException(AuthServiceError):
    """The user name is taken."""

    default_recovery_suggestion = "Sign in, or choose another user name."


class PendingSignInExpired(SignInException, NotAuthorizedException):
    """Cognito has closed the pending sign-in: its session expired or was used, so it takes no more answers."""

    default_recovery_suggestion = (
        "Call sign_in() again; a sign-in must be completed within the client's session duration."
    )


_CLOSED_SESSION = re.compile(r"invalid session|session\b.*\b(expired|invalid|not exist|not found)", re.IGNORECASE)


def says_session_is_closed(error: Exception) -> bool:
    """Whether Cognito refuses the ``Session`` of a request: it is spent or too old. Only its message tells."""
    if isinstance(error, InvalidParameterException):  # ministack's way
        return _CLOSED_SESSION.search(error.message) is not None
    return isinstance(error, NotAuthorizedException) and "session" in error.message.lower()


_THROTTLING = (
    "Throttling",
    "ThrottledException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
)

#: Error code on the wire -> class: those of this file and of ``_pool_errors``. Cognito and the gateways before it have
#: several words for throttling; ``Unsupported`` is an emulator's (cognito-local's).
SERVICE_ERRORS: dict[str, type[AuthServiceError]] = {
    **{error.__name__: error for error in AuthServiceError.__subclasses__()},
    **dict.fromkeys(_THROTTLING, TooManyRequestsException),
    "Unsupported": UnsupportedOperationException,
}


def is_throttling(code: object) -> bool:
    """Whether an error code says that the request was turned away for being one too many."""
    return SERVICE_ERRORS.get(str(code)) is TooManyRequestsException


__all__ = [
    "AliasExistsException",
    "CodeDeliveryFailureException",
    "CodeMismatchException",
    "ConcurrentModificationException",
    "DeviceKeyExistsException",
    "EnableSoftwareTokenMFAException",
    "ExpiredCodeException",
    "InternalErrorException",
    "InvalidParameterException",
    "InvalidPasswordException",
    "LimitExceededException",
    "MFAMethodNotFoundException",
    "NotAuthorizedException",
    "OperationNotEnabledException",
    "PasswordHistoryPolicyViolationException",
    "PasswordResetRequiredException",
    "PendingSignInExpired",
    "RefreshTokenReuseException",
    "ResourceNotFoundException",
    "SoftwareTokenMFANotFoundException",
    "TooManyFailedAttemptsException",
    "TooManyRequestsException",
    "UnauthorizedException",
    "UnsupportedOperationException",
    "UnsupportedTokenTypeException",
    "UserLambdaValidationException",
    "UserNotConfirmedException",
    "UserNotFoundException",
    "UsernameExistsException",
]
