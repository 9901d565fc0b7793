"""`sign_in`, `confirm_sign_in` and `resend_sign_in_code`: check the arguments, then start or answer a sign-in."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from .. import _arguments as arguments
from .._public_call import public
from .._session import Session, Step
from .._sign_in import CHALLENGES, answer, check_flow, make_request, read, start, takes_password
from .._values import AuthFlowType, FirstFactor, SignInOutput
from ..errors import SignInException
from .configure import state_of

_NOTHING_YET = (
    "The code of a sign-up is for confirm_sign_up(). "
    "Call sign_in() first, then answer its next step with confirm_sign_in()."
)
_NOTHING_MORE = "A user is signed in: there is nothing to confirm. Call sign_out() before another sign_in()."


@public
def sign_in(
    username: str,
    password: str | None = None,
    *,
    auth_flow_type: AuthFlowType | None = None,
    preferred_challenge: FirstFactor | None = None,
    client_metadata: Mapping[str, str] | None = None,
    session: Session | None = None,
) -> SignInOutput:
    """Start signing a user in.

    Args:
        username: User name, or an alias of it such as a verified e-mail address. White space around it is removed.
        password: The password. Leave it out for flows that need none.
        auth_flow_type: ``"USER_SRP_AUTH"`` (the password never leaves this machine), ``"USER_PASSWORD_AUTH"``,
            ``"CUSTOM_WITHOUT_SRP"``, ``"CUSTOM_WITH_SRP"`` or ``"USER_AUTH"``. Default: the session's.
        preferred_challenge: First factor of ``"USER_AUTH"``: ``"PASSWORD"``, ``"PASSWORD_SRP"``, ``"EMAIL_OTP"``,
            ``"SMS_OTP"`` or ``"WEB_AUTHN"``. Default: the session's; without any, the user chooses.
        client_metadata: Passed to the pool's Lambda triggers.
        session: The session to sign in; default: the default session.

    Returns:
        ``is_signed_in`` and the ``next_step``: ``Done``, a step for `confirm_sign_in`, or ``ConfirmSignUp`` or
        ``ResetPassword`` if the account must be confirmed, or its password reset, first.

    Raises:
        UserAlreadyAuthenticatedException: A user is signed in; nothing was sent.
        AuthValidationError: An argument is wrong; nothing was sent.
        IncorrectUsernameOrPassword: Wrong user name or password.
        TooManyPasswordAttempts: The account is locked for a while.
        NotAuthorizedException: Cognito refuses the user or the client for another reason; see its subclasses.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer. If Cognito may have acted, the message says that this is not known, and
            ``is_retryable`` is False: another try may send another code, or count a wrong password again.
        AuthProtocolError: The answer cannot be right, such as an unknown challenge.
        PasskeyError: The authenticator gave no credential; another first factor can be chosen.
        DeviceMetadataNotFoundException: Cognito asks for the proof of a device that this session does not know.
        SignInException: A sign-out, or a restored state, came before the end.
        AuthStateError: Another thread's sign-in of this session took too long; nothing was sent.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Warns:
        DeviceRegistrationWarning: The user is signed in, but this device is not registered. What may pass is tried
            again at the next use of the session; without it, the session ends when its tokens expire.
        StorageWarning: The user is signed in, but the session's storage does not take it: it is kept in memory.

    Cognito operations: ``InitiateAuth``, ``RespondToAuthChallenge``; ``AssociateSoftwareToken`` to set an
    authenticator up, ``ConfirmDevice`` for a new device.
    """
    step = Step(state_of(session))
    request = make_request(
        step.state.config,
        arguments.username(username, "username", "EmptySignInUsername", "username is required to sign_in"),
        arguments.optional(password, "password"),
        auth_flow_type=auth_flow_type,
        preferred_challenge=preferred_challenge,
        client_metadata=client_metadata,
    )
    check_flow(request, step.state.config)
    with step.exclusive():
        step.refuse_second_user()
        step.set_pending(None)
        return start(step, request)


@public
def confirm_sign_in(
    challenge_response: str,
    *,
    user_attributes: Mapping[str, str] | None = None,
    client_metadata: Mapping[str, str] | None = None,
    friendly_device_name: str | None = None,
    session: Session | None = None,
) -> SignInOutput:
    """Answer the step that a sign-in waits for.

    After a wrong code, a refused password or a network failure, call this again with another answer. A sign-in that
    Cognito has closed is forgotten.

    Args:
        challenge_response: What ``next_step`` asks for: a code, an answer, a password, an e-mail address, or one
            of the choices it lists. A code may have white space in it. A choice may be in any case, and a second
            factor may have its name in Cognito: ``"SOFTWARE_TOKEN_MFA"`` or ``"totp"`` for ``"TOTP"``. A password and
            the answer to a custom challenge are sent as they are.
        user_attributes: With a new password: values for the step's ``missing_attributes``.
        client_metadata: Passed to the pool's Lambda triggers.
        friendly_device_name: A name for the authenticator that is being set up, or for this device.
        session: The session; default: the default session.

    Returns:
        As `sign_in`.

    Raises:
        SignInException: No sign-in waits for an answer.
        PendingSignInExpired: Cognito has closed it; it is forgotten, call `sign_in` again.
        AuthValidationError: The answer cannot be right; nothing was sent.
        CodeMismatchException: The code is wrong; answer again.
        AuthServiceError: Cognito refused for another reason.
        PasskeyError: The authenticator gave no credential; choose again.
        AuthNetworkError: There was no answer. The step still waits: answer again. If Cognito may have acted, the
            message says that this is not known. A wrong answer is counted again then; after a right one,
            `PendingSignInExpired` says that Cognito has acted.
        AuthProtocolError: The answer cannot be right.
        DeviceMetadataNotFoundException: Cognito asks for the proof of a device that this session does not know.
        AuthStateError: Another thread's sign-in of this session took too long; nothing was sent.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Warns:
        DeviceRegistrationWarning: The user is signed in, but this device is not registered. What may pass is tried
            again at the next use of the session; without it, the session ends when its tokens expire.
        StorageWarning: The user is signed in, but the session's storage does not take it: it is kept in memory.

    Cognito operations: ``RespondToAuthChallenge``; ``VerifySoftwareToken`` and ``AssociateSoftwareToken`` to set
    an authenticator up; ``InitiateAuth`` to start over if Cognito has closed the session of a first factor, or does
    not accept a device any more; ``ConfirmDevice`` for a new device.
    """
    text = arguments.required(
        challenge_response,
        "challenge_response",
        "EmptyChallengeResponse",
        "challenge_response is required to confirm_sign_in",
    )
    attributes = arguments.texts(user_attributes, "user_attributes") or {}
    metadata = arguments.texts(client_metadata, "client_metadata")
    device_name = arguments.optional(friendly_device_name, "friendly_device_name")
    step = Step(state_of(session))
    pending = step.state.pending
    with step.exclusive():
        if pending is None or step.state.pending is not pending:  # another thread may have answered it
            raise SignInException(
                "An error occurred during the sign in process. This most likely occurred because sign_in was not "
                "called, it raised an error, or its session has expired.",
                recovery_suggestion=_NOTHING_MORE if step.state.signed_in is not None else _NOTHING_YET,
            )
        text = read(pending, text)
        action = CHALLENGES[pending.challenge_name].answer(pending, text, attributes)
        return answer(step, pending, action, text, client_metadata=metadata, device_name=device_name)


@public
def resend_sign_in_code(password: str | None = None, *, session: Session | None = None) -> SignInOutput:
    """Start the pending sign-in over with what it was started with, so that Cognito sends a new code.

    Cognito has no other way. A first factor that was chosen since is preferred now. The choice of a second factor is
    asked for again. If this fails before Cognito asks again, the sign-in that waits stays as it was. A code that was
    sent although the answer was lost is not good for it.

    Args:
        password: The password, if the flow needs it and the session does not know it: after `restore_state`.
        session: The session; default: the default session.

    Returns:
        As `sign_in`.

    Raises:
        SignInException: No sign-in waits for an answer.
        AuthValidationError: The password is needed; nothing was sent.
        AuthError: As `sign_in`.

    Cognito operations: as `sign_in`.
    """
    given = arguments.optional(password, "password")
    step = Step(state_of(session))
    with step.exclusive():
        pending = step.state.pending
        if pending is None:
            raise SignInException("There is no sign-in whose code could be sent again.")
        request = pending.request
        if given and takes_password(request):
            request = attrs.evolve(request, password=given)
        check_flow(request, step.state.config)
        return start(step, request)
