"""A Cognito on a real TCP port that answers, refuses, garbles, stalls or hangs up as a test tells it to.

It records every request that arrives. It verifies nothing by itself, but an answer may be a function that does. A
request without a script is passed on to ``upstream``, if there is one.
"""

import base64
import contextlib
import http.client
import json
import socketserver
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self
from urllib.parse import urlsplit

import attrs

JSON = "application/x-amz-json-1.1"


@attrs.frozen(kw_only=True)
class Request:
    """A request that arrived."""

    operation: str
    body: dict[str, Any]
    raw: bytes
    headers: Mapping[str, str]


@attrs.frozen(kw_only=True)
class Answer:
    """What is sent back: ``sent`` bytes of ``body`` (None: all of them), or nothing."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    sent: int | None = None
    is_silent: bool = False
    is_stalled: bool = False


Script = Answer | Callable[[Request], Answer]


def says(**members: Any) -> Answer:
    """The operation's success."""
    return Answer(body=json.dumps(members).encode())


def refuses(code: str, message: str = "Refused.", status: int = 400) -> Answer:
    """An error of the service."""
    body = json.dumps({"__type": code, "message": message}).encode()
    return Answer(status=status, body=body, headers={"x-amzn-errortype": code, "x-amzn-requestid": "request-1"})


def page(status: int, text: str = "<html><body><h1>It does not work</h1></body></html>") -> Answer:
    """What a gateway or a proxy in front of the service answers."""
    return Answer(status=status, body=text.encode(), headers={"Content-Type": "text/html"})


def text(body: str, status: int = 200) -> Answer:
    """A body that need not be JSON."""
    return Answer(status=status, body=body.encode())


HANGS_UP = Answer(is_silent=True)
STALLS = Answer(is_stalled=True)
HALF = Answer(body=b'{"ChallengeName": "SMS_MFA", "Session": "half"}', sent=20)


def jwt(**claims: Any) -> str:
    """A token with these claims and a signature that is none."""
    parts = ({"alg": "none"}, {"sub": "sub-1", "username": "alice", "origin_jti": "1", **claims})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, "c2lnbmF0dXJl"])


def tokens(username: str = "alice", **result: Any) -> dict[str, Any]:
    """``AuthenticationResult``; further members as in ``NewDeviceMetadata=...``."""
    return {
        "AccessToken": jwt(username=username),
        "IdToken": jwt(**{"cognito:username": username}),
        "RefreshToken": f"refresh-of-{username}",
        "ExpiresIn": 3600,
        "TokenType": "Bearer",
        **result,
    }


def signs_in(username: str = "alice", **result: Any) -> Answer:
    """Success: the tokens of a user."""
    return says(AuthenticationResult=tokens(username, **result), ChallengeParameters={})


SESSION = "session-of-the-first-question"


def asks(name: str, session: str | None = SESSION, /, *, available: list[str] | None = None, **params: str) -> Answer:
    """A challenge, with its parameters."""
    members: dict[str, Any] = {"ChallengeName": name, "ChallengeParameters": params}
    if session is not None:
        members["Session"] = session
    if available is not None:
        members["AvailableChallenges"] = available
    return says(**members)


class ScriptedCognito(socketserver.ThreadingTCPServer):
    """The server. Enter it with ``with``. Connections are kept alive, and each has a thread.

    Attributes:
        requests: Everything that arrived since the last `clear`.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, upstream: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.upstream = upstream
        self.requests: list[Request] = []
        self.released = threading.Event()
        self._script: dict[str, deque[Script]] = defaultdict(deque)
        self._standing: dict[str, Script] = {}
        self._lock = threading.Lock()
        self._open = 0

    def on(self, operation: str, *answers: Script) -> Self:
        """Answer the next requests for ``operation``, each with the next of ``answers``."""
        with self._lock:
            self._script[operation].extend(answers)
        return self

    def always(self, operation: str, answer: Script) -> Self:
        """Answer every request for ``operation`` that has no script."""
        with self._lock:
            self._standing[operation] = answer
        return self

    def clear(self) -> None:
        """Forget the script and the requests. Requests that still wait for an answer are given up."""
        with self._lock:
            self._script.clear()
            self._standing.clear()
            self.requests.clear()
            self.released.set()
            self.released = threading.Event()

    @property
    def operations(self) -> list[str]:
        """What arrived, in order."""
        return [request.operation for request in self.requests]

    def of(self, operation: str) -> list[dict[str, Any]]:
        """The parameters of each request for ``operation``."""
        return [request.body for request in self.requests if request.operation == operation]

    def wait_for(self, count: int) -> None:
        """Wait until ``count`` requests have arrived. A client that gives up early may be faster than this server."""
        for _ in range(5000):
            if len(self.requests) >= count:
                return
            time.sleep(0.001)

    def forward(self, request: Request) -> Answer:
        """Pass the request on, and answer what ``upstream`` answers."""
        if self.upstream is None:
            return refuses("Unscripted", f"The test has no answer to {request.operation}.")
        connection = http.client.HTTPConnection(urlsplit(self.upstream).netloc, timeout=10)
        with contextlib.closing(connection):
            connection.request("POST", "/", request.raw, dict(request.headers))
            heard = connection.getresponse()
            names = ("x-amzn-errortype", "x-amzn-requestid", "content-type")
            headers = {name: value for name in names if (value := heard.getheader(name))}
            return Answer(status=heard.status, body=heard.read(), headers=headers)

    def loses_the_answer(self, request: Request) -> Answer:
        """The operation acts, and its answer does not arrive."""
        self.forward(request)
        return HANGS_UP

    def answer(self, request: Request) -> Answer:
        """What to say to ``request``."""
        with self._lock:
            self.requests.append(request)
            waiting = self._script.get(request.operation)
            scripted = waiting.popleft() if waiting else self._standing.get(request.operation)
        if scripted is None:
            return self.forward(request)
        return scripted(request) if callable(scripted) else scripted

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.clear()
        self.shutdown()
        self.server_close()

    def wait_until_closed(self) -> None:
        """Wait until no connection is open at this end."""
        for _ in range(5000):
            if not self._open:
                return
            time.sleep(0.001)
        raise AssertionError("a connection stays open")

    def process_request(self, request: Any, client_address: Any) -> None:
        """Count the connection."""
        with self._lock:
            self._open += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Stop counting the connection."""
        super().shutdown_request(request)
        with self._lock:
            self._open -= 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients may hang up."""


class _Connection(socketserver.StreamRequestHandler):
    server: ScriptedCognito  # pyright: ignore[reportIncompatibleVariableOverride]

    def handle(self) -> None:
        for request in self._requests():
            released = self.server.released
            answer = self.server.answer(request)
            if answer.is_stalled:
                released.wait(30)
            if answer.is_stalled or answer.is_silent:
                return
            self._send(answer)
            if answer.sent is not None:
                return

    def _requests(self) -> Iterator[Request]:
        while line := self.rfile.readline():
            assert line.startswith((b"POST / ", b"POST http://")), line  # the second from clients of a proxy
            headers: dict[str, str] = {}
            while (header := self.rfile.readline().strip()) and b":" in header:
                name, _, value = header.decode("latin-1").partition(":")
                headers[name.lower()] = value.strip()
            if headers.get("expect"):
                self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            raw = self.rfile.read(int(headers.get("content-length", 0)))
            operation = headers.get("x-amz-target", "").rpartition(".")[2]
            kept = {
                name: value for name, value in headers.items() if name not in ("host", "content-length", "connection")
            }
            yield Request(operation=operation, body=json.loads(raw), raw=raw, headers=kept)

    def _send(self, answer: Answer) -> None:
        headers = {"Content-Type": JSON, "Content-Length": str(len(answer.body)), **answer.headers}
        if "content-type" in answer.headers:
            del headers["Content-Type"]
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.wfile.write(f"HTTP/1.1 {answer.status} Status\r\n{head}\r\n".encode() + answer.body[: answer.sent])
