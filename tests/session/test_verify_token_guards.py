"""`verify_token` at its limits: the very moment of a token's end, keys that are asked for too often, JSON without end.

The keys come from a real HTTP server that counts how often it is asked. PyJWT has learnt to survive some of this in
later releases than the oldest that the extra allows.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

import amplify_auth as auth
from amplify_auth import Session, _clock, errors

POOL, CLIENT = "eu-west-1_AbC123", "1h57kf5cpq17m0eml12EXAMPLE"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
DEEP = b"[" * 100_000
DEEP_PART = b"[" * 20_000  # of a token, which has at most 64 KiB
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class KeyServer(ThreadingHTTPServer):
    """Answers every request with ``content``, and counts them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = json.dumps({"keys": [_jwk()]}).encode()
        self.asked = 0


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = cast(KeyServer, self.server)
        server.asked += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(server.content)

    def log_message(self, format: str, *args: object) -> None:
        pass


def _jwk() -> dict[str, Any]:
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
    return {**public, "kid": "one", "alg": "RS256", "use": "sig"}


@pytest.fixture
def keys() -> Iterator[KeyServer]:
    with KeyServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


Verify = Callable[..., Any]


@pytest.fixture
def verify(keys: KeyServer) -> Verify:
    url = f"http://127.0.0.1:{keys.server_port}"
    session = Session(user_pool_id=POOL, user_pool_client_id=CLIENT, endpoint_url=url)
    return lambda token, **options: auth.verify_token(token, token_use="access", session=session, **options)


@pytest.fixture
def moved() -> Iterator[Callable[[float], None]]:
    """Lets seconds pass at once; they are taken back after the test."""
    passed: list[float] = []

    def move(seconds: float) -> None:
        passed.append(seconds)
        _clock.shift(seconds)

    yield move
    _clock.shift(-sum(passed))


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> float:
    """Time stands still: a moment can be met. As a NumericDate."""
    monkeypatch.setattr(_clock, "now", lambda: NOON)
    return NOON.timestamp()


def token(header: bytes | None = None, payload: bytes | None = None, **changes: Any) -> str:
    """A token that the pool has signed for the client, or what it signed in place of one."""
    claims = {
        "iss": f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL}",
        "token_use": "access",
        "client_id": CLIENT,
        "exp": _clock.now().timestamp() + 1e6,
        **changes,
    }
    parts = header or b'{"alg": "RS256", "kid": "one"}', payload or json.dumps(claims).encode()
    signing_input = ".".join(map(_encoded, parts))
    return f"{signing_input}.{_encoded(KEY.sign(signing_input.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


class TestTheVeryMoment:
    """RFC 7519 sections 4.1.4 and 4.1.5: not on or after ``exp``; on ``nbf`` it begins."""

    @pytest.mark.parametrize("leeway", [0, 5])
    def test_at_which_a_token_ends_it_has_ended(self, at_noon: float, verify: Verify, leeway: float) -> None:
        with pytest.raises(errors.TokenVerificationError) as caught:
            verify(token(exp=at_noon - leeway), leeway=leeway)

        assert caught.value.name == "TokenExpiredException"
        assert verify(token(exp=at_noon - leeway + 1), leeway=leeway)

    @pytest.mark.parametrize("leeway", [0, 5])
    def test_at_which_a_token_begins_it_is_good(self, at_noon: float, verify: Verify, leeway: float) -> None:
        assert verify(token(nbf=at_noon + leeway), leeway=leeway)
        with pytest.raises(errors.TokenVerificationError, match="not valid yet"):
            verify(token(nbf=at_noon + leeway + 1), leeway=leeway)

    @pytest.mark.parametrize("claims", [{"exp": 1e15}, {"nbf": -1e15}], ids=str)
    def test_beyond_every_calendar_is_none(self, verify: Verify, claims: dict[str, float]) -> None:
        with pytest.raises(errors.TokenVerificationError, match="when it ends"):
            verify(token(**claims))


class TestHowOftenKeysAreAskedFor:
    def test_a_key_that_is_known_is_asked_for_again_after_half_an_hour_and_not_before(
        self, verify: Verify, keys: KeyServer, moved: Callable[[float], None]
    ) -> None:
        """Known keys do not fall under the minute that unknown ones have to wait."""
        text, asked = token(), []
        for seconds in (0, 61, 1700, 40):
            moved(seconds)
            verify(text)
            asked.append(keys.asked)

        assert asked == [1, 1, 1, 2]


class TestJsonWithoutEnd:
    @pytest.mark.parametrize("content", [DEEP, b'{"keys": ' + DEEP, b'{"a":' * 100_000], ids=["list", "keys", "object"])
    def test_as_a_set_of_keys_is_a_protocol_error(self, verify: Verify, keys: KeyServer, content: bytes) -> None:
        keys.content = content
        with pytest.raises(auth.AuthProtocolError) as caught:
            verify(token())

        assert caught.value.name == "InvalidResponse"
        assert caught.value.__context__ is None

    @pytest.mark.parametrize(
        "header", [DEEP_PART, b'{"alg": "RS256", "kid": "one", "x": ' + DEEP_PART], ids=["list", "member"]
    )
    def test_as_a_header_is_refused_and_makes_nobody_ask_for_keys(
        self, verify: Verify, keys: KeyServer, header: bytes
    ) -> None:
        with pytest.raises(errors.TokenVerificationError, match="not a JWT") as caught:
            verify(token(header=header))

        assert caught.value.__context__ is None
        assert keys.asked == 0

    @pytest.mark.parametrize(
        "payload", [DEEP_PART, b'{"token_use": "access", "x": ' + DEEP_PART], ids=["list", "member"]
    )
    def test_as_claims_is_refused_though_the_pool_has_signed_it(self, verify: Verify, payload: bytes) -> None:
        with pytest.raises(errors.TokenVerificationError, match="not signed by the user pool") as caught:
            verify(token(payload=payload))

        assert caught.value.__context__ is None


def test_where_pyjwt_has_no_cryptography_the_error_names_the_extra() -> None:
    """PyJWT alone is installed by many; it cannot check an RSA signature."""
    program = """
import sys
sys.modules["cryptography"] = None
import amplify_auth as auth
session = auth.Session(user_pool_id="eu-west-1_x", user_pool_client_id="x", endpoint_url="http://127.0.0.1:9")
try:
    auth.verify_token("a.b.c", token_use="access", session=session)
except auth.AuthConfigurationError as error:
    print(error.name, error.recovery_suggestion)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)

    assert done.stderr == ""
    assert done.stdout == 'MissingExtra Install the extra: pip install "amplify-auth-boto3[verify]".\n'
