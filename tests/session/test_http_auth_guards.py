"""When a refused request is not sent again, whose error the caller gets then, and what is left open: nothing.

Over TCP, with the HTTP clients that people use. What works is tested in ``test_http_auth``.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import anyio
import httpx
import pytest
import requests

import amplify_auth as auth
from amplify_auth import Session, errors
from amplify_auth._bridges.http_auth import BearerAuth
from amplify_auth.testing import MockCognito, mock_cognito

pytestmark = pytest.mark.slow

PASSWORD = "Passw0rd!"


class Api(ThreadingHTTPServer):
    """A server that knows which tokens are good.

    Attributes:
        good: The tokens it accepts now.
        seen: The token and the body of every request that arrived.
        on_refusal: Called before each 401.
        open: How many connections are open at this end.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.good: set[str] = set()
        self.seen: list[tuple[str, bytes]] = []
        self.on_refusal: Callable[[], object] = lambda: None
        self.stalled = threading.Event()
        self.stalls_for: set[str] = set()
        self.open = 0

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.open -= 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients may hang up."""

    @property
    def tokens(self) -> list[str]:
        return [token for token, _ in self.seen]

    def is_left(self) -> bool:
        """Whether all connections come to their end soon."""
        for _ in range(2000):
            if not self.open:
                return True
            time.sleep(0.001)
        return False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        api = cast(Api, self.server)
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b"".join(iter(self._chunk, b""))
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        api.seen.append((token, body))
        if token in api.stalls_for:
            api.stalled.wait(20)
        if token not in api.good:
            api.on_refusal()
        self.send_response(200 if token in api.good else 401)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"body")

    do_GET = do_POST

    def _chunk(self) -> bytes:
        chunk = self.rfile.read(int(self.rfile.readline(), 16))
        self.rfile.readline()
        return chunk

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def api() -> Iterator[Api]:
    with Api() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.stalled.set()
        server.shutdown()
        thread.join()


class Tokens:
    """``t0``, and for each newest token that was refused a newer one."""

    def __init__(self) -> None:
        self.count = 0
        self.refused: list[str] = []

    def __call__(self, refused: str | None) -> str:
        if refused is not None:
            self.refused.append(refused)
            self.count += refused == f"t{self.count}"
        return f"t{self.count}"


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


Send = Callable[..., Any]


def with_requests(auth: BearerAuth, url: str, **options: Any) -> requests.Response:
    with requests.Session() as session:
        return session.post(url, auth=auth, timeout=10, **options)


def with_httpx(auth: BearerAuth, url: str, **options: Any) -> httpx.Response:
    with httpx.Client(auth=cast(Any, auth), timeout=10, trust_env=False) as client:
        return client.post(url, **options)


def with_async_httpx(auth: BearerAuth, url: str, **options: Any) -> httpx.Response:
    async def post() -> httpx.Response:
        async with httpx.AsyncClient(auth=cast(Any, auth), timeout=10, trust_env=False) as client:
            return await client.post(url, **options)

    return anyio.run(post)


@pytest.fixture(params=[with_requests, with_httpx, with_async_httpx])
def send(request: pytest.FixtureRequest) -> Send:
    return cast(Send, request.param)


class TestWhichTokenIsHopeless:
    def test_one_that_was_accepted_is_replaced_when_it_is_refused_later(
        self, send: Send, api: Api, tokens: Tokens
    ) -> None:
        """It was new and good: its refusal says that it was revoked since, not that another is of no use."""
        bearer = BearerAuth(tokens)
        for good in ("t1", "t2", "t3"):
            api.good = {good}

            assert send(bearer, api.url).status_code == 200

        assert api.tokens == ["t0", "t1", "t1", "t2", "t2", "t3"]


class TestFilesThatRequestsCannotSendAgain:
    """The answer is the 401, and no second request with half a body."""

    def refused_once(self, api: Api, tokens: Tokens, body: Any, sent: bytes = b"content") -> None:
        api.good = {"t1"}

        assert with_requests(BearerAuth(tokens), api.url, data=body).status_code == 401
        assert api.seen == [("t0", sent)]
        assert tokens.refused == [], "no token is renewed for nothing"

    def test_a_pipe(self, api: Api, tokens: Tokens) -> None:
        """It cannot say where it is."""
        reading, writing = os.pipe()
        os.write(writing, b"content")
        os.close(writing)
        with open(reading, "rb") as pipe:
            self.refused_once(api, tokens, pipe)

    def test_one_whose_beginning_is_not_known(self, api: Api, tokens: Tokens) -> None:
        class Lost(io.BytesIO):
            def tell(self) -> int:
                raise OSError(29, "Illegal seek")

        self.refused_once(api, tokens, Lost(b"content"))

    def test_one_that_says_where_it_is_and_cannot_go_back(self, api: Api, tokens: Tokens) -> None:
        class Forward:
            def __init__(self) -> None:
                self.file = io.BytesIO(b"content")
                self.tell = self.file.tell

            def __iter__(self) -> Iterator[bytes]:
                return iter(self.file)

        self.refused_once(api, tokens, Forward())

    def test_one_that_fails_to_go_back(self, api: Api, tokens: Tokens) -> None:
        class Tape(io.BytesIO):
            is_torn = False

            def seek(self, position: int, whence: int = 0, /) -> int:
                if self.is_torn:
                    raise OSError(5, "Input/output error")
                return super().seek(position, whence)

        tape = Tape(b"content")
        api.on_refusal = lambda: setattr(tape, "is_torn", True)
        self.refused_once(api, tokens, tape)

    def test_one_that_was_closed_after_it_was_read(self, api: Api, tokens: Tokens) -> None:
        class Closing(io.BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                content = super().read(size)
                if not content:
                    self.close()
                return content

        self.refused_once(api, tokens, Closing(b"content"))


class TestFormsOfHttpx:
    @pytest.fixture(params=[with_httpx, with_async_httpx])
    def send(self, request: pytest.FixtureRequest) -> Send:
        return cast(Send, request.param)

    @pytest.mark.parametrize("content", [b"content", "content"], ids=["bytes", "text"])
    def test_one_with_fields_and_a_file_of_bytes_or_text_is_sent_again(
        self, send: Send, api: Api, tokens: Tokens, content: bytes | str
    ) -> None:
        api.good = {"t1"}

        assert send(BearerAuth(tokens), api.url, data={"a": "b"}, files={"f": content}).status_code == 200
        assert api.seen[0][1] == api.seen[1][1]
        assert b"content" in api.seen[1][1]

    def test_one_with_a_file_that_cannot_say_whether_it_rewinds_is_not(
        self, send: Send, api: Api, tokens: Tokens
    ) -> None:
        class Reader:
            def __init__(self) -> None:
                self.read = io.BytesIO(b"content").read

        api.good = {"t1"}

        assert send(BearerAuth(tokens), api.url, files={"f": Reader()}).status_code == 401
        assert [token for token, body in api.seen if b"content" in body] == ["t0"]

    def test_one_with_a_pipe_beside_a_file_is_not(self, send: Send, api: Api, tokens: Tokens) -> None:
        class Pipe(io.BytesIO):
            def seekable(self) -> bool:
                return False

        api.good = {"t1"}
        files: Mapping[str, Any] = {"f": io.BytesIO(b"content"), "g": Pipe(b"piped")}

        assert send(BearerAuth(tokens), api.url, files=files).status_code == 401
        assert api.tokens == ["t0"]


class TestRequestsIsLeftInOrder:
    @pytest.mark.parametrize("error", [PermissionError, KeyboardInterrupt])
    def test_where_the_token_source_raises_the_connection_is_closed(self, api: Api, error: type[BaseException]) -> None:
        """Nobody has the answer to close it; it would stay open as long as the exception is looked at."""

        def source(refused: str | None) -> str:
            if refused is not None:
                raise error
            return "t0"

        with requests.Session() as session:
            with pytest.raises(error) as caught:
                session.get(api.url, auth=BearerAuth(source), stream=True, timeout=10)

            assert api.is_left()
            assert caught.value is not None

    def test_the_second_attempt_has_the_callers_timeout(self, api: Api, tokens: Tokens) -> None:
        api.stalls_for = {"t1"}
        with requests.Session() as session, pytest.raises(requests.exceptions.ReadTimeout):
            session.get(api.url, auth=BearerAuth(tokens), timeout=(5, 0.2))

        assert api.tokens == ["t0", "t1"]

    def test_without_httpx_the_object_is_of_its_own_class(self) -> None:
        program = (
            "import sys; from amplify_auth._bridges.http_auth import BearerAuth;"
            "bearer = BearerAuth(lambda refused: 't0'); assert 'httpx' not in sys.modules;"
            "print(bearer.__class__ is BearerAuth)"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)

        assert (done.stdout, done.stderr) == ("True\n", "")


class TestOfASession:
    @pytest.fixture
    def bed(self) -> Iterator[MockCognito]:
        with mock_cognito() as cognito:
            yield cognito

    @pytest.fixture
    def alice(self, bed: MockCognito) -> Session:
        """A session in which alice is signed in."""
        pool = bed.create_pool()
        pool.create_user("alice", PASSWORD)
        session = Session(**pool.config)
        auth.sign_in("alice", PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)
        return session

    def test_a_sign_out_while_the_request_is_under_way_is_told_as_such(
        self, alice: Session, api: Api, send: Send
    ) -> None:
        token = alice.tokens and alice.tokens.access_token
        api.on_refusal = lambda: auth.sign_out(session=alice)
        with pytest.raises(errors.UserUnAuthenticatedException):
            send(alice.http_auth(), api.url)

        assert api.tokens == [token]

    def test_without_an_id_token_there_is_one_clear_error_and_nothing_is_sent(
        self, alice: Session, api: Api, send: Send
    ) -> None:
        """Not ``Bearer None``."""
        record = alice.export_state()
        alice.restore_state(_without_id_token(record))
        with pytest.raises(auth.AuthStateError) as caught:
            send(alice.http_auth(token_use="id"), api.url)

        assert caught.value.name == "InvalidIdTokenException"
        assert api.seen == []


def _without_id_token(state: str) -> str:
    record = json.loads(state)
    record["signed_in"]["tokens"]["id_token"] = None
    return json.dumps(record)
