"""Outages that a test orders: which kinds there are, and which request meets one.

Nothing here knows how a connection is dropped; `_moto` does that.
"""

import threading
from typing import Final, Literal

import attrs

from amplify_auth.testing._wire import JSON, Answer, refusal

NetworkFailure = Literal["dropped", "timeout", "unreachable"]
AnsweredFailure = Literal["throttled", "throttled_429", "internal_error", "unavailable", "malformed"]
FaultKind = NetworkFailure | AnsweredFailure

_FAILURES: Final[dict[FaultKind, Answer | NetworkFailure]] = {
    "dropped": "dropped",
    "timeout": "timeout",
    "unreachable": "unreachable",
    "throttled": refusal("TooManyRequestsException", "Rate exceeded", 400),
    # What API gateways in front of AWS services answer: another name and status for the same thing.
    "throttled_429": refusal("ThrottlingException", "Rate exceeded", 429),
    "internal_error": refusal("InternalErrorException", "Something went wrong", 500),
    "unavailable": refusal("ServiceUnavailable", "Service is not available", 503),
    "malformed": Answer(body='{"AuthenticationResult": {"AccessTo', headers={"Content-Type": JSON}, error="malformed"),
}


@attrs.frozen(kw_only=True)
class Fault:
    """What happens to one request instead of, or after, being answered.

    Attributes:
        operation: The operation it waits for; None: the next request, whichever it is.
        failure: An answer, or how the connection fails.
        after: The operation acts first, and only then its answer is replaced or lost.
    """

    operation: str | None
    failure: Answer | NetworkFailure
    after: bool


class ConnectionFailed(Exception):
    """The connection of the request being answered is to fail."""

    def __init__(self, failure: NetworkFailure) -> None:
        super().__init__(failure)
        self.failure: NetworkFailure = failure


class Faults:
    """Ordered outages, used up one request at a time; the same from any thread."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault, *, times: int) -> None:
        """Order ``fault`` for the next ``times`` requests it fits."""
        with self._lock:
            self._waiting.extend([fault] * times)

    def take(self, operation: str) -> Fault | None:
        """The outage a request for ``operation`` meets now, None if it goes well."""
        if not self._waiting:
            return None
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if fault.operation in (None, operation):
                    return self._waiting.pop(index)
        return None

    def clear(self) -> None:
        """Call all of them off."""
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
