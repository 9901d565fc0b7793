"""What a failed call becomes: our error, which says so if it is not known whether Cognito acted. It sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..errors import AuthError, AuthNetworkError, AuthProtocolError, AuthServiceError, InternalErrorException
from .effects import effect_of
from .foreign_servers import LOGIN_REQUIRED, surely_lacks_operation
from .refusals import error_for
from .retries import surely_did_not_arrive

_UNKNOWN: Final = "It is not known whether Cognito acted on the request."
#: Refusals that leave the request under way. botocore takes them for passing ones.
_UNDER_WAY: Final = frozenset(
    {"PriorRequestNotComplete", "RequestTimeout", "RequestTimeoutException", "TransactionInProgressException"}
)


def failure_of(error: Exception, client: Any, operation: str, parameters: Mapping[str, object] | None) -> AuthError:
    """Our error for ``error``, which the call of ``operation`` with ``parameters`` raised.

    Args:
        error: What botocore raised.
        client: The client.
        operation: The operation, or what a document is called.
        parameters: Its parameters; None for a document, which is only read.
    """
    from .bounded_http import limit_error

    failure = limit_error(error, error_for(error, client, operation, parameters or {}))
    return failure if parameters is None else with_outcome(failure, error, operation, parameters)


def with_outcome(failure: AuthError, error: Exception, operation: str, parameters: Mapping[str, object]) -> AuthError:
    """``failure``, or one that says that the outcome of the request is unknown, and whether to call again.

    Args:
        failure: Our error for ``error``.
        error: What botocore raised.
        operation: The operation.
        parameters: Its parameters.
    """
    effect, advice = effect_of(operation, parameters), failure.recovery_suggestion
    if effect.is_repeatable or not _is_unknown(failure, error):
        is_worth_another_call = isinstance(failure, AuthNetworkError) and failure.is_retryable
        return failure.evolve(recovery_suggestion=f"{advice} Then call again.") if is_worth_another_call else failure
    said = failure.message.rstrip()
    is_general = advice in (None, type(failure).default_recovery_suggestion)
    return failure.evolve(
        f"{said}{'' if said.endswith(('.', '!', '?')) else '.'} {_UNKNOWN}",
        recovery_suggestion=effect.advice if is_general else f"{effect.advice} {advice}",
        is_retryable=failure.is_retryable and effect.may_be_called_again,
    )


def _is_unknown(failure: AuthError, error: Exception) -> bool:
    """True if Cognito may have acted: no answer came, it cannot be read, or a server failed on the way."""
    status = failure.http_status_code
    if failure.name in _UNDER_WAY:
        return True
    if status is None:
        return isinstance(failure, AuthNetworkError | AuthProtocolError) and not surely_did_not_arrive(error)
    if status >= 500 or isinstance(failure, InternalErrorException):  # emulators say that with another status
        return status != LOGIN_REQUIRED and not surely_lacks_operation(failure)
    return status < 300


def is_outcome_unknown(failure: Exception) -> bool:
    """True if Cognito may have acted although a call ended with ``failure``."""
    if isinstance(failure, AuthServiceError):
        return (failure.http_status_code or 0) >= 500 or isinstance(failure, InternalErrorException)
    return isinstance(failure, AuthNetworkError | AuthProtocolError)


def says_outcome_is_unknown(failure: AuthError) -> bool:
    """True if `failure_of` found that it is not known whether Cognito acted, and a second request may be refused."""
    return _UNKNOWN in failure.message
