"""`sign_in`, `confirm_sign_in` and `resend_sign_in_code`: check, exchange, and keep what can still be answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from .. import _arguments as arguments
from .._session import Session
from .._sign_in import (
    ACCOUNT_ERRORS,
    FLOWS,
    QUESTIONS,
    Action,
    DeviceLost,
    Exchange,
    account_step,
    begin,
    can_start,
    check_flow,
    is_better_started_over,
    is_password,
    make_request,
    new_exchange,
    refuse_second_user,
    replace,
    settled,
    spent,
    start,
    with_answer,
)
from .._values import PendingSignIn, SignInOutput
from ..errors import AuthError, SignInException
from .configure import state_of


def sign_in(
    username: str,
    password: str | None = None,
    *,
    auth_flow_type: str | None = None,
    preferred_challenge: str | None = None,
    client_metadata: Mapping[str, str] | None = None,
    session: Session | None = None,
) -> SignInOutput:
    """Start signing a user in.

    Args:
        username: User name, or an alias of it such as a verified e-mail address.
        password: The password; left out for flows that need none.
        auth_flow_type: ``"USER_SRP_AUTH"`` (the password never leaves this machine), ``"USER_PASSWORD_AUTH"``,
            ``"CUSTOM_WITHOUT_SRP"``, ``"CUSTOM_WITH_SRP"`` or ``"USER_AUTH"``. Default: the session's.
        preferred_challenge: First factor of ``"USER_AUTH"``: ``"PASSWORD"``, ``"PASSWORD_SRP"``, ``"EMAIL_OTP"``,
            ``"SMS_OTP"`` or ``"WEB_AUTHN"``. Default: the session's; without any, the user chooses.
        client_metadata: Passed to the pool's Lambda triggers.
        session: The session to sign in; default: the default session.

    Returns:
        ``is_signed_in`` and the ``next_step``: ``Done``, a step for `confirm_sign_in`, or ``ConfirmSignUp`` or
        ``ResetPassword`` where the account has to be put in order first.

    Raises:
        UserAlreadyAuthenticatedException: Somebody is signed in; nothing was sent.
        AuthValidationError: An argument is wrong; nothing was sent.
        NotAuthorizedException: Wrong user name or password.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer.
        AuthProtocolError: The answer cannot be right, such as a challenge that nobody knows.
        PasskeyError: The authenticator gave no credential; another first factor can be chosen.
        DeviceMetadataNotFoundException: Cognito asks for the proof of a device that this session does not know.
        SignInException: Somebody signed out, or restored a state, meanwhile.
        AuthConfigurationError: No session is given, and none was made by `configure`.
            Or the session's storage cannot be used; nobody is signed in then.

    Warns:
        DeviceRegistrationWarning: The user is signed in, but Cognito did not take this device.

    Cognito operations: ``InitiateAuth``, ``RespondToAuthChallenge``; ``AssociateSoftwareToken`` to set an
    authenticator up, ``ConfirmDevice`` for a new device.
    """
    state = state_of(session)
    generation = state.generation
    request = make_request(
        state,
        arguments.required(username, "username", "EmptySignInUsername", "username is required to signIn"),
        arguments.optional(password, "password"),
        auth_flow_type=auth_flow_type,
        preferred_challenge=preferred_challenge,
        client_metadata=client_metadata,
    )
    check_flow(request, state.config)
    with state.sign_in_step():
        refuse_second_user(state)
        state.suspend(None, generation)
        return start(state, request, generation=generation)


def confirm_sign_in(
    challenge_response: str,
    *,
    user_attributes: Mapping[str, str] | None = None,
    client_metadata: Mapping[str, str] | None = None,
    friendly_device_name: str | None = None,
    session: Session | None = None,
) -> SignInOutput:
    """Answer the step that a sign-in waits for.

    Whatever can be answered again stays: after a wrong code, a refused password or a network failure call this
    again with another answer. What Cognito has closed is forgotten.

    Args:
        challenge_response: What ``next_step`` asks for: a code, an answer, a password, an e-mail address, or one
            of the choices it lists.
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
        AuthNetworkError: There was no answer; answer again.
        AuthProtocolError: The answer cannot be right.
        DeviceMetadataNotFoundException: Cognito asks for the proof of a device that this session does not know.
        AuthConfigurationError: No session is given, and none was made by `configure`.
            Or the session's storage cannot be used; nobody is signed in then.

    Warns:
        DeviceRegistrationWarning: The user is signed in, but Cognito did not take this device.

    Cognito operations: ``RespondToAuthChallenge``; ``VerifySoftwareToken`` and ``AssociateSoftwareToken`` to set
    an authenticator up; ``InitiateAuth`` to begin anew where Cognito has closed the session of a first factor, or
    takes a device no more; ``ConfirmDevice`` for a new device.
    """
    answer = arguments.required(
        challenge_response,
        "challenge_response",
        "EmptyChallengeResponse",
        "challengeResponse is required to confirmSignIn",
    )
    attributes = arguments.texts(user_attributes, "user_attributes") or {}
    metadata = arguments.texts(client_metadata, "client_metadata")
    device_name = arguments.optional(friendly_device_name, "friendly_device_name")
    state = state_of(session)
    generation = state.generation
    pending = state.pending
    with state.sign_in_step():
        if pending is None or state.pending is not pending:  # another thread may have answered it meanwhile
            raise SignInException(
                "An error occurred during the sign in process. This most likely occurred because sign_in was not "
                "called, it raised an error, or its session has expired."
            )
        action = QUESTIONS[pending.challenge_name].answer(pending, answer, attributes)
        facts = {
            "generation": generation,
            "username": pending.username,
            "client_metadata": metadata,
            "device_name": device_name,
        }
        exchange = new_exchange(state, pending.request, before=pending, srp=pending.srp, **facts)
        try:
            return _answer(exchange, pending, action, answer, facts)
        except ACCOUNT_ERRORS as error:
            replace(exchange, None)
            return account_step(error)


def _answer(
    exchange: Exchange, pending: PendingSignIn, action: Action, answer: str, facts: Mapping[str, Any]
) -> SignInOutput:
    """Perform ``action``; begin anew where nothing but the session, or the device, stands in its way."""
    state = exchange.state
    if pending.session is None and is_password(pending):
        return begin(state, with_answer(pending.request, pending, answer), before=pending, **facts)
    failure: AuthError
    try:
        return exchange.perform(action, pending)
    except ACCOUNT_ERRORS:
        raise
    except DeviceLost as lost:
        failure, request = lost.error, exchange.request if can_start(exchange.request, state.config) else None
        replace(exchange, spent(pending))
    except AuthError as error:
        failure, request = error, None
        if is_better_started_over(exchange, pending, answer, error):
            request = with_answer(exchange.request, pending, answer)
            replace(exchange, spent(pending) or pending)
    if request is None:
        raise settled(exchange, pending, failure)
    return begin(state, request, before=pending, **facts)


def resend_sign_in_code(password: str | None = None, *, session: Session | None = None) -> SignInOutput:
    """Start the pending sign-in over with what it was started with, so that Cognito sends a new code.

    Cognito has no other way. A first factor that was chosen meanwhile is preferred now; a choice of second factor is
    asked for again. If this fails before Cognito asks anew, the sign-in that waits stays as it was.

    Args:
        password: The password, where the flow needs it and the session does not know it: after `restore_state`.
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
    state = state_of(session)
    generation = state.generation
    with state.sign_in_step():
        pending = state.pending
        if pending is None:
            raise SignInException("There is no sign-in whose code could be sent again.")
        request = pending.request
        if given and FLOWS[request.auth_flow_type].takes_password != "no":
            request = attrs.evolve(request, password=given)
        check_flow(request, state.config)
        return start(state, request, generation=generation)
