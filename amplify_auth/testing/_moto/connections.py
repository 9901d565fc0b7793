"""Connections that a test made fail: the exception in this process, or a dropped connection at the server.

Never here: which request meets a failure.
"""

import socket
import sys
from collections.abc import Callable
from typing import Any, Final, Never

import botocore.exceptions
import requests

from .._faults import NetworkFailure


class _Dropped(botocore.exceptions.ConnectionClosedError, requests.exceptions.ConnectionError):
    """moto answers for botocore and for `requests` and does not say for which, so this is an error of both."""


class _TimedOut(botocore.exceptions.ReadTimeoutError, requests.exceptions.ReadTimeout):
    """See `_Dropped`."""


class _Unreachable(botocore.exceptions.EndpointConnectionError, requests.exceptions.ConnectTimeout):
    """See `_Dropped`."""


_IN_PROCESS: Final[dict[NetworkFailure, Callable[..., Exception]]] = {
    "dropped": _Dropped,
    "timeout": _TimedOut,
    "unreachable": _Unreachable,
}


def is_served() -> bool:
    """True if the request came over HTTP to a server of this process; False if its client is in this process."""
    # moto's own word for this was also true of the `requests` library before moto 5.2.4.
    flask: Any = sys.modules.get("flask")
    return flask is not None and bool(flask.has_request_context())


def fail(failure: NetworkFailure, *, url: str) -> Never:
    """Let the connection of the current request fail."""
    if not is_served():
        raise _IN_PROCESS[failure](endpoint_url=url, error=failure)
    import flask

    connection: socket.socket | None = flask.request.environ.get("werkzeug.socket")
    if connection is not None:
        # Otherwise werkzeug would wait for the next request, and the client for the answer to this one.
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError(f"fault ordered by a test: {failure}")
