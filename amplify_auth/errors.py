"""Every error that `amplify_auth` raises.

    AuthError
      AuthValidationError (ValueError)       an argument is wrong
        TokenVerificationError                 a token is not to be trusted
      AuthConfigurationError                 pool, client, file or environment wrong or missing
      AuthStateError                         the session is not in the state that the call needs
        SignInException                        there is no sign-in to confirm
          PendingSignInExpired (NotAuthorizedException)   Cognito has closed the pending sign-in
        AutoSignInException                    there is no automatic sign-in to complete
        UserAlreadyAuthenticatedException      a user is signed in
        UserUnAuthenticatedException           no user is signed in
          SessionEnded                           a user was, and must sign in again
        DeviceMetadataNotFoundException        this session does not know the device
        PasskeyError                           the authenticator did not give a credential
      AuthServiceError                       Cognito refused; one subclass for each of its exceptions
        NotAuthorizedException                 it has many meanings, so it has subclasses
          AccessTokenExpired, AccessTokenInvalid, AccessTokenLacksScope, AccessTokenRevoked
          AlreadyConfirmed (InvalidParameterException)
          AttributeNotWritable, ClientSecretMismatch, IdentityPoolRefusedToken, IncorrectUsernameOrPassword,
          SignUpNotAllowed, TemporaryPasswordExpired, TooManyPasswordAttempts, UserDisabled
      AuthNetworkError (ConnectionError)     no answer: refused, timed out, cut off
      AuthProtocolError                      an answer that cannot be right

Catch a class for what the program can do about it, read ``name`` for what exactly happened. If Cognito refuses, the
class has the name of Cognito's exception, or is a subclass of it for one of its meanings: ``name`` is Cognito's then.
The other classes are for what the library finds itself. The texts of an error are one line each, without control
characters, even if a service or a trigger sent some.
"""

from typing import Any, ClassVar, Self

from . import _texts


class AuthError(Exception):
    """The base of every error of this library: catch it to catch them all.

    Args:
        message: What happened, in one or two sentences.
        name: The name that Amplify or Cognito gives to the error, such as ``"EmptySignInUsername"``.
            Default: the class's own name.
        recovery_suggestion: What to change. ``str(error)`` is the message and, after it, this suggestion.
        is_retryable: Whether the same call may succeed later without any change, and does no harm.
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
        self.message = _texts.one_line(message)
        super().__init__(self.message)
        self.name = _texts.one_line(name or type(self).__name__)
        self.recovery_suggestion = (
            _texts.one_line(recovery_suggestion or self.default_recovery_suggestion or "") or None
        )
        self.is_retryable = self.default_is_retryable if is_retryable is None else is_retryable
        self.request_id = None if request_id is None else _texts.one_line(request_id)
        self.http_status_code = http_status_code
        self.operation = operation

    def __str__(self) -> str:
        """The message and, after it, what to change."""
        if not self.recovery_suggestion:
            return self.message
        end = "" if self.message.endswith((".", "!", "?", ":")) else "."
        return f"{self.message}{end} {self.recovery_suggestion}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, name={self.name!r})"

    def details(self) -> dict[str, Any]:
        """The keyword arguments that make an equal error."""
        return {
            "name": self.name,
            "recovery_suggestion": self.recovery_suggestion,
            "is_retryable": self.is_retryable,
            "request_id": self.request_id,
            "http_status_code": self.http_status_code,
            "operation": self.operation,
        }

    facts = details  #: The former name of `details`.

    def evolve(self, message: str | None = None, **changes: Any) -> Self:
        """An equal error with another message or other `details`, and with the same cause."""
        evolved = type(self)(self.message if message is None else message, **{**self.details(), **changes})
        evolved.__cause__ = self.__cause__
        return evolved


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

    default_recovery_suggestion = "Call sign_out() first, or use another Session."


class UserUnAuthenticatedException(AuthStateError):
    """The call needs a signed-in user."""

    default_recovery_suggestion = "Call sign_in() first."


class SessionEnded(UserUnAuthenticatedException):
    """The session was signed in and is over: its refresh token has expired, was revoked, or is otherwise refused."""

    default_recovery_suggestion = "Sign in again; nothing else brings this session back."


class DeviceMetadataNotFoundException(AuthStateError):
    """This session does not know the device: its key is needed, or Cognito asks for a proof with its secret."""

    default_recovery_suggestion = (
        "Call adopt_device() with its keys, restore the state that was exported with it, or delete it with "
        "forget_device() of another session."
    )


class PasskeyError(AuthStateError):
    """The authenticator is absent, or did not give a credential."""


class AuthServiceError(AuthError):
    """Cognito refused; ``name`` is its error code. Most codes have a subclass of this name."""


class AuthNetworkError(AuthError, ConnectionError):
    """There was no answer: the connection was refused, timed out or was cut off."""

    default_is_retryable = True
    default_recovery_suggestion = "Check the network, the proxy and the endpoint, then call again."


class AuthProtocolError(AuthError):
    """An answer that cannot be right: an unknown challenge, a bad SRP value, or a page of another server.

    ``http_status_code`` is set if another server than Cognito has answered, such as a proxy or a captive portal.
    """

    default_recovery_suggestion = "Check endpoint_url, or update amplify_auth if Cognito has a new challenge."


class DeviceRegistrationWarning(UserWarning):
    """A sign-in succeeded, but this device is not registered: the session may end when its tokens expire."""


class StorageWarning(UserWarning):
    """A sign-in succeeded, but could not be stored: it is kept in memory, and stored as soon as possible."""


class SharedSessionWarning(UserWarning):
    """`configure` replaced the default session of all threads while another thread's user was signed in to it."""

    default_recovery_suggestion: ClassVar[str] = "Make a Session for each request or user, and pass it as session=."


# What Cognito refuses with: one class for each exception of the operations that need no AWS signature.


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


class EnableSoftwareTokenMFAException(CodeMismatchException):
    """The one-time code does not fit the shared secret; it can be answered again."""

    default_recovery_suggestion = "Answer with the authenticator's current code and check its clock."


class ExpiredCodeException(AuthServiceError):
    """The code has expired or was used."""

    default_recovery_suggestion = (
        "Ask for a new one with the function that sent it, such as resend_sign_up_code(), resend_sign_in_code() or "
        "reset_password(). Of an authenticator app, wait for the next one."
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

    default_recovery_suggestion = (
        "Choose another factor, or set this one up. If the pool requires codes by SMS, the account needs a phone "
        "number, which the pool's administrator can set."
    )


class NotAuthorizedException(AuthServiceError):
    """Cognito refuses the user, the client or a token; known reasons have a subclass."""

    default_recovery_suggestion = "Read the message: it says what Cognito refuses."


class OperationNotEnabledException(AuthServiceError):
    """The operation is not available in this region, such as a secondary one of a replicated pool."""

    default_recovery_suggestion = "Use the pool's primary region, or ask its owner."


class PasswordHistoryPolicyViolationException(AuthServiceError):
    """The password was used before."""

    default_recovery_suggestion = "Choose a password that was not used before."


class PasswordResetRequiredException(AuthServiceError):
    """The password must be reset before the next sign-in."""

    default_recovery_suggestion = (
        "Call confirm_reset_password() with the code that the user was sent. reset_password() sends another one."
    )


class RefreshTokenReuseException(AuthServiceError):
    """A refresh token that was replaced has been used again."""

    default_recovery_suggestion = "Sign in again, and let processes share one stored session."


class ResourceNotFoundException(AuthServiceError):
    """The pool, the client or the device does not exist."""

    default_recovery_suggestion = "Check user_pool_id, user_pool_client_id, region and endpoint_url."


class SoftwareTokenMFANotFoundException(AuthServiceError):
    """The user has no authenticator app."""

    default_recovery_suggestion = "Choose another factor, or set up an authenticator with set_up_totp()."


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


# The meanings of NotAuthorizedException that a program can act on. ``name`` is Cognito's.


class AccessTokenExpired(NotAuthorizedException):
    """The access token has expired."""

    default_recovery_suggestion = "Get a fresh one with fetch_auth_session(force_refresh=True)."


class AccessTokenInvalid(NotAuthorizedException):
    """The access token is not one of this user pool."""

    default_recovery_suggestion = (
        "Check user_pool_id, region and endpoint_url: another pool or endpoint has issued the token. "
        "Then sign in again."
    )


class AccessTokenLacksScope(NotAuthorizedException):
    """The access token may not be used for the user's own account."""

    default_recovery_suggestion = (
        "Sign in again with the scope aws.cognito.signin.user.admin; a refresh does not add a scope. The app client "
        "must allow the scope."
    )


class AccessTokenRevoked(NotAuthorizedException):
    """The access token was revoked: the user was signed out elsewhere, or the session was revoked."""

    default_recovery_suggestion = "Sign in again."


class AlreadyConfirmed(NotAuthorizedException, InvalidParameterException):
    """The account is confirmed already."""

    default_recovery_suggestion = "Sign in: nothing is left to confirm."


class AttributeNotWritable(NotAuthorizedException):
    """The app client may not write an attribute, so Cognito refused all attributes of the request."""

    default_recovery_suggestion = (
        "Leave the attribute out, or ask the pool's owner to add it to the attributes that the app client may write."
    )


class ClientSecretMismatch(NotAuthorizedException):
    """The client secret is wrong, missing, or given for a client that has no secret."""

    default_recovery_suggestion = "Check client_secret and user_pool_client_id: both must be of the same app client."


class IdentityPoolRefusedToken(NotAuthorizedException):
    """The identity pool does not accept tokens of this user pool and app client, or not this token."""

    default_recovery_suggestion = (
        "Check identity_pool_id, and ask the owner of the identity pool to add this user pool and this app client as "
        "an identity provider."
    )


class IncorrectUsernameOrPassword(NotAuthorizedException):
    """The user name or the password is wrong."""

    default_recovery_suggestion = "Check the user name and the password. Several wrong passwords lock the account."


class SignUpNotAllowed(NotAuthorizedException):
    """Users cannot create accounts in this pool themselves."""

    default_recovery_suggestion = "Ask the pool's administrator to create the account."


class TemporaryPasswordExpired(NotAuthorizedException):
    """The temporary password of an invited user has expired."""

    default_recovery_suggestion = (
        "Ask the pool's administrator for a new invitation (AdminCreateUser with MessageAction RESEND)."
    )


class TooManyPasswordAttempts(NotAuthorizedException):
    """The account is locked for a while, after too many wrong passwords. The right password is refused too."""

    default_recovery_suggestion = (
        "Wait before the next try, 15 minutes at most. Each further wrong password makes the wait longer."
    )


class UserDisabled(NotAuthorizedException):
    """An administrator has disabled the account."""

    default_recovery_suggestion = "Ask the pool's administrator to enable it."


# What only the owner of the user pool can mend.


class FeatureUnavailableInTierException(AuthServiceError):
    """The pool's feature plan does not include this."""

    default_recovery_suggestion = "Ask the pool's owner for a feature plan that includes it."


class ForbiddenException(AuthServiceError):
    """A web application firewall in front of the pool refused the request."""

    default_recovery_suggestion = "Ask the pool's owner which rule refuses it."


class InvalidEmailRoleAccessPolicyException(AuthServiceError):
    """The pool may not send e-mail."""

    default_recovery_suggestion = "Ask the pool's owner to check its Amazon SES settings."


class InvalidLambdaResponseException(AuthServiceError):
    """A Lambda trigger of the pool gave an answer that Cognito does not understand."""

    default_recovery_suggestion = "Ask the pool's owner to check the trigger."


class InvalidSmsRoleAccessPolicyException(AuthServiceError):
    """The pool may not send text messages."""

    default_recovery_suggestion = "Ask the pool's owner to check its SMS role."


class InvalidSmsRoleTrustRelationshipException(AuthServiceError):
    """The pool may not use its SMS role."""

    default_recovery_suggestion = "Ask the pool's owner to check the role's trust and external id."


class InvalidUserPoolConfigurationException(AuthServiceError):
    """The pool's configuration is not valid."""

    default_recovery_suggestion = "Ask the pool's owner to check its MFA and device settings."


class UnexpectedLambdaException(AuthServiceError):
    """A Lambda trigger of the pool failed."""

    default_recovery_suggestion = "Ask the pool's owner to check the trigger's log."


class UserPoolAddOnNotEnabledException(AuthServiceError):
    """The pool lacks an add-on, such as threat protection."""

    default_recovery_suggestion = "Ask the pool's owner to enable it."


class WebAuthnChallengeNotFoundException(AuthServiceError):
    """The passkey registration was not started or has expired."""

    default_recovery_suggestion = "Call associate_web_authn_credential() again."


class WebAuthnClientMismatchException(AuthServiceError):
    """The passkey belongs to another client."""

    default_recovery_suggestion = "Use the client that registered it."


class WebAuthnConfigurationMissingException(AuthServiceError):
    """The pool has no passkey configuration."""

    default_recovery_suggestion = "Ask the pool's owner for a relying party id."


class WebAuthnCredentialNotSupportedException(AuthServiceError):
    """Cognito does not support this kind of passkey."""

    default_recovery_suggestion = "Use another authenticator."


class WebAuthnNotEnabledException(AuthServiceError):
    """The pool does not allow passkeys."""

    default_recovery_suggestion = "Ask the pool's owner to enable them."


class WebAuthnOriginNotAllowedException(AuthServiceError):
    """The passkey's origin is not the pool's."""

    default_recovery_suggestion = "Use the pool's relying party."


class WebAuthnRelyingPartyMismatchException(AuthServiceError):
    """The passkey's relying party is not the pool's."""

    default_recovery_suggestion = "Use the pool's relying party."


__all__ = [
    "AccessTokenExpired",
    "AccessTokenInvalid",
    "AccessTokenLacksScope",
    "AccessTokenRevoked",
    "AliasExistsException",
    "AlreadyConfirmed",
    "AttributeNotWritable",
    "AuthConfigurationError",
    "AuthError",
    "AuthNetworkError",
    "AuthProtocolError",
    "AuthServiceError",
    "AuthStateError",
    "AuthValidationError",
    "AutoSignInException",
    "ClientSecretMismatch",
    "CodeDeliveryFailureException",
    "CodeMismatchException",
    "ConcurrentModificationException",
    "DeviceKeyExistsException",
    "DeviceMetadataNotFoundException",
    "DeviceRegistrationWarning",
    "EnableSoftwareTokenMFAException",
    "ExpiredCodeException",
    "FeatureUnavailableInTierException",
    "ForbiddenException",
    "IdentityPoolRefusedToken",
    "IncorrectUsernameOrPassword",
    "InternalErrorException",
    "InvalidEmailRoleAccessPolicyException",
    "InvalidLambdaResponseException",
    "InvalidParameterException",
    "InvalidPasswordException",
    "InvalidSmsRoleAccessPolicyException",
    "InvalidSmsRoleTrustRelationshipException",
    "InvalidUserPoolConfigurationException",
    "LimitExceededException",
    "MFAMethodNotFoundException",
    "NotAuthorizedException",
    "OperationNotEnabledException",
    "PasskeyError",
    "PasswordHistoryPolicyViolationException",
    "PasswordResetRequiredException",
    "PendingSignInExpired",
    "RefreshTokenReuseException",
    "ResourceNotFoundException",
    "SessionEnded",
    "SharedSessionWarning",
    "SignInException",
    "SignUpNotAllowed",
    "SoftwareTokenMFANotFoundException",
    "StorageWarning",
    "TemporaryPasswordExpired",
    "TokenVerificationError",
    "TooManyFailedAttemptsException",
    "TooManyPasswordAttempts",
    "TooManyRequestsException",
    "UnauthorizedException",
    "UnexpectedLambdaException",
    "UnsupportedOperationException",
    "UnsupportedTokenTypeException",
    "UserAlreadyAuthenticatedException",
    "UserDisabled",
    "UserLambdaValidationException",
    "UserNotConfirmedException",
    "UserNotFoundException",
    "UserPoolAddOnNotEnabledException",
    "UserUnAuthenticatedException",
    "UsernameExistsException",
    "WebAuthnChallengeNotFoundException",
    "WebAuthnClientMismatchException",
    "WebAuthnConfigurationMissingException",
    "WebAuthnCredentialNotSupportedException",
    "WebAuthnNotEnabledException",
    "WebAuthnOriginNotAllowedException",
    "WebAuthnRelyingPartyMismatchException",
]
