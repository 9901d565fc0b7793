"""Outages that a test orders: their kinds, and the request that meets each.

Never here: how a connection is made to fail.
"""

import threading
from typing import Final, Literal

import attrs

from ._wire import JSON, Answer, refusal

NetworkFailure = Literal["dropped", "timeout", "unreachable"]
AnsweredFailure = Literal["throttled", "throttled_429", "internal_error", "unavailable", "malformed"]
FaultKind = NetworkFailure | AnsweredFailure

_FAILURES: Final[dict[FaultKind, Answer | NetworkFailure]] = {
    "dropped": "dropped",
    "timeout": "timeout",
    "unreachable": "unreachable",
    "throttled": refusal("TooManyRequestsException", "Rate exceeded", 400),
    # API gateways in front of AWS services answer with this name and status.
    "throttled_429": refusal("ThrottlingException", "Rate exceeded", 429),
    "internal_error": refusal("InternalErrorException", "Something went wrong", 500),
    "unavailable": refusal("ServiceUnavailable", "Service is not available", 503),
    "malformed": Answer(body='{"AuthenticationResult": {"AccessTo', headers={"Content-Type": JSON}, error="malformed"),
}


@attrs.frozen(kw_only=True)
class Fault:
    """An outage that one request meets.

    Attributes:
        operation: The operation that meets it; None for the next request of any operation.
        failure: An answer, or how the connection fails.
        after: True if the operation acts first, and then its answer is replaced or lost.
    """

    operation: str | None
    failure: Answer | NetworkFailure
    after: bool


class ConnectionFailed(Exception):
    """The connection of the current request must fail."""

    def __init__(self, failure: NetworkFailure) -> None:
        super().__init__(failure)
        self.failure: NetworkFailure = failure


class Faults:
    """The ordered outages. Each request uses at most one. Threads may share this."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault, *, times: int) -> None:
        """Order ``fault`` for the next ``times`` requests of its operation."""
        with self._lock:
            self._waiting.extend([fault] * times)

    def take(self, operation: str) -> Fault | None:
        """The outage that a request for ``operation`` meets now; None if it meets none."""
        if not self._waiting:
            return None
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if fault.operation in (None, operation):
                    return self._waiting.pop(index)
        return None

    def clear(self) -> None:
        """Cancel all of them."""
        with self._lock:
            self._waiting.clear()


def fault(
    operation: str | None,
    kind: FaultKind | None,
    *,
    code: str | None,
    message: str | None,
    status: int | None,
    after: bool,
) -> Fault:
    """The outage that `MockCognito.fail_next` describes.

    Raises:
        ValueError: Neither a known kind nor an error code, or both a failing connection and a code.
    """
    if kind is not None and kind not in _FAILURES:
        raise ValueError(f"unknown kind of fault {kind!r}: use one of {', '.join(_FAILURES)}, or code=")
    if code is not None:
        if kind is not None:
            raise ValueError("give a kind of fault or an error code, not both")
        return Fault(operation=operation, failure=refusal(code, message or "", status or 400), after=after)
    if kind is None:
        raise ValueError("say what fails: a kind of fault or an error code")
    if message is not None or status is not None:
        raise ValueError("message and status belong to an error code")
    failure = _FAILURES[kind]
    return Fault(operation=operation, failure=failure, after=after)
