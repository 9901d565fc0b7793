"""The trunk of the error tree and the errors that this library itself detects. Service exceptions are elsewhere.

An error carries facts, never a secret: whoever raises one passes no password, token, code or session string.
"""

from __future__ import annotations

from typing import Any, ClassVar


class AuthError(Exception):
    """The base of every error of this library: catch it to catch them all.

    Args:
        message: What happened, in one or two sentences.
        name: The name that Amplify or Cognito gives to the error, such as ``"EmptySignInUsername"``.
            Default: the class's own name.
        recovery_suggestion: What to change. Also shown below the traceback.
        is_retryable: Whether the same call may succeed later without any change.
        request_id: Cognito's id of the request, to quote to AWS support.
        http_status_code: Status of the answer.
        operation: The Cognito operation, such as ``"InitiateAuth"``.
    """

    #: What to change when the one who raises the error has nothing more precise to say.
    default_recovery_suggestion: ClassVar[str | None] = None
    #: Whether errors of this class pass by themselves.
    default_is_retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        name: str | None = None,
        recovery_suggestion: str | None = None,
        is_retryable: bool | None = None,
        request_id: str | None = None,
        http_status_code: int | None = None,
        operation: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.name = name or type(self).__name__
        self.recovery_suggestion = recovery_suggestion or self.default_recovery_suggestion
        self.is_retryable = self.default_is_retryable if is_retryable is None else is_retryable
        self.request_id = request_id
        self.http_status_code = http_status_code
        self.operation = operation
        if self.recovery_suggestion:
            self.add_note(self.recovery_suggestion)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, name={self.name!r})"

    def facts(self) -> dict[str, Any]:
        """The keyword arguments that make an equal error."""
        return {
            "name": self.name,
            "recovery_suggestion": self.recovery_suggestion,
            "is_retryable": self.is_retryable,
            "request_id": self.request_id,
            "http_status_code": self.http_status_code,
            "operation": self.operation,
        }


class AuthValidationError(AuthError, ValueError):
    """An argument cannot be right; nothing was sent."""


class TokenVerificationError(AuthValidationError):
    """A token is not one that this user pool has signed for this client and this use, or its time is over."""

    default_recovery_suggestion = "Do not trust the token; let the caller sign in again."


class AuthConfigurationError(AuthError):
    """The pool, the client, a configuration file or the environment is wrong or missing."""

    default_recovery_suggestion = "Call configure() or Session() with user_pool_id and user_pool_client_id."


class AuthStateError(AuthError):
    """The session is not in the state that the call needs."""


class SignInException(AuthStateError):
    """There is no sign-in waiting to be confirmed."""

    default_recovery_suggestion = "Call sign_in() first, then answer its next step with confirm_sign_in()."


class AutoSignInException(AuthStateError):
    """There is no automatic sign-in to complete, or the account was not confirmed in time."""

    default_recovery_suggestion = "Call sign_in(), or sign_up() with auto_sign_in to start a new automatic sign-in."


class UserAlreadyAuthenticatedException(AuthStateError):
    """The session has a signed-in user already."""

    default_recovery_suggestion = "Call sign_out() before sign_in(), or use another Session."


class UserUnAuthenticatedException(AuthStateError):
    """The call needs a signed-in user."""

    default_recovery_suggestion = "Sign in before calling this function again."


class SessionEnded(UserUnAuthenticatedException):
    """The session was signed in and is over: its refresh token has expired, was revoked, or is otherwise refused."""

    default_recovery_suggestion = "Sign in again; nothing else brings this session back."


class DeviceMetadataNotFoundException(AuthStateError):
    """Cognito asks for a device's proof, and this session does not hold that device's secret."""

    default_recovery_suggestion = "Forget the device at Cognito, or restore the state that was exported with it."


class PasskeyError(AuthStateError):
    """The authenticator is absent, or did not give a credential."""


class AuthServiceError(AuthError):
    """Cognito refused; ``name`` is its error code. Most codes have a subclass of this name."""


class AuthNetworkError(AuthError, ConnectionError):
    """There was no answer: the connection was refused, timed out or was cut off."""

    default_is_retryable = True
    default_recovery_suggestion = "Check the network, the proxy and the endpoint, then call again."


class AuthProtocolError(AuthError):
    """An answer that cannot be right: an unknown challenge, a missing parameter, a bad SRP value, not a JWT."""

    default_recovery_suggestion = "Check endpoint_url, or update amplify_auth if Cognito has a new challenge."


class DeviceRegistrationWarning(UserWarning):
    """A sign-in succeeded, but Cognito does not remember this device; the next sign-in asks for MFA again."""
