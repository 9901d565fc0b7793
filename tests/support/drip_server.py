"""Servers that answer slowly without an end, or with too much: over HTTP, over TLS, and as a proxy."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import repeat
from typing import TYPE_CHECKING, Self, cast

if TYPE_CHECKING:
    from io import BufferedReader

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n"
LENGTH = HEAD + b"Content-Length: 100000\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"
#: Seconds from one byte to the next.
PAUSE = 0.02

#: name: what comes at once, and what is repeated after it.
DRIPS: dict[str, tuple[bytes, bytes]] = {
    "a status line": (b"HTTP/1.1 200 ", b"O"),
    "headers": (HEAD, b"X-Slow: 1\r\n"),
    "one header": (HEAD + b"X-Slow: ", b"1"),
    "other statuses": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body": (LENGTH, b" "),
    "a body without length": (HEAD + b"Connection: close\r\n\r\n", b" "),
    "a chunk": (CHUNKED + b"ffff\r\n", b" "),
    "chunks": (CHUNKED, b"1\r\n \r\n"),
    "the size of a chunk": (CHUNKED, b"0"),
    "a refusal": (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 100000\r\n\r\n", b" "),
    "a page": (b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 100000\r\n\r\n", b" "),
}


class DripServer(socketserver.ThreadingTCPServer):
    """Sends ``first`` to every request, then each part of ``rest`` after a pause. Enter it with ``with``.

    Args:
        first: What comes at once.
        rest: What follows, a part at a time.
        context: For TLS.
        pause: Seconds before each part.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(
        self,
        first: bytes,
        rest: bytes | Iterable[bytes],
        *,
        context: ssl.SSLContext | None = None,
        pause: float = PAUSE,
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.url = f"http{'s' if context else ''}://127.0.0.1:{self.server_address[1]}"
        self.first = first
        self._rest = rest
        self.context = context
        self.pause = pause
        self.requests = 0
        self.sent = 0
        self.is_over = threading.Event()

    def parts(self) -> Iterator[bytes]:
        """What comes after ``first``."""
        return iter(repeat(self._rest) if isinstance(self._rest, bytes) else self._rest)

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.is_over.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up."""


class _Connection(socketserver.BaseRequestHandler):
    server: DripServer  # pyright: ignore[reportIncompatibleVariableOverride]

    def handle(self) -> None:
        connection = cast("socket.socket", self.request)
        connection.settimeout(10)
        if self.server.context is not None:
            connection = self.server.context.wrap_socket(connection, server_side=True)
        with connection, connection.makefile("rb") as source:
            if _read_request(source):
                self.server.requests += 1
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        connection.sendall(self.server.first)
        for part in self.server.parts():
            if self.server.pause and self.server.is_over.wait(self.server.pause):
                return
            connection.sendall(part)
            self.server.sent += len(part)


def _read_request(source: BufferedReader) -> bool:
    """False if it is not HTTP: the beginning of TLS."""
    if source.peek(1)[:1] == b"\x16":
        return True
    length, line = 0, source.readline()
    while line.strip():
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
        line = source.readline()
    source.read(length)
    return True


class SlowRelay(socketserver.ThreadingTCPServer):
    """Between a client and the server at ``port``: passes ``fast`` bytes of an answer at once, then one at a time.

    With it TLS itself drips: its handshake, or the record that holds an answer.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, fast: int) -> None:
        super().__init__(("127.0.0.1", 0), _Relayed)
        self.url = f"https://127.0.0.1:{self.server_address[1]}"
        self.port = port
        self.fast = fast
        self.is_over = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.is_over.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up."""


class _Relayed(socketserver.BaseRequestHandler):
    server: SlowRelay  # pyright: ignore[reportIncompatibleVariableOverride]

    def handle(self) -> None:
        client = cast("socket.socket", self.request)
        with socket.create_connection(("127.0.0.1", self.server.port), 10) as upstream:
            threading.Thread(target=_pass_on, args=(client, upstream), daemon=True).start()
            passed = 0
            while passed < self.server.fast and (some := upstream.recv(self.server.fast - passed)):
                client.sendall(some)
                passed += len(some)
            while not self.server.is_over.wait(PAUSE) and (some := upstream.recv(1)):
                client.sendall(some)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while some := source.recv(65536):
            target.sendall(some)
