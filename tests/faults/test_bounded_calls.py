"""A call ends within `total_timeout`, and an answer that is too large is not read, however a server sends them."""

import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.awsrequest
import pytest
import urllib3.util.connection
from botocore import UNSIGNED
from botocore.config import Config

import amplify_auth as auth
from amplify_auth import AuthError, AuthNetworkError, AuthProtocolError, Session
from amplify_auth._cognito import call
from amplify_auth._cognito.bounded_http import LARGEST_ANSWER, _BoundedHTTPConnection, _BoundedSource
from amplify_auth._public_call import public, within
from tests.support.drip_server import (
    CHUNKED,
    CONNECTED,
    DRIPS,
    HEAD,
    LENGTH,
    DripServer,
    SlowRelay,
)
from tests.support.makers import NewSession
from tests.support.scripted_cognito import STALLS, Answer, ScriptedCognito, jwt, refuses, says, signs_in
from tests.support.tls import certificate

#: Seconds. Without a bound each of these calls takes minutes; a busy machine needs a part of it.
SOON = 10.0
POOL = {"user_pool_id": "eu-west-1_AbC123", "user_pool_client_id": "client", "auth_flow_type": "USER_PASSWORD_AUTH"}


def slow_session(url: str, **options: Any) -> Session:
    usual = {"endpoint_url": url, "connect_timeout": 5, "read_timeout": 5, "total_timeout": 0.4}
    return Session(**{**POOL, **usual, **options})


def sign_in(session: Session) -> object:
    return auth.sign_in("alice", "Correct-h0rse!", session=session)


@contextmanager
def in_time(seconds: float = SOON) -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds


def late(call: Callable[[], object], *, limit: str = "0.4") -> AuthNetworkError:
    """The error of a call that takes too long."""
    with in_time(), pytest.raises(AuthNetworkError) as caught:
        call()
    assert f"longer than total_timeout={limit} seconds" in caught.value.message
    assert "total_timeout" in str(caught.value.recovery_suggestion)
    return caught.value


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls") / "trusted.pem")


@pytest.fixture
def tls(trusted: Path, monkeypatch: pytest.MonkeyPatch) -> SSLContext:
    """What a server needs whose certificate is trusted."""
    monkeypatch.setenv("AWS_CA_BUNDLE", str(trusted))
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted)
    return context


@pytest.mark.slow
class TestAnAnswerThatDrips:
    @pytest.mark.parametrize("drip", DRIPS)
    def test_ends_with_the_time_of_the_call(self, drip: str) -> None:
        with DripServer(*DRIPS[drip]) as server:
            error = late(lambda: sign_in(slow_session(server.url)))

        assert (error.name, error.operation) == ("NetworkError", "InitiateAuth")

    @pytest.mark.parametrize("drip", ["one header", "a body", "chunks"])
    def test_ends_over_tls(self, drip: str, tls: SSLContext) -> None:
        with DripServer(*DRIPS[drip], context=tls) as server:
            late(lambda: sign_in(slow_session(server.url)))

            assert server.requests

    @pytest.mark.parametrize("fast", [0, 500, 8000], ids=["greeting", "handshake", "answer"])
    def test_ends_if_tls_drips_itself(self, fast: int, tls: SSLContext) -> None:
        answer = LENGTH + b" " * 99_999
        with DripServer(answer, (), context=tls) as server, SlowRelay(server.server_address[1], fast) as relay:
            late(lambda: sign_in(slow_session(relay.url)))

    @pytest.mark.parametrize(
        ("first", "rest"),
        [
            (b"HTTP/1.1 200 ", b"O"),
            (b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n"),
            (CONNECTED, [b"\x16\x03\x03\x40\x00", *[b"\x00"] * 2000]),  # the beginning of a record of TLS
        ],
        ids=["status line", "headers", "handshake"],
    )
    @pytest.mark.parametrize("is_tls", [False, True], ids=["http", "https"])
    def test_ends_through_a_proxy(
        self, first: bytes, rest: bytes | list[bytes], is_tls: bool, tls: SSLContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with DripServer(first, rest, context=tls if is_tls else None) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            late(lambda: sign_in(slow_session("https://cognito-idp.example.com")))

            assert proxy.requests

    def test_ends_through_a_proxy_that_forwards(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with DripServer(*DRIPS["a body"]) as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            late(lambda: sign_in(slow_session("http://cognito-idp.example.com")))

            assert proxy.requests

    def test_ends_in_every_flow(self) -> None:
        with DripServer(*DRIPS["a body"]) as server:
            late(lambda: sign_in(slow_session(server.url, auth_flow_type="USER_SRP_AUTH")))

    def test_ends_for_aws_credentials(self) -> None:
        with DripServer(*DRIPS["a body"]) as server:
            guest = slow_session(
                server.url,
                identity_pool_id="eu-west-1:0a",
                identity_pool_endpoint_url=server.url,
                allow_guest_access=True,
            )
            error = late(lambda: auth.fetch_auth_session(session=guest))

        assert error.operation == "GetId"

    def test_ends_for_signing_keys(self) -> None:
        pytest.importorskip("jwt")
        token = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.c2ln"
        with DripServer(*DRIPS["a body"]) as server:
            late(lambda: auth.verify_token(token, token_use="access", session=slow_session(server.url)))

    def test_ends_without_an_option(self) -> None:
        """As the other timeouts say: connect_timeout, 3 at least, and three times read_timeout."""
        with DripServer(*DRIPS["a body"]) as server:
            session = slow_session(server.url, total_timeout=None, connect_timeout=1, read_timeout=0.5)

            late(lambda: sign_in(session), limit="4.5")


class TestBoundedSource:
    """What a connection receives. A server that never pauses gives no wait that could be too long."""

    @pytest.mark.parametrize("length", [10, LARGEST_ANSWER * 2])
    def test_gives_nothing_when_the_time_is_over(self, length: int) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs, ours.makefile("rb", buffering=0) as raw, _BoundedSource(raw, ours) as source:
            theirs.sendall(b"a" * 100)
            with within(30):
                assert source.read(10) == b"a" * 10
            with within(0), pytest.raises(TimeoutError):
                source.read(length)
            assert source.read(10) == b"a" * 10  # for its owner

    def test_waits_no_longer_than_the_time_that_is_left(self) -> None:
        ours, theirs = socket.socketpair()
        ours.settimeout(60)
        with ours, theirs, ours.makefile("rb", buffering=0) as raw, in_time(), within(0.05):
            source = _BoundedSource(raw, ours)
            with pytest.raises(TimeoutError):
                source.read(1)


class TestTheTimeOfACall:
    def test_is_that_of_all_its_requests(self, scripted: ScriptedCognito, new_session: NewSession) -> None:
        """The second request has only what the first one left."""

        def slow(answer: Answer) -> Callable[[object], Answer]:
            def script(_: object) -> Answer:
                time.sleep(0.4)
                return answer

            return script

        scripted.on("InitiateAuth", slow(says(ChallengeName="PASSWORD_VERIFIER", ChallengeParameters=CHALLENGE)))
        scripted.on("RespondToAuthChallenge", STALLS)
        session = new_session(auth_flow_type="USER_SRP_AUTH", read_timeout=30, total_timeout=1)

        error = late(lambda: sign_in(session), limit="1")

        assert error.operation == "RespondToAuthChallenge"

    def test_includes_the_retries(self, scripted: ScriptedCognito, new_session: NewSession, slept: list[float]) -> None:
        """The first pause may take a second."""
        scripted.always("GetTokensFromRefreshToken", STALLS).on("InitiateAuth", signs_in())
        session = new_session(read_timeout=0.2, total_timeout=1.1)
        sign_in(session)

        with in_time(), pytest.raises(AuthNetworkError):
            auth.fetch_auth_session(force_refresh=True, session=session)

        assert scripted.operations.count("GetTokensFromRefreshToken") == 1
        assert slept == []

    @pytest.mark.parametrize(("asked", "requests"), [("100", 2), ("4900", 1), ("99000", 1)])
    def test_includes_the_pause_that_a_server_asks_for(
        self, asked: str, requests: int, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        refusal = Answer(status=503, body=b"{}", headers={"x-amz-retry-after": asked})
        scripted.on("InitiateAuth", signs_in()).on("GetTokensFromRefreshToken", refusal, signs_in())
        session = new_session(total_timeout=5)
        sign_in(session)

        if requests == 1:
            with pytest.raises(AuthError):
                auth.fetch_auth_session(force_refresh=True, session=session)
        else:
            auth.fetch_auth_session(force_refresh=True, session=session)

        assert scripted.operations.count("GetTokensFromRefreshToken") == requests

    def test_leaves_a_refusal_as_it_is(self, scripted: ScriptedCognito, new_session: NewSession) -> None:
        scripted.on("InitiateAuth", refuses("InternalErrorException", "Later.", 500))

        with pytest.raises(auth.errors.InternalErrorException, match="Later"):
            sign_in(new_session(total_timeout=0.9))

        assert scripted.operations == ["InitiateAuth"]

    def test_does_not_shorten_the_waits_of_the_next_request(
        self, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        """It goes over the connection whose last wait was bounded by what was left."""

        def slow(_: object) -> Answer:
            time.sleep(0.3)
            return signs_in()

        scripted.on("InitiateAuth", signs_in(), slow)
        hasty = new_session(total_timeout=0.2)
        sign_in(hasty)

        sign_in(new_session(total_timeout=30))

        assert scripted.operations == ["InitiateAuth"] * 2

    def test_does_not_run_while_a_listener_does(self, scripted: ScriptedCognito, new_session: NewSession) -> None:
        """A call that the listener makes has its own time."""
        session = new_session(
            identity_pool_id="us-east-1:0a", identity_pool_endpoint_url=scripted.url, total_timeout=0.5
        )
        heard: list[object] = []

        def listen(event: auth.AuthEvent) -> None:
            if event.name == "token_refresh":
                time.sleep(0.6)
                heard.append(auth.resend_sign_up_code("alice", session=session))

        session.add_listener(listen)
        signed_in = signs_in(IdToken=jwt(iss="https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Scripted"))
        scripted.on("InitiateAuth", signed_in).on("GetTokensFromRefreshToken", signed_in)
        scripted.on("ResendConfirmationCode", says()).on("GetId", refuses("ResourceNotFoundException"))
        sign_in(session)

        failed = auth.fetch_auth_session(force_refresh=True, session=session).credentials_error
        assert isinstance(failed, auth.errors.ResourceNotFoundException)  # and not: it took too long

        assert len(heard) == 1

    def test_does_not_run_while_a_person_uses_a_passkey(
        self, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        class Authenticator:
            def get(self, options: dict[str, Any]) -> dict[str, Any]:
                time.sleep(0.6)
                return {"id": "credential"}

            def create(self, options: dict[str, Any]) -> dict[str, Any]:
                return {}

        options = '{"challenge": "Y2hhbGxlbmdl"}'
        scripted.on(
            "InitiateAuth",
            says(
                ChallengeName="WEB_AUTHN", Session="s" * 30, ChallengeParameters={"CREDENTIAL_REQUEST_OPTIONS": options}
            ),
        ).on("RespondToAuthChallenge", signs_in())
        session = new_session(
            auth_flow_type="USER_AUTH", preferred_challenge="WEB_AUTHN", passkey=Authenticator(), total_timeout=0.5
        )

        output = auth.sign_in("alice", session=session)

        assert output.is_signed_in

    def test_sends_nothing_when_it_is_over(self, scripted: ScriptedCognito, new_session: NewSession) -> None:
        config = new_session(total_timeout=0.1).config

        def slow() -> object:
            time.sleep(0.15)
            return call(config, "SignUp", ClientId="client", Username="alice", Password="Correct-h0rse!")

        late(public(slow), limit="0.1")

        time.sleep(0.1)
        assert scripted.operations == []


#: Of a right size, which is enough: no one proves that it knows the password.
CHALLENGE = {
    "SALT": "ab" * 16,
    "SECRET_BLOCK": "c2VjcmV0",
    "SRP_B": "7" * 700,
    "USERNAME": "alice",
    "USER_ID_FOR_SRP": "alice",
}


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems have one loopback address, or refuse at once.")
class TestAHostOfSeveralAddresses:
    @pytest.fixture
    def resolved(self, scripted: ScriptedCognito, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
        """What ``two.example`` resolves to. At 127.0.0.2 and 127.0.0.3 nothing answers, not even with a refusal."""
        found: list[str] = []
        resolve = socket.getaddrinfo

        def getaddrinfo(host: str, port: int, *rest: Any, **options: Any) -> list[Any]:
            hosts = found if host == "two.example" else [host]
            return [entry for name in hosts for entry in resolve(name, port, *rest, **options)]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        with ExitStack() as stack:
            for address in ("127.0.0.2", "127.0.0.3"):
                listener = stack.enter_context(socket.socket())
                listener.bind((address, scripted.server_address[1]))
                listener.listen(0)
                for _ in range(4):  # the queue is full: the system does not answer any more
                    waiting = stack.enter_context(socket.socket())
                    waiting.setblocking(False)
                    waiting.connect_ex(listener.getsockname())
            yield found

    def test_gives_the_rest_of_a_request_all_the_time_that_is_left(self, scripted: ScriptedCognito) -> None:
        """TLS comes next. The share of one address was less."""
        connection = _BoundedHTTPConnection("127.0.0.1", scripted.server_address[1])
        connection.timeout = 30
        with within(20), connection._connected_to("127.0.0.1", 5.0) as sock:
            assert sock.gettimeout() > 5

    def two(self, scripted: ScriptedCognito, **options: Any) -> dict[str, Any]:
        url = f"http://two.example:{scripted.server_address[1]}"
        return {"endpoint_url": url, "connect_timeout": 30, "read_timeout": 30, **options}

    def test_leaves_time_for_the_next_address(
        self, resolved: list[str], scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        resolved[:] = ["127.0.0.2", "127.0.0.1"]
        scripted.on("InitiateAuth", signs_in())

        with in_time():
            assert sign_in(new_session(**self.two(scripted, total_timeout=1.5)))

    def test_keeps_the_time_for_a_connection(
        self, resolved: list[str], scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        resolved[:] = ["127.0.0.2", "127.0.0.1"]
        scripted.on("InitiateAuth", signs_in())

        with in_time():
            assert sign_in(new_session(**self.two(scripted, total_timeout=300, connect_timeout=0.2)))

    def test_ends_with_the_time_of_the_call(
        self, resolved: list[str], scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        resolved[:] = ["127.0.0.2", "127.0.0.3"]

        late(lambda: sign_in(new_session(**self.two(scripted, read_timeout=29, total_timeout=0.4))))

    def test_is_looked_up_once(
        self, resolved: list[str], scripted: ScriptedCognito, new_session: NewSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A look-up is the one thing that cannot be bounded."""
        resolved[:] = ["127.0.0.1"]
        asked: list[str] = []
        look_up = socket.getaddrinfo

        def getaddrinfo(host: str, *rest: Any, **options: Any) -> list[Any]:
            asked.append(host)
            return look_up(host, *rest, **options)

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        scripted.on("InitiateAuth", signs_in())

        assert sign_in(new_session(**self.two(scripted, read_timeout=28)))  # no connection is open yet
        assert asked.count("two.example") == 1

    def test_is_not_looked_up_for_kinds_of_addresses_that_the_machine_lacks(
        self, new_session: NewSession, monkeypatch: pytest.MonkeyPatch, slept: list[float]
    ) -> None:
        """As urllib3 does: on a machine without IPv6, an address of that kind cannot be the reason."""
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        entries = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0)),
        ]
        look_up = socket.getaddrinfo

        def getaddrinfo(host: str, port: int, family: int = 0, *rest: Any, **options: Any) -> list[Any]:
            if host != "two.example":
                return look_up(host, port, family, *rest, **options)
            return [entry for entry in entries if family in (0, entry[0])]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        monkeypatch.setattr(urllib3.util.connection, "HAS_IPV6", False)

        with pytest.raises(AuthNetworkError, match="the connection was refused"):
            sign_in(new_session(endpoint_url=f"http://two.example:{port}", total_timeout=20))


class TestAClientOfTheCaller:
    def client(self, url: str) -> Any:
        config = Config(signature_version=UNSIGNED, read_timeout=0.5, retries={"total_max_attempts": 1})
        return boto3.client("cognito-idp", region_name="eu-west-1", endpoint_url=url, config=config)

    def test_is_bounded_in_calls_of_this_library(self) -> None:
        with DripServer(*DRIPS["a body"]) as server:
            late(lambda: sign_in(slow_session(server.url, client=self.client(server.url))))

    def test_is_bounded_if_it_was_used_before(self, scripted: ScriptedCognito, new_session: NewSession) -> None:
        client = self.client(scripted.url)
        scripted.on("InitiateAuth", signs_in(), STALLS)
        client.initiate_auth(ClientId="client", AuthFlow="USER_PASSWORD_AUTH", AuthParameters={})
        assert len(client._endpoint.http_session._manager.pools) == 1
        session = new_session(client=client, total_timeout=0.3)
        assert len(client._endpoint.http_session._manager.pools) == 0

        late(lambda: sign_in(session), limit="0.3")

    def throttled(self, scripted: ScriptedCognito) -> Any:
        """A client in botocore's adaptive mode: after it was throttled, it pauses before it sends anything."""
        config = Config(signature_version=UNSIGNED, retries={"mode": "adaptive", "total_max_attempts": 3})
        client = boto3.client("cognito-idp", region_name="eu-west-1", endpoint_url=scripted.url, config=config)
        scripted.always("InitiateAuth", refuses("TooManyRequestsException", "Rate exceeded"))
        with pytest.raises(AuthError, match="Rate exceeded"):
            sign_in(slow_session(scripted.url, client=client, total_timeout=300))
        scripted.always("InitiateAuth", signs_in())
        scripted.requests.clear()
        return client

    @pytest.mark.slow
    def test_is_bounded_if_it_limits_its_own_rate(self, scripted: ScriptedCognito, slept: list[float]) -> None:
        client = self.throttled(scripted)
        handlers = client.meta.events._emitter._handlers.prefix_search("before-send")
        (bucket,) = (each.__self__._token_bucket for each in handlers if hasattr(each, "__self__"))
        bucket._min_rate = 0.001  # requests a second
        bucket.max_rate = 0
        session = slow_session(scripted.url, client=client)

        error = late(lambda: sign_in(session))

        assert (error.is_retryable, scripted.requests) == (True, [])

    @pytest.mark.slow
    def test_limits_its_own_rate_all_the_same(self, scripted: ScriptedCognito, slept: list[float]) -> None:
        session = slow_session(scripted.url, client=self.throttled(scripted), total_timeout=60)
        begun = time.monotonic()

        assert sign_in(session)

        assert time.monotonic() - begun > 0.5

    def test_is_its_owners_own_otherwise(self, slept: list[float]) -> None:
        """No bound of time and of size."""
        big = b'{"AuthenticationResult": {"AccessToken": "' + b"a" * (2 * LARGEST_ANSWER) + b'"}}'
        parts = (big[index : index + 100_000] for index in range(0, len(big), 100_000))
        with DripServer(HEAD + b"Content-Length: %d\r\n\r\n" % len(big), parts, pause=0.01) as server:
            client = self.client(server.url)
            slow_session(server.url, client=client, total_timeout=0.01)

            answer = client.initiate_auth(ClientId="client", AuthFlow="USER_PASSWORD_AUTH", AuthParameters={})

        assert len(answer["AuthenticationResult"]["AccessToken"]) == 2 * LARGEST_ANSWER


class TestWithoutBotocoresPlaces:
    """Names of botocore that are used and are not public may be missing one day."""

    @pytest.mark.parametrize("name", ["_pool_classes_by_scheme", "_manager"])
    def test_a_client_works(self, name: str, scripted: ScriptedCognito, new_session: NewSession) -> None:
        client: Any = boto3.client(
            "cognito-idp", region_name="eu-west-1", endpoint_url=scripted.url, config=Config(signature_version=UNSIGNED)
        )
        http = client._endpoint.http_session
        client._endpoint.http_session = SimpleNamespace(send=http.send, close=http.close, **{
            other: getattr(http, other) for other in ("_pool_classes_by_scheme", "_manager") if other != name
        })  # fmt: skip
        scripted.on("InitiateAuth", signs_in())

        assert sign_in(new_session(client=client))

    def test_connections_that_a_program_has_replaced_stay(
        self, scripted: ScriptedCognito, new_session: NewSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As vcrpy does, to record and play what goes over them."""
        made: list[object] = []

        class Recorded(botocore.awsrequest.AWSHTTPConnection):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                made.append(self)
                super().__init__(*args, **kwargs)

        monkeypatch.setattr(botocore.awsrequest.AWSHTTPConnectionPool, "ConnectionCls", Recorded)
        scripted.on("InitiateAuth", signs_in())

        sign_in(new_session(read_timeout=29))

        assert made


FULL = LARGEST_ANSWER
AROUND = b'{"AuthenticationResult": {"AccessToken": "%b"}}'


def body(size: int) -> bytes:
    """An answer of ``size`` bytes."""
    return AROUND % (b"a" * (size - len(AROUND % b"")))


def chunked(content: bytes, size: int) -> bytes:
    chunks = (content[index : index + size] for index in range(0, len(content), size))
    return CHUNKED + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


class TestAnAnswerThatIsTooLarge:
    @pytest.mark.parametrize("status", [b"200 OK", b"400 Bad", b"404 No", b"503 Down"])
    @pytest.mark.parametrize(
        "head", [b"Content-Length: 1048577\r\n\r\n", b"Content-Length: 99999999999\r\n\r\n"], ids=["by one", "by far"]
    )
    def test_is_not_read_if_its_length_says_so(self, head: bytes, status: bytes) -> None:
        with DripServer(b"HTTP/1.1 " + status + b"\r\n" + head, b" " * 10_000) as server:
            self.refuse(server)

            assert server.requests == 1
            assert server.sent < 100_000

    @pytest.mark.parametrize(
        "head", [HEAD + b"Connection: close\r\n\r\n", HEAD, CHUNKED], ids=["close", "headers", "chunked"]
    )
    def test_is_not_read_to_its_end(self, head: bytes) -> None:
        part = b"X-A: " + b"a" * 50_000 + b"\r\n" if head == HEAD else b" " * 50_000
        part = b"c350\r\n%b\r\n" % part if head == CHUNKED else part
        with DripServer(head, part, pause=0) as server:
            self.refuse(server)

            assert server.requests == 1

    @pytest.mark.parametrize(
        "answer",
        [
            HEAD + b"Content-Length: %d\r\n\r\n" % (FULL + 1) + body(FULL + 1),
            HEAD + b"Connection: close\r\n\r\n" + body(FULL + 1),
            chunked(body(FULL + 1), 60_000),
            chunked(body(FULL + 1), 5000),
        ],
        ids=["length", "close", "large chunks", "small chunks"],
    )
    def test_is_refused_if_it_is_one_byte_too_large(self, answer: bytes) -> None:
        with DripServer(answer, ()) as server:
            self.refuse(server)

    @pytest.mark.parametrize(
        "answer",
        [
            HEAD + b"Content-Length: %d\r\n\r\n" % FULL + body(FULL),
            HEAD + b"Connection: close\r\n\r\n" + body(FULL),
            chunked(body(FULL), 60_000),
            chunked(body(FULL), 5000),
        ],
        ids=["length", "close", "large chunks", "small chunks"],
    )
    def test_is_read_if_it_is_just_not(self, answer: bytes) -> None:
        with DripServer(answer, ()) as server, pytest.raises(AuthProtocolError, match="64 KiB"):
            sign_in(self.session(server))

    @pytest.mark.parametrize(
        "answer",
        [HEAD + b"Content-Length: 1048577\r\n\r\n", chunked(body(FULL + 1), 60_000)],
        ids=["length", "chunks"],
    )
    def test_is_refused_for_signing_keys(self, answer: bytes) -> None:
        pytest.importorskip("jwt")
        token = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.c2ln"
        with DripServer(answer, ()) as server:
            session = self.session(server)
            with pytest.raises(AuthProtocolError, match="1024 KiB") as caught:
                auth.verify_token(token, token_use="access", session=session)

        assert caught.value.name == "InvalidResponse"

    def test_does_not_leave_its_connection_open(self) -> None:
        with ScriptedCognito() as server:
            server.on("InitiateAuth", Answer(body=body(FULL + 1)), signs_in())
            session = slow_session(server.url, total_timeout=30)
            with pytest.raises(AuthProtocolError, match="1024 KiB"):
                sign_in(session)

            server.wait_until_closed()

            assert sign_in(session)

    def session(self, server: DripServer) -> Session:
        return slow_session(server.url, read_timeout=10, total_timeout=30)

    def refuse(self, server: DripServer) -> None:
        with in_time(30), pytest.raises(AuthProtocolError) as caught:
            sign_in(self.session(server))
        error = caught.value
        assert error.message.startswith("The answer to InitiateAuth is larger than 1024 KiB. It is not read.")
        assert (error.name, error.operation) == ("InvalidResponse", "InitiateAuth")
        assert error.recovery_suggestion
