"""`sign_in`, `confirm_sign_in` and `resend_sign_in_code`: check, exchange, and keep what can still be answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from . import _arguments as arguments
from ._challenges import QUESTIONS
from ._config import AUTH_FLOWS, FIRST_FACTORS
from ._default import state_of
from ._errors import AuthError, AuthValidationError, SignInException, UserAlreadyAuthenticatedException
from ._exchange import Exchange
from ._flows import FLOWS, check_flow, user_auth
from ._pending import SignInRequest
from ._proofs import PROOFS
from ._results import SignInOutput
from ._service_errors import (
    PasswordResetRequiredException,
    ResourceNotFoundException,
    UserNotConfirmedException,
)
from ._session import Session
from ._settlement import is_better_started_over, is_password, replace, settled, start_over
from ._state import State
from ._steps import ConfirmSignUp, ResetPassword


def sign_in(
    username: str,
    password: str | None = None,
    *,
    auth_flow_type: str | None = None,
    preferred_challenge: str | None = None,
    client_metadata: Mapping[str, str] | None = None,
    session: Session | None = None,
) -> SignInOutput:
    """Start to sign a user in.

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

    Cognito operations: ``InitiateAuth``, ``RespondToAuthChallenge``; ``AssociateSoftwareToken`` to set an
    authenticator up, ``ConfirmDevice`` for a new device.
    """
    state = state_of(session)
    request = make_request(
        state,
        arguments.required(username, "username", "EmptySignInUsername", "username is required to signIn"),
        arguments.optional(password, "password"),
        auth_flow_type=auth_flow_type,
        preferred_challenge=preferred_challenge,
        client_metadata=client_metadata,
    )
    check_flow(request, state.config)
    with state.sign_in_lock:
        _refuse_second_user(state)
        state.suspend(None, state.generation)
        return start(state, request)


def make_request(
    state: State,
    username: str,
    password: str | None,
    *,
    auth_flow_type: str | None = None,
    preferred_challenge: str | None = None,
    client_metadata: Mapping[str, str] | None = None,
) -> SignInRequest:
    """The checked form of what a sign-in starts with; the session's defaults fill the gaps."""
    flow = arguments.one_of(arguments.optional(auth_flow_type, "auth_flow_type"), "auth_flow_type", AUTH_FLOWS)
    preferred = arguments.one_of(
        arguments.optional(preferred_challenge, "preferred_challenge"),
        "preferred_challenge",
        FIRST_FACTORS,
        "InvalidPreferredChallenge",
    )
    flow = flow or state.config.auth_flow_type
    if preferred is not None and flow != "USER_AUTH":
        raise AuthValidationError(
            f"preferred_challenge has no meaning in {flow}.",
            name="InvalidPreferredChallenge",
            recovery_suggestion='Pass auth_flow_type="USER_AUTH" with it.',
        )
    return SignInRequest(
        login_id=username,
        auth_flow_type=flow,
        preferred_challenge=(preferred or state.config.preferred_challenge) if flow == "USER_AUTH" else None,
        client_metadata=arguments.texts(client_metadata, "client_metadata"),
        password=password or None,
    )


def _refuse_second_user(state: State) -> None:
    if state.signed_in is not None:
        raise UserAlreadyAuthenticatedException("There is already a signed in user.")


def start(state: State, request: SignInRequest, session: str | None = None) -> SignInOutput:
    """Begin a sign-in and follow it; begin once more where Cognito has lost the device it was asked about.

    Args:
        state: The session's state; its ``sign_in_lock`` is held.
        request: How to sign in.
        session: The session of a sign-up that was just confirmed; only for ``USER_AUTH``.
    """
    _refuse_second_user(state)
    first = _exchange(state, request)
    try:
        return _begin(first, session)
    except ResourceNotFoundException as error:
        lost = error
    if not first.has_lost_device:
        raise lost
    return _begin(_exchange(state, request), session)


def _exchange(state: State, request: SignInRequest, **more: Any) -> Exchange:
    facts: dict[str, Any] = {"username": request.login_id, "client_metadata": request.client_metadata, **more}
    return Exchange(state=state, request=request, proofs=PROOFS, **facts)


def _begin(exchange: Exchange, session: str | None) -> SignInOutput:
    try:
        flow = exchange.request.auth_flow_type
        return exchange.follow(user_auth(exchange, session) if flow == "USER_AUTH" else FLOWS[flow].start(exchange))
    except (PasswordResetRequiredException, UserNotConfirmedException) as error:
        return _account_step(error)


def _account_step(error: AuthError) -> SignInOutput:
    if isinstance(error, UserNotConfirmedException):
        return SignInOutput(is_signed_in=False, next_step=ConfirmSignUp(error=error))
    return SignInOutput(is_signed_in=False, next_step=ResetPassword(error=error))


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

    Cognito operations: ``RespondToAuthChallenge``; ``VerifySoftwareToken`` and ``AssociateSoftwareToken`` to set
    an authenticator up; ``InitiateAuth`` to try another password where Cognito has closed the session of the first.
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
    pending = state.pending
    with state.sign_in_lock:
        if pending is None or state.pending is not pending:  # another thread may have answered it meanwhile
            raise SignInException(
                "An error occurred during the sign in process. This most likely occurred because sign_in was not "
                "called, it raised an error, or its session has expired."
            )
        action = QUESTIONS[pending.challenge_name].answer(pending, answer, attributes)
        facts = {"username": pending.username, "client_metadata": metadata, "device_name": device_name}
        exchange = _exchange(state, pending.request, before=pending, **facts)
        try:
            if pending.session is None and is_password(pending):
                return start_over(exchange, pending, answer)
            return exchange.perform(action, pending)
        except (PasswordResetRequiredException, UserNotConfirmedException) as error:
            replace(exchange, None)
            return _account_step(error)
        except AuthError as error:
            failure = error
        if is_better_started_over(exchange, pending, answer, failure):
            return start_over(_exchange(state, exchange.request, before=pending, **facts), pending, answer)
        raise settled(exchange, pending, failure)


def resend_sign_in_code(password: str | None = None, *, session: Session | None = None) -> SignInOutput:
    """Start the pending sign-in over with what it was started with, so that Cognito sends a new code.

    Cognito has no other way. A first factor that was chosen meanwhile is preferred now; a choice of second factor is
    asked for again. If this fails, the sign-in that waits stays as it was.

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
    with state.sign_in_lock:
        pending = state.pending
        if pending is None:
            raise SignInException("There is no sign-in whose code could be sent again.")
        request = pending.request
        if given and FLOWS[request.auth_flow_type].takes_password != "no":
            request = attrs.evolve(request, password=given)
        check_flow(request, state.config)
        return start(state, request)
