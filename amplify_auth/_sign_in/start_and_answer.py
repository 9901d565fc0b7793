"""The two ways into a sign-in: start it, or answer its challenge.

What a failed answer leads to is decided in ``failure``, and done here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from .._session import Step
from .._values import ConfirmSignUp, PendingSignIn, ResetPassword, SignInOutput, SignInRequest
from ..errors import AuthError, PasswordResetRequiredException, UserNotConfirmedException
from .actions import Action
from .attempt import SignInAttempt
from .conversation import Conversation, DeviceLost
from .failure import Decision, Forget, Keep, Restart, after_lost_device, after_refusal, is_password, request_with_answer
from .request import can_start

#: Not a failure of a sign-in, but a step: the account must be confirmed, or its password reset, first.
_ACCOUNT_ERRORS = (PasswordResetRequiredException, UserNotConfirmedException)


def start(step: Step, request: SignInRequest, *, sign_up_session: str | None = None) -> SignInOutput:
    """Start a sign-in and run it until a person has to answer.

    Args:
        step: The right to change the session; its ``exclusive`` block is entered.
        request: How to sign in.
        sign_up_session: The session that the confirmation of a sign-up gave; only for ``USER_AUTH``.
    """
    step.refuse_second_user()
    try:
        return _start(step, request, client_metadata=request.client_metadata, sign_up_session=sign_up_session)
    except _ACCOUNT_ERRORS as error:
        step.set_pending(None)
        return _account_step(error)


def answer(
    step: Step,
    pending: PendingSignIn,
    action: Action,
    text: str,
    *,
    client_metadata: Mapping[str, str] | None,
    device_name: str | None,
) -> SignInOutput:
    """Do what the answer to a challenge has become, and run the sign-in until a person has to answer again.

    Args:
        step: The right to change the session; its ``exclusive`` block is entered.
        pending: The sign-in that waits.
        action: What the answer has become.
        text: The answer.
        client_metadata: Passed to the pool's Lambda triggers.
        device_name: The name for a new authenticator, or a new device.
    """
    conversation = Conversation(
        step=step,
        request=pending.request,
        username=pending.username,
        client_metadata=client_metadata,
        is_answer=True,
        srp=pending.srp,
    )
    attempt = SignInAttempt(conversation=conversation, device_name=device_name, answered=pending)
    try:
        return _answer(attempt, pending, action, text)
    except _ACCOUNT_ERRORS as error:
        step.replace_pending(attempt.answered, None)
        return _account_step(error)


def _answer(attempt: SignInAttempt, pending: PendingSignIn, action: Action, text: str) -> SignInOutput:
    if pending.session is None and is_password(pending):
        return _start_over(attempt, pending, request_with_answer(pending.request, pending, text))
    conversation = attempt.conversation
    decision: Decision
    try:
        return attempt.apply(action, pending)
    except _ACCOUNT_ERRORS:
        raise
    except DeviceLost as lost:
        possible = can_start(conversation.request, conversation.config)
        decision = after_lost_device(lost.error, pending, conversation.request, can_start=possible)
    except AuthError as error:
        progressed = conversation.has_progressed
        decision = after_refusal(error, pending, text, conversation.request, has_progressed=progressed)
    match decision:  # outside the handlers: what is raised must not carry the former error as its context
        case Keep():
            raise decision.error
        case Forget():
            _replace_answered(attempt, decision.remaining)
            raise decision.error
        case Restart():
            _replace_answered(attempt, decision.remaining)
            return _start_over(attempt, pending, decision.request)
        case _:
            assert_never(decision)


def _replace_answered(attempt: SignInAttempt, pending: PendingSignIn | None) -> None:
    if attempt.conversation.step.replace_pending(attempt.answered, pending):
        attempt.answered = pending


def _start_over(attempt: SignInAttempt, pending: PendingSignIn, request: SignInRequest) -> SignInOutput:
    conversation = attempt.conversation
    return _start(
        conversation.step,
        request,
        client_metadata=conversation.client_metadata,
        device_name=attempt.device_name,
        answered=pending,
    )


def _start(
    step: Step,
    request: SignInRequest,
    *,
    client_metadata: Mapping[str, str] | None,
    device_name: str | None = None,
    answered: PendingSignIn | None = None,
    sign_up_session: str | None = None,
) -> SignInOutput:
    """Start, and once more if Cognito does not accept the device that it asked about."""
    for session in (sign_up_session, None):  # when it asks about a device, it has accepted the session already
        conversation = Conversation(
            step=step,
            request=request,
            username=request.login_id if answered is None else answered.username,
            client_metadata=client_metadata,
            is_answer=answered is not None,
            sign_up_session=session,
        )
        attempt = SignInAttempt(conversation=conversation, device_name=device_name, answered=answered)
        try:
            return attempt.start()
        except DeviceLost as lost:
            refusal = lost.error
    raise refusal


def _account_step(error: AuthError) -> SignInOutput:
    """The step that one of `_ACCOUNT_ERRORS` becomes."""
    if isinstance(error, UserNotConfirmedException):
        return SignInOutput(is_signed_in=False, next_step=ConfirmSignUp(error=error))
    return SignInOutput(is_signed_in=False, next_step=ResetPassword(error=error))
