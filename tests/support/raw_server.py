"""A server that answers every request with the same bytes, HTTP or not, and a table of answers that break off."""

from __future__ import annotations

import json
import socket
import socketserver
import struct
import threading
from typing import TYPE_CHECKING, Self, cast

if TYPE_CHECKING:
    from io import BufferedReader

#: The secret in each answer of `BROKEN`.
TOKEN = "eyJhbGciOiJub25lIn0.eyJjYW5hcnkiOiJ0b2tlbiJ9.canary"
_BODY = json.dumps({"AuthenticationResult": {"AccessToken": TOKEN, "IdToken": "x" * 500}}).encode()
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n"
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(_BODY)
_WHOLE = _HEAD + b"Content-Length: %d\r\n\r\n" % len(_BODY)

CLOSES, RESETS, STALLS = "closes", "resets", "stalls"
#: name: the bytes, how the connection ends, and botocore's name for it.
BROKEN: dict[str, tuple[bytes, str, str]] = {
    "a cut chunk": (_CHUNKED + _BODY[:200], CLOSES, "ConnectionClosedError"),
    "a chunk that is reset": (_CHUNKED + _BODY[:200], RESETS, "ConnectionClosedError"),
    "a chunk that stalls": (_CHUNKED + _BODY[:200], STALLS, "ReadTimeoutError"),
    "a bad chunk size": (_CHUNKED + _BODY + b"\r\n" + TOKEN.encode() + b"\r\n", CLOSES, "ConnectionClosedError"),
    "a bad status line": (b"SSH-2.0 " + TOKEN.encode() + b"\r\n", CLOSES, "ConnectionClosedError"),
    "a cut body": (_WHOLE + _BODY[:200], CLOSES, "ConnectionClosedError"),
    "a body that is reset": (_WHOLE + _BODY[:200], RESETS, "ConnectionClosedError"),
    "a body that stalls": (_WHOLE + _BODY[:200], STALLS, "ReadTimeoutError"),
    "two lengths": (_HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n" + _BODY, CLOSES, "HTTPClientError"),
}
#: urllib3 reads nothing after the first header of this answer, and warns with the rest in clear.
BAD_HEADER = _HEAD + b"no header\r\nSet-Cookie: " + TOKEN.encode() + b"\r\n\r\n"


class RawServer(socketserver.ThreadingTCPServer):
    """Sends ``answer`` to every client that sends a request, then ends the connection. Enter it with ``with``."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, answer: bytes, ending: str = CLOSES) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.answer = answer
        self.ending = ending
        self.is_over = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.is_over.set()
        self.shutdown()
        self.server_close()


class _Connection(socketserver.StreamRequestHandler):
    server: RawServer  # pyright: ignore[reportIncompatibleVariableOverride]

    def handle(self) -> None:
        length = 0
        is_tls = cast("BufferedReader", self.rfile).peek(1)[:1] == b"\x16"  # no line can be read of it
        while not is_tls and (line := self.rfile.readline().strip().lower()):
            name, _, value = line.partition(b":")
            length = int(value) if name == b"content-length" else length
        self.rfile.read(length)
        self.wfile.write(self.server.answer)
        if self.server.ending == STALLS:
            self.server.is_over.wait(30)
        if self.server.ending == RESETS:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
