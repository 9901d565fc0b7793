"""`reset_password`, `confirm_reset_password` and `update_password`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .. import _arguments as arguments
from .._cognito import call, delivery_details, secret_hash
from .._public_call import public
from .._session import Session, use_new_password
from .._values import ConfirmResetPasswordWithCode, ResetPasswordOutput
from ..errors import AuthServiceError
from .as_user import as_user
from .configure import state_of

_SWAPPED: Final = "Pass username, new_password and confirmation_code, in this order: the last two seem to be exchanged."


@public
def reset_password(
    username: str, *, client_metadata: Mapping[str, str] | None = None, session: Session | None = None
) -> ResetPasswordOutput:
    """Send a code with which a user who forgot the password can set a new one.

    Call it also after the step `ResetPassword` of a sign-in. That step keeps no pending sign-in, so the name is given
    again. No user has to be signed in.

    An app client with ``PreventUserExistenceErrors`` hides which accounts exist. For an account that does not exist, is
    disabled, or has no verified address, Cognito then answers with delivery details that are made up. So a program
    says: "If the account exists, a code was sent."

    Cognito sends a code, no link. A Custom message trigger of the pool can put the code into a link to your
    application, which takes it from there to `confirm_reset_password`.

    Args:
        username: The user name, or an address that the user signs in with. White space around it is removed.
        client_metadata: Passed to the pool's Lambda triggers.
        session: The session; default: the default session.

    Returns:
        ``is_password_reset`` is False. The step `ConfirmResetPasswordWithCode` says where the code went. The details
        are None if Cognito does not say it.

    Raises:
        AuthValidationError: ``EmptyResetPasswordUsername``, or an argument has the wrong type; nothing was sent.
        UserNotFoundException: There is no such user, and the app client does not hide that.
        NotAuthorizedException: The password cannot be reset: the temporary password was never used, the user is of an
            identity provider, or only an administrator may reset passwords in this pool.
        InvalidParameterException: The account has no verified e-mail address or phone number.
        LimitExceededException: Codes were asked for too often.
        AuthServiceError: Cognito refused for another reason, such as a code that could not be sent.
        AuthNetworkError: There was no answer. The request is never sent twice, because it sends a message.
        AuthProtocolError: The answer cannot be right.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``ForgotPassword``.

    Example:
        >>> reset_password("alice").next_step.code_delivery_details  # doctest: +SKIP
        CodeDeliveryDetails(destination='a***@e***', delivery_medium='EMAIL', attribute_name='email')
        >>> confirm_reset_password("alice", new_password, input("Code: "))  # doctest: +SKIP
    """
    name = arguments.username(
        username, "username", "EmptyResetPasswordUsername", "username is required to reset_password"
    )
    config = state_of(session).config
    answer = call(
        config,
        "ForgotPassword",
        ClientId=config.user_pool_client_id,
        Username=name,
        ClientMetadata=arguments.texts(client_metadata, "client_metadata"),
        SecretHash=secret_hash(config, name),
    )
    step = ConfirmResetPasswordWithCode(code_delivery_details=delivery_details(answer, "ForgotPassword"))
    return ResetPasswordOutput(is_password_reset=False, next_step=step)


@public
def confirm_reset_password(
    username: str,
    new_password: str,
    confirmation_code: str,
    *,
    client_metadata: Mapping[str, str] | None = None,
    session: Session | None = None,
) -> None:
    """Set a new password with the code that `reset_password` sent.

    It signs no user in, and it ends no session of the user. A sign-in of this user that waits in this session goes on
    with the new password. After a wrong code, or a password that the pool does not allow, call it again: the code stays
    good.

    Args:
        username: The user name, or an address that the user signs in with. White space around it is removed.
        new_password: The new password. It has 256 characters at most, and no white space at its ends. The pool's policy
            says the rest.
        confirmation_code: The code. White space in it is removed.
        client_metadata: Passed to the pool's Lambda triggers.
        session: The session; default: the default session.

    Raises:
        AuthValidationError: ``EmptyConfirmResetPasswordUsername``, ``EmptyConfirmResetPasswordNewPassword``,
            ``EmptyConfirmResetPasswordConfirmationCode``, or an argument cannot be right; nothing was sent.
        CodeMismatchException: The code is wrong. If the app client hides which accounts exist, there may be no such
            account.
        ExpiredCodeException: The code has expired or was used, or no code was asked for.
        InvalidPasswordException: The password does not meet the pool's policy.
        PasswordHistoryPolicyViolationException: The password was used before.
        TooManyFailedAttemptsException, LimitExceededException: Too many codes were wrong.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer. The request is never sent twice, because it spends the code.
        AuthProtocolError: The answer is not Cognito's, but for example the page of a proxy.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``ConfirmForgotPassword``.
    """
    required = " is required to confirm_reset_password"
    name = arguments.username(username, "username", "EmptyConfirmResetPasswordUsername", f"username{required}")
    password = arguments.new_password(
        new_password, "new_password", "EmptyConfirmResetPasswordNewPassword", f"new_password{required}"
    )
    code = arguments.code(
        confirmation_code,
        "confirmation_code",
        "EmptyConfirmResetPasswordConfirmationCode",
        f"confirmation_code{required}",
    )
    state = state_of(session)
    config = state.config
    try:
        call(
            config,
            "ConfirmForgotPassword",
            ClientId=config.user_pool_client_id,
            Username=name,
            ConfirmationCode=code,
            Password=password,
            ClientMetadata=arguments.texts(client_metadata, "client_metadata"),
            SecretHash=secret_hash(config, name),
        )
    except AuthServiceError as error:
        refusal = error
    else:
        use_new_password(state, name, password)
        return
    if password.isdigit() and not code.isdigit():  # as other libraries have the order of the two
        raise refusal.evolve(recovery_suggestion=_SWAPPED)
    raise refusal


@public
def update_password(old_password: str | None, new_password: str, *, session: Session | None = None) -> None:
    """Change the password of the signed-in user.

    This session and all others of the user go on. To end them, call ``sign_out(global_sign_out=True)`` and sign in
    again.

    Args:
        old_password: The present password. None for a user without a password, such as one who signed up without it:
            then ``new_password`` becomes the first one.
        new_password: The new password. It has 256 characters at most, and no white space at its ends. The pool's policy
            says the rest.
        session: The session; default: the default session.

    Raises:
        AuthValidationError: ``EmptyUpdatePassword``, or an argument cannot be right; nothing was sent.
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        IncorrectUsernameOrPassword: The old password is wrong. Cognito counts that.
        InvalidPasswordException: The new password does not meet the pool's policy.
        PasswordHistoryPolicyViolationException: The new password was used before.
        LimitExceededException: It was tried too often.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer. The request is never sent twice, because the old password may be wrong
            by then.
        AuthProtocolError: The answer is not Cognito's, but for example the page of a proxy.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``ChangePassword``.
    """
    error, message = "EmptyUpdatePassword", "old_password and new_password are required to update_password"
    old = old_password
    if old is not None:
        suggestion = "Pass old_password, or None for a user who has no password."
        old = arguments.required(old, "old_password", error, message, suggestion)
    new = arguments.new_password(new_password, "new_password", error, message)
    as_user(session).call("ChangePassword", PreviousPassword=old, ProposedPassword=new)
