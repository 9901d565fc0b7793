"""Listening to the HTTP requests of a boto3 client. It changes none; it can hold those of one thread back."""

import contextlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs

from .recordings import Request

_SERVICE = "cognito-identity-provider"


@attrs.define
class Tap:
    """What went over the wire since it was last emptied, in the order of the answers.

    Attributes:
        heard: The requests with their answers.
        held: The thread whose next request waits for ``release``.
        is_holding: Whether it has come to that.
        release: Lets it go on.
    """

    heard: list[Request] = attrs.field(factory=list)
    held: threading.Thread | None = None
    is_holding: bool = False
    release: threading.Event = attrs.field(factory=threading.Event)
    _sending: threading.local = attrs.field(factory=threading.local)

    def empty(self) -> tuple[Request, ...]:
        """Take what was heard."""
        heard, self.heard = tuple(self.heard), []
        return heard

    def before_send(self, request: Any, **_: Any) -> None:
        """A request is about to leave."""
        operation = request.headers["X-Amz-Target"]
        operation = operation.decode() if isinstance(operation, bytes) else operation
        self._sending.request = operation.partition(".")[2], json.loads(request.body)
        if threading.current_thread() is self.held:
            self.is_holding = True
            self.release.wait(10)
            self.held, self.is_holding = None, False

    def response_received(self, response_dict: Any, **_: Any) -> None:
        """Its answer has come, or will not."""
        op, body = self._sending.request
        status = response = None
        if response_dict is not None:
            status, response = response_dict["status_code"], response_dict["body"].decode()
            with contextlib.suppress(ValueError):
                response = json.loads(response or "{}")
        self.heard.append(Request(op=op, body=body, status=status, response=response))


@contextmanager
def tapped(client: Any) -> Iterator[Tap]:
    """Listen to a client of boto3's."""
    tap, events = Tap(), client.meta.events
    events.register_first(f"before-send.{_SERVICE}", tap.before_send)
    events.register(f"response-received.{_SERVICE}", tap.response_received)
    try:
        yield tap
    finally:
        events.unregister(f"before-send.{_SERVICE}", tap.before_send)
        events.unregister(f"response-received.{_SERVICE}", tap.response_received)
