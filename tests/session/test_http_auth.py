"""Bearer tokens on requests and httpx, over TCP to a server that knows which tokens are good."""

import io
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import anyio
import httpx
import pytest
import requests

import amplify_auth as auth
from amplify_auth._bridges.http_auth import BearerAuth
from amplify_auth.testing import MockCognito, MockPool
from tests.support.together import run_together


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        length = self.headers.get("Content-Length")
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b"".join(iter(self._chunk, b""))
        else:
            body = self.rfile.read(int(length or 0))
        header = self.headers.get("Authorization")
        self.server.seen.append((self.path, header, body))
        if self.path.startswith("/redirect?"):
            self._answer(307, location=self.path.partition("?")[2])
        else:
            self._answer(200 if header in self.server.good else 401)

    do_POST = do_PUT = do_GET

    def _chunk(self):
        chunk = self.rfile.read(int(self.rfile.readline(), 16))
        self.rfile.readline()
        return chunk

    def _answer(self, status, location=None):
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"body")

    def log_message(self, *_):
        pass


@pytest.fixture
def start_server() -> Iterator[Any]:
    servers = []

    def start(*good):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        server.good, server.seen = {f"Bearer {token}" for token in good}, []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        server.url = f"http://127.0.0.1:{server.server_port}"
        return server

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


class Tokens:
    """``t0``, and another one for each that was refused; knows in which threads it was asked."""

    def __init__(self):
        self.count, self.refused, self.threads = 0, [], set()

    def __call__(self, refused):
        self.threads.add(threading.get_ident())
        if refused is not None:
            self.refused.append(refused)
            if refused == f"t{self.count}":
                self.count += 1
        return f"t{self.count}"


@pytest.fixture
def tokens() -> Any:
    return Tokens()


def with_requests(auth, method, url, **options):
    with requests.Session() as session:
        return session.request(method, url, auth=auth, timeout=10, **options)


def with_httpx(auth, method, url, **options):
    options["content"] = options.pop("data", None)
    with httpx.Client(auth=auth, timeout=10, follow_redirects=True, trust_env=False) as client:
        return client.request(method, url, **options)


def with_async_httpx(auth, method, url, **options):
    data = options.pop("data", None)
    if hasattr(data, "__next__"):
        data = as_async(data)

    async def call():
        async with httpx.AsyncClient(auth=auth, timeout=10, follow_redirects=True, trust_env=False) as client:
            return await client.request(method, url, content=data, **options)

    return anyio.run(call)


async def as_async(chunks):
    for chunk in chunks:
        yield chunk


@pytest.fixture(params=[with_requests, with_httpx, with_async_httpx])
def send(request: pytest.FixtureRequest) -> Any:
    return request.param


class TestEveryClient:
    def test_sends_the_token(self, send: Any, start_server: Any, tokens: Any) -> None:
        server = start_server("t0")
        response = send(BearerAuth(tokens), "GET", server.url + "/")

        assert response.status_code == 200
        assert server.seen == [("/", "Bearer t0", b"")]

    def test_asks_for_the_token_at_every_request(self, send: Any, start_server: Any, tokens: Any) -> None:
        server, auth = start_server("t0", "t1"), BearerAuth(tokens)
        send(auth, "GET", server.url)
        tokens.count = 1
        send(auth, "GET", server.url)

        assert [header for _, header, _ in server.seen] == ["Bearer t0", "Bearer t1"]

    @pytest.mark.parametrize("body", [b"bytes", "text"])
    def test_a_refused_token_is_replaced_and_the_request_sent_again_with_its_body(
        self, send: Any, start_server: Any, tokens: Any, body: bytes | str
    ) -> None:
        server = start_server("t1")
        response = send(BearerAuth(tokens), "POST", server.url + "/", data=body)

        sent = body if isinstance(body, bytes) else body.encode()
        assert response.status_code == 200
        assert response.content == b"body"
        assert server.seen == [("/", "Bearer t0", sent), ("/", "Bearer t1", sent)]
        assert tokens.refused == ["t0"]
        assert [former.status_code for former in response.history] == [401]

    def test_it_is_sent_again_only_once(self, send: Any, start_server: Any, tokens: Any) -> None:
        server = start_server()
        response = send(BearerAuth(tokens), "GET", server.url)

        assert response.status_code == 401
        assert len(server.seen) == 2

    def test_a_server_that_refuses_every_token_causes_one_refresh_not_one_per_request(
        self, send: Any, start_server: Any, tokens: Any
    ) -> None:
        server, auth = start_server(), BearerAuth(tokens)
        for _ in range(5):
            assert send(auth, "GET", server.url).status_code == 401

        assert tokens.refused == ["t0"]

    def test_a_body_that_cannot_be_read_twice_is_not_sent_again(
        self, send: Any, start_server: Any, tokens: Any
    ) -> None:
        server = start_server("t1")
        response = send(BearerAuth(tokens), "POST", server.url, data=iter((b"ab", b"cd")))

        assert response.status_code == 401
        assert [body for _, _, body in server.seen] == [b"abcd"]

    def test_a_token_source_that_has_nothing_newer_ends_it(self, send: Any, start_server: Any) -> None:
        server = start_server()

        assert send(BearerAuth(lambda refused: "t0"), "GET", server.url).status_code == 401
        assert len(server.seen) == 1

    def test_an_error_of_the_token_source_reaches_the_caller(self, send: Any, start_server: Any) -> None:
        """The session has ended: one clear error, not a request without a token."""
        server = start_server()

        def ended(refused):
            raise PermissionError("the session has ended")

        with pytest.raises(PermissionError):
            send(BearerAuth(ended), "GET", server.url)

        assert server.seen == []

    def test_a_redirect_to_another_host_gets_no_token_and_its_refusal_no_second_one(
        self, send: Any, start_server: Any, tokens: Any
    ) -> None:
        """RFC 6750 section 5.3: a token must not reach whom it is not meant for."""
        server, other = start_server("t0"), start_server("t0")
        url = other.url.replace("127.0.0.1", "localhost")
        response = send(BearerAuth(tokens), "GET", f"{server.url}/redirect?{url}/")

        assert response.status_code == 401
        assert [header for _, header, _ in other.seen] == [None]
        assert tokens.refused == []

    def test_a_redirect_on_the_same_host_keeps_the_token_and_may_be_sent_again(
        self, send: Any, start_server: Any, tokens: Any
    ) -> None:
        server = start_server("t1")
        response = send(BearerAuth(tokens), "POST", f"{server.url}/redirect?/there", data=b"body")

        assert response.status_code == 200
        assert server.seen[-1] == ("/there", "Bearer t1", b"body")

    def test_what_was_accepted_before_a_redirect_is_not_sent_again(
        self, send: Any, start_server: Any, tokens: Any
    ) -> None:
        """303: see what has come of it. Refused is only the look, and only that is repeated."""
        server = start_server("t1")

        class Accepting(Handler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.server.seen.append((self.path, self.headers["Authorization"], b"order"))
                self._answer(303, location="/there")

        server.RequestHandlerClass = Accepting

        assert send(BearerAuth(tokens), "POST", f"{server.url}/orders", data=b"order").status_code == 200
        assert [path for path, _, _ in server.seen] == ["/orders", "/there", "/there"]

    def test_where_no_newer_token_is_to_be_had_the_answer_is_the_refusal(self, send: Any, start_server: Any) -> None:
        server = start_server()

        def failing(refused):
            if refused:
                raise auth.errors.TooManyRequestsException("Slow down.")
            return "t0"

        assert send(BearerAuth(failing), "GET", server.url).status_code == 401
        assert len(server.seen) == 1


class TestRequests:
    def test_a_file_is_sent_again_from_where_it_began(self, start_server: Any, tokens: Any) -> None:
        server, file = start_server("t1"), io.BytesIO(b"0123456789")
        file.seek(4)
        response = with_requests(BearerAuth(tokens), "PUT", server.url, data=file)

        assert response.status_code == 200
        assert [body for _, _, body in server.seen] == [b"456789"] * 2

    def test_a_form_with_files_is_sent_again(self, start_server: Any, tokens: Any) -> None:
        server = start_server("t1")
        response = with_requests(BearerAuth(tokens), "POST", server.url, files={"f": b"content"})

        assert response.status_code == 200
        assert server.seen[0][2] == server.seen[1][2]

    def test_it_is_not_a_redirect_after_the_second_attempt_that_forgets_the_new_token(
        self, start_server: Any, tokens: Any
    ) -> None:
        """requests copies the original request for a redirect: the new token must be on it."""
        server = start_server("t1")

        class Once(Handler):
            def do_GET(self):
                if self.path == "/" and self.headers["Authorization"] == "Bearer t1":
                    self.server.seen.append((self.path, "Bearer t1", b""))
                    self._answer(307, location="/there")
                else:
                    super().do_GET()

        server.RequestHandlerClass = Once

        assert with_requests(BearerAuth(tokens), "GET", server.url + "/").status_code == 200
        assert server.seen[-1] == ("/there", "Bearer t1", b"")

    def test_works_as_the_auth_of_a_session(self, start_server: Any, tokens: Any) -> None:
        server = start_server("t1")
        with requests.Session() as session:
            session.auth = BearerAuth(tokens)

            assert session.get(server.url, timeout=10).status_code == 200
            assert session.get(server.url, timeout=10).status_code == 200

        assert len(server.seen) == 3


class TestHttpx:
    @pytest.mark.parametrize("send", [with_httpx, with_async_httpx])
    def test_a_form_with_files_is_sent_again_if_they_can_be_rewound(
        self, send: Any, start_server: Any, tokens: Any
    ) -> None:
        server = start_server("t1")
        response = send(BearerAuth(tokens), "POST", server.url, files={"f": io.BytesIO(b"content")})

        assert response.status_code == 200
        assert server.seen[0][2] == server.seen[1][2]

    def test_a_form_with_a_pipe_is_not_sent_again(self, start_server: Any, tokens: Any) -> None:
        class Pipe(io.BytesIO):
            def seekable(self):
                return False

        server = start_server("t1")
        response = with_httpx(BearerAuth(tokens), "POST", server.url, files={"f": Pipe(b"content")})

        assert response.status_code == 401
        assert len(server.seen) == 1

    def test_a_file_body_is_not_sent_again_since_httpx_does_not_rewind_it(self, start_server: Any, tokens: Any) -> None:
        server = start_server("t1")
        response = with_httpx(BearerAuth(tokens), "PUT", server.url, data=io.BytesIO(b"content"))

        assert response.status_code == 401
        assert len(server.seen) == 1

    def test_the_event_loop_is_not_blocked_by_a_refresh(self, start_server: Any, tokens: Any) -> None:
        server = start_server("t1")
        with_async_httpx(BearerAuth(tokens), "GET", server.url)

        assert tokens.threads
        assert threading.get_ident() not in tokens.threads

    def test_an_object_made_before_httpx_was_imported_works(self) -> None:
        code = """
import sys
from amplify_auth._bridges.http_auth import BearerAuth
assert not {"httpx", "requests", "anyio"} & set(sys.modules)
auth = BearerAuth(lambda refused: "t1" if refused else "t0")
import httpx
def answer(request):
    return httpx.Response(200 if request.headers["Authorization"] == "Bearer t1" else 401)
with httpx.Client(auth=auth, transport=httpx.MockTransport(answer)) as client:
    print(client.get("http://localhost").status_code)
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

        assert (done.stdout.strip(), done.stderr) == ("200", "")


class TestSecrecy:
    def test_is_not_pickled_and_shows_no_token(self, start_server: Any, tokens: Any) -> None:
        auth = BearerAuth(tokens)
        with_requests(auth, "GET", start_server().url)

        with pytest.raises(TypeError):
            pickle.dumps(auth)
        assert "t0" not in repr(auth)
        assert "t1" not in str(vars(auth))

    def test_is_still_what_it_is(self) -> None:
        """``__class__`` speaks to httpx only."""
        auth = BearerAuth(lambda refused: "t0")

        assert type(auth) is BearerAuth
        assert isinstance(auth, BearerAuth)
        assert isinstance(auth, httpx.Auth)


class TestOfASession:
    """``session.http_auth()``: the same with real tokens and a Cognito that refreshes them."""

    @pytest.fixture
    def server(self, signed_in: auth.Session, start_server: Any) -> Any:
        return start_server(signed_in.tokens.access_token)

    def test_a_revoked_token_is_replaced_once_for_all_threads(
        self, cognito: MockCognito, signed_in: auth.Session, start_server: Any
    ) -> None:
        server = start_server()
        refused = signed_in.tokens.access_token
        auth_object = signed_in.http_auth()

        def accept(event):
            server.good.add(f"Bearer {signed_in.tokens.access_token}")

        signed_in.add_listener(accept)
        answers = run_together(20, lambda: with_requests(auth_object, "GET", server.url).status_code)

        assert answers == [200] * 20
        assert len(cognito.calls.of("GetTokensFromRefreshToken")) == 1
        assert {header for _, header, _ in server.seen} == {
            f"Bearer {refused}",
            f"Bearer {signed_in.tokens.access_token}",
        }

    def test_an_hour_later_the_token_is_a_new_one(
        self, cognito: MockCognito, signed_in: auth.Session, server: Any, send: Any
    ) -> None:
        auth_object = signed_in.http_auth()
        assert send(auth_object, "GET", server.url).status_code == 200
        cognito.clock.advance(3600)
        server.good.clear()
        signed_in.add_listener(lambda event: server.good.add(f"Bearer {signed_in.tokens.access_token}"))

        assert send(auth_object, "GET", server.url).status_code == 200
        assert len(server.seen) == 2

    def test_the_id_token_can_be_sent_instead(self, signed_in: auth.Session, start_server: Any, send: Any) -> None:
        server = start_server(signed_in.tokens.id_token)

        assert send(signed_in.http_auth(token_use="id"), "GET", server.url).status_code == 200

    def test_nobody_signed_in_is_an_error_and_nothing_is_sent(
        self, signed_in: auth.Session, server: Any, send: Any
    ) -> None:
        auth_object = signed_in.http_auth()
        auth.sign_out(session=signed_in)
        with pytest.raises(auth.errors.UserUnAuthenticatedException):
            send(auth_object, "GET", server.url)

        assert server.seen == []

    def test_the_end_of_the_session_is_one_clear_error(
        self, pool: MockPool, signed_in: auth.Session, start_server: Any, send: Any
    ) -> None:
        server = start_server()
        pool.expire_refresh_tokens()
        for _ in range(2):
            with pytest.raises(auth.errors.SessionEnded):
                send(signed_in.http_auth(), "GET", server.url)

        assert len(server.seen) == 1

    def test_an_api_that_refuses_every_token_causes_one_refresh_whoever_asks(
        self, cognito: MockCognito, signed_in: auth.Session, start_server: Any, send: Any
    ) -> None:
        """Each request with an object of its own, as is natural to write."""
        server = start_server()
        for _ in range(3):
            assert send(signed_in.http_auth(), "GET", server.url).status_code == 401

        assert len(cognito.calls.of("GetTokensFromRefreshToken")) == 1

    def test_another_kind_of_token_is_refused(self, signed_in: auth.Session) -> None:
        with pytest.raises(auth.AuthValidationError):
            signed_in.http_auth(token_use="refresh")
