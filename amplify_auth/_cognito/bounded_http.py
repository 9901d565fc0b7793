"""Bounds the time and the size of every answer: connections of botocore's HTTP client that look at both at each read.

botocore's ``read_timeout`` bounds the time from one part of an answer to the next. A server that sends one byte at a
time, in time, could hold a call for hours. Here no wait on a connection is longer than what is left of the call's own
time: for the connection, for TLS, for a proxy, for headers and body. Only the look-up of a host name cannot be bounded.
The file is imported with the first client. It knows no operation.

All this is for requests of this library, which are sent in the block of `within`. If the owner of a client sends
others, nothing is changed. If botocore or urllib3 does not have the places that are used here, the client works
without these bounds.
"""

from __future__ import annotations

import math
import socket
from contextlib import suppress
from functools import partial
from http.client import HTTPResponse
from io import BufferedReader, RawIOBase
from typing import Any, Final
from weakref import proxy

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)
from botocore.exceptions import CapacityNotAvailableError, ConnectTimeoutError
from urllib3 import exceptions as urllib3_errors
from urllib3.util import connection

from .._public_call import time_left, time_limit
from ..errors import AuthError, AuthNetworkError, AuthProtocolError

LARGEST_ANSWER: Final = 1 << 20
"""Bytes. Cognito's largest answers have a twentieth of it."""
#: Bytes that may come besides the body: the headers, or the frames of its chunks.
_BESIDES: Final = 1 << 16
#: Seconds. A wait that ends with the call's time may end so much before it.
_TOLERANCE: Final = 0.05
#: Seconds. What ``x-amz-retry-after`` may add to botocore's pause (botocore/retries/standard.py).
_LONGEST_ADDITION: Final = 5.0
#: Seconds from one look to the next if a request may be sent.
_LOOK_AGAIN: Final = 0.05


class AnswerTooLarge(Exception):
    """The answer has more than `LARGEST_ANSWER` bytes."""


def bound(client: Any) -> None:
    """Bound the answers to the requests that this library sends with ``client``. A second time it changes nothing."""
    with suppress(AttributeError):
        http = client._endpoint.http_session
        pools = http._pool_classes_by_scheme  # of direct connections, and of those through each proxy
        if pools == _BOTOCORES:
            pools.update(_OURS)
            http._manager.clear()  # the connections of a client that was used before are not bounded
    with suppress(AttributeError):
        for handler in client.meta.events._emitter._handlers.prefix_search("before-send"):
            _bound_pause(handler, client.meta.endpoint_url)
    service = client.meta.service_model.service_id.hyphenize()
    register = client.meta.events.register_first
    register(f"needs-retry.{service}", partial(_veto, proxy(client)), unique_id="amplify-auth-in-time")
    register(f"before-parse.{service}", _refuse_too_large, unique_id="amplify-auth-bound-size")


def _bound_pause(handler: Any, endpoint_url: str) -> None:
    """Bound the pause before a request, if ``handler`` is the limiter of the rate of botocore's adaptive retry mode."""
    bucket = getattr(getattr(handler, "__self__", None), "_token_bucket", None)
    if bucket is None or "acquire" in vars(bucket):
        return
    acquire = bucket.acquire

    def acquire_in_time(amount: int = 1, block: bool = True) -> Any:
        while block and _is_ours():
            with suppress(CapacityNotAvailableError):
                return acquire(amount, block=False)
            if time_left() <= _LOOK_AGAIN:
                raise ConnectTimeoutError(endpoint_url=endpoint_url)  # nothing was sent
            bucket._clock.sleep(_LOOK_AGAIN)
        return acquire(amount, block)

    bucket.acquire = acquire_in_time


def limit_error(error: Exception, failure: AuthError) -> AuthError:
    """``failure``, which was made of botocore's ``error``; another one if it is not the reason that the call ended.

    Args:
        error: What botocore raised.
        failure: What it means.
    """
    operation = failure.operation
    if isinstance(error, AnswerTooLarge) or isinstance(_inner(error), AnswerTooLarge):
        return AuthProtocolError(
            f"The answer to {operation} is larger than {LARGEST_ANSWER // 1024} KiB. It is not read.",
            name="InvalidResponse",
            recovery_suggestion="Check that endpoint_url is a Cognito endpoint.",
            operation=operation,
        )
    if isinstance(failure, AuthNetworkError) and time_left() <= _TOLERANCE:
        late = AuthNetworkError(
            f"The call took longer than total_timeout={time_limit():g} seconds: {operation} was not answered in time.",
            name=failure.name,
            recovery_suggestion="Check the network and the endpoint, or allow more time with total_timeout.",
            operation=operation,
        )
        late.__cause__ = failure.__cause__
        return late
    return failure


def refuse_too_large(content: bytes) -> None:
    """Raise `AnswerTooLarge` if ``content`` is."""
    if len(content) > LARGEST_ANSWER:
        raise AnswerTooLarge


def _inner(error: Exception) -> object:
    """What botocore made ``error`` of."""
    return getattr(error, "kwargs", {}).get("error")


def _refuse_too_large(response_dict: dict[str, Any], **_: Any) -> None:
    if _is_ours():
        refuse_too_large(response_dict["body"])


def _veto(
    client: Any, operation: Any, response: Any, caught_exception: Any, attempts: int | None = None, **_: Any
) -> None:
    """End botocore's retries by raising what it has, if no time is left for a pause, or the answer was too large."""
    if not _is_ours():
        return
    if caught_exception is not None:
        if isinstance(_inner(caught_exception), AnswerTooLarge) or time_left() <= _longest_pause(attempts, {}):
            raise caught_exception
        return
    http, parsed = response
    if http.status_code >= 400 and time_left() <= _longest_pause(attempts, http.headers):
        raise client.exceptions.from_code(parsed.get("Error", {}).get("Code"))(parsed, operation.name)


def _longest_pause(attempts: int | None, headers: Any) -> float:
    """Seconds that botocore may wait before it repeats a request that was sent ``attempts`` times."""
    longest: float = 2.0 ** ((attempts or 1) - 1)
    asked = str(headers.get("x-amz-retry-after", ""))
    return longest + (min(int(asked) / 1000, _LONGEST_ADDITION) if asked.isdecimal() else 0.0)


def _is_ours() -> bool:
    return time_left() != math.inf


class _BoundedSource(RawIOBase):
    """The bytes that a connection receives, as long as the call has time and the answer is not too large."""

    def __init__(self, source: Any, sock: Any) -> None:
        self._source = source
        self._socket = sock
        self._longest_wait = sock.gettimeout()
        self.allowed = LARGEST_ANSWER

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if _is_ours():
            _check_time()
            self._socket.settimeout(_in_time(self._longest_wait))
        count: int | None = self._source.readinto(buffer)
        self.allowed -= count or 0
        if self.allowed < 0 and _is_ours():
            raise AnswerTooLarge
        return count

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()


class _BoundedResponse(HTTPResponse):
    """An answer of a server, or of a proxy to ``CONNECT``."""

    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._source = _BoundedSource(self.fp.detach(), sock)
        self.fp = BufferedReader(self._source)

    def begin(self) -> None:
        super().begin()
        self._source.allowed = LARGEST_ANSWER + _BESIDES
        if self.length is not None and self.length > LARGEST_ANSWER and _is_ours():
            raise AnswerTooLarge


class _BoundedConnection:
    """What `_BoundedHTTPConnection` and `_BoundedHTTPSConnection` share."""

    response_class: Any = _BoundedResponse
    sock: Any
    port: Any
    _dns_host: str
    _timeout: Any = None

    @property
    def timeout(self) -> Any:
        """Seconds that a wait may take. urllib3 sets it for each phase of a request, and reads it before waits."""
        return _in_time(self._timeout)

    @timeout.setter
    def timeout(self, seconds: Any) -> None:
        self._timeout = seconds

    def request(self, *args: Any, **kwargs: Any) -> Any:
        if time_left() <= 0:  # an error that says that nothing was sent
            raise urllib3_errors.ConnectTimeoutError(self, "The call has taken too long.")
        above: Any = super()
        return above.request(*args, **kwargs)

    def _new_conn(self) -> Any:
        """A connection to the first address of the host that answers. Each gets a share of the time that is left."""
        if not _is_ours():
            return self._connected_to(self._dns_host, self._timeout)
        *others, last = self._addresses()
        for number, address in enumerate(others):
            with suppress(urllib3_errors.NewConnectionError, urllib3_errors.ConnectTimeoutError):
                return self._connected_to(address, _in_time(self._timeout, share=len(others) + 1 - number))
        return self._connected_to(last, self._timeout)

    def _connected_to(self, address: str, timeout: Any) -> Any:
        above: Any = super()
        name, longest = self._dns_host, self._timeout
        self._dns_host, self._timeout = address, timeout
        try:
            sock = above._new_conn()
        finally:
            self._dns_host, self._timeout = name, longest
        if _is_ours():
            sock.settimeout(self.timeout)  # for TLS
        return sock

    def _addresses(self) -> list[str]:
        """The addresses of the host, each once; the host itself if urllib3 must say what is wrong with it."""
        host = self._dns_host.strip("[]")
        try:
            found = socket.getaddrinfo(host, self.port, connection.allowed_gai_family(), socket.SOCK_STREAM)
        except UnicodeError:
            return [self._dns_host]
        except OSError as error:
            kind: Any = getattr(urllib3_errors, "NameResolutionError", None)  # since urllib3 2
            if kind is None:
                raise urllib3_errors.NewConnectionError(self, f"{host} is not known: {error}") from error  # type: ignore[arg-type]
            raise kind(host, self, error) from error
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    def _tunnel(self) -> None:
        above: Any = super()
        above._tunnel()
        if self.sock is not None and _is_ours():
            self.sock.settimeout(self.timeout)  # for TLS through the proxy

    def _connect_tls_proxy(self, *args: Any, **kwargs: Any) -> Any:
        """A connection with TLS to a proxy. A second TLS within it calls ``recv`` any number of times."""
        above: Any = super()
        sock = above._connect_tls_proxy(*args, **kwargs)
        receive = sock.recv

        def recv(*args: Any) -> bytes:
            if _is_ours():
                _check_time()
                sock.settimeout(self.timeout)
            received: bytes = receive(*args)
            return received

        sock.recv = recv
        return sock


def _check_time() -> None:
    """Raise what a socket does that has waited long enough, if the call has no time left."""
    if time_left() <= 0:
        raise TimeoutError("The call has taken too long.")


def _in_time(seconds: Any, share: int = 1) -> Any:
    """``seconds``, or that share of what is left of the call's time, if it is less; never 0: that is not to wait."""
    if not _is_ours():
        return seconds
    left = time_left() / share
    return max(min(seconds, left) if isinstance(seconds, int | float) else left, 0.001)


class _BoundedHTTPConnection(_BoundedConnection, AWSHTTPConnection):  # type: ignore[misc]  # as botocore does
    pass


class _BoundedHTTPSConnection(_BoundedConnection, AWSHTTPSConnection):  # type: ignore[misc]
    pass


def _class_of_connections(botocores: Any, own: type, bounded: type) -> Any:
    """``bounded``, unless a program has replaced botocore's ``own`` class of connections (vcrpy does)."""
    return property(lambda pool: bounded if botocores.ConnectionCls is own else botocores.ConnectionCls)


class _BoundedHTTPPool(AWSHTTPConnectionPool):
    ConnectionCls = _class_of_connections(AWSHTTPConnectionPool, AWSHTTPConnection, _BoundedHTTPConnection)


class _BoundedHTTPSPool(AWSHTTPSConnectionPool):
    ConnectionCls = _class_of_connections(AWSHTTPSConnectionPool, AWSHTTPSConnection, _BoundedHTTPSConnection)


_BOTOCORES: Final = {"http": AWSHTTPConnectionPool, "https": AWSHTTPSConnectionPool}
_OURS: Final = {"http": _BoundedHTTPPool, "https": _BoundedHTTPSPool}
