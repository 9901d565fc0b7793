"""`verify_token`: right tokens in, forged ones out; keys from a real HTTP server that counts how often it is asked."""

import base64
import hashlib
import hmac
import json
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

import amplify_auth as auth
from amplify_auth import _clock, errors
from amplify_auth.testing import MockCognito, MockCognitoServer
from tests.support.together import run_together
from tests.support.users import PASSWORD, with_alice

POOL, CLIENT = "eu-west-1_AbC123", "1h57kf5cpq17m0eml12EXAMPLE"
ISSUER = f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL}"
KEY, NEW_KEY, STRANGER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(3))


def jwk(key, kid, **fields):
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return {**public, "kid": kid, "alg": "RS256", "use": "sig", **fields}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        status, body = self.server.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def jwks(server: Any) -> Any:
    """The pool's endpoint: what it was asked for, and its answer."""
    server.asked = []
    server.publish = lambda *keys: setattr(server, "answer", (200, json.dumps({"keys": keys}).encode()))
    server.publish(jwk(KEY, "one"))
    return server


@pytest.fixture
def session_of_jwks(jwks: Any) -> Any:
    url = f"http://127.0.0.1:{jwks.server_port}"
    return auth.Session(user_pool_id=POOL, user_pool_client_id=CLIENT, endpoint_url=url)


def claims_of(kind, **changes):
    now = _clock.now().timestamp()
    client = {"client_id": CLIENT} if kind == "access" else {"aud": CLIENT}
    claims = {"iss": ISSUER, "sub": "s", "token_use": kind, "iat": now, "exp": now + 3600, **client, **changes}
    return {name: value for name, value in claims.items() if value is not None}


def signed(claims, key=KEY, kid="one", algorithm="RS256", **headers):
    return jwt.PyJWS().encode(json.dumps(claims).encode(), key, algorithm, headers={"kid": kid, **headers})


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.fixture
def verify(session_of_jwks: Any) -> Any:
    def verify(token, token_use="access", **options):
        return auth.verify_token(token, token_use=token_use, session=session_of_jwks, **options)

    return verify


@pytest.fixture
def refuse(verify: Any) -> Any:
    def refuse(token, reason, token_use="access", **options):
        with pytest.raises(errors.TokenVerificationError, match=reason) as caught:
            verify(token, token_use, **options)

        assert isinstance(caught.value, auth.AuthValidationError)
        assert str(token) not in str(caught.value)
        assert caught.value.__context__ is None
        return caught.value

    return refuse


class TestAccepted:
    @pytest.mark.parametrize("token_use", ["access", "id"])
    def test_a_token_of_the_pool_for_the_client(self, verify: Any, token_use: str) -> None:
        claims = claims_of(token_use)

        assert verify(signed(claims), token_use) == claims

    def test_an_id_token_with_at_hash(self, verify: Any) -> None:
        """Federated users' tokens carry one; other libraries crash on it."""
        assert verify(signed(claims_of("id", at_hash="x")), "id")

    def test_a_token_of_an_emulator_that_names_itself(self, verify: Any, session_of_jwks: Any) -> None:
        assert verify(signed(claims_of("access", iss=f"{session_of_jwks.config.endpoint_url}/{POOL}")))

    def test_a_clock_that_is_slow_by_less_than_the_leeway(self, verify: Any) -> None:
        """ "token is not yet valid (iat)" locked users out: ``iat`` is not a limit."""
        now = _clock.now().timestamp()

        assert verify(signed(claims_of("access", iat=now + 600)))
        assert verify(signed(claims_of("access", exp=now - 2)))
        assert verify(signed(claims_of("access", exp=now - 50)), leeway=60)

    @pytest.mark.parametrize("token_use", ["access", "id"])
    def test_what_a_sign_in_gives(self, cognito: MockCognito, token_use: str) -> None:
        pool = with_alice(cognito.create_pool())
        session = auth.configure(pool.config)
        auth.sign_in("alice", PASSWORD)
        token = getattr(session.tokens, f"{token_use}_token")

        assert auth.verify_token(token, token_use=token_use)["sub"] == session.user_id

    def test_what_a_sign_in_over_tcp_gives(self) -> None:
        with MockCognitoServer() as server:
            pool = with_alice(server.cognito.create_pool())
            session = auth.Session(**pool.config, endpoint_url=server.url)
            auth.sign_in("alice", PASSWORD, session=session)

            assert auth.verify_token(session.tokens.id_token, token_use="id", session=session)

    @pytest.mark.parametrize(
        ("pool_id", "domain"),
        [("cn-north-1_x", "amazonaws.com.cn"), ("us-gov-west-1_x", "amazonaws.com"), ("eu-west-1_x", "amazonaws.com")],
    )
    def test_the_issuer_is_of_the_regions_domain(self, pool_id: str, domain: str) -> None:
        from amplify_auth._renewal.pool_tokens import issuers_of

        session = auth.Session(user_pool_id=pool_id, user_pool_client_id=CLIENT)
        issuer = f"https://cognito-idp.{pool_id.partition('_')[0]}.{domain}/{pool_id}"

        assert issuer in issuers_of(session.config)


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"iss": ISSUER.replace("AbC", "Xyz")}, "not issued by the user pool"),
            ({"iss": None}, "not issued by the user pool"),
            ({"iss": [ISSUER]}, "not issued by the user pool"),
            ({"iss": ISSUER + "/"}, "not issued by the user pool"),
            ({"token_use": "id"}, "no access token"),
            ({"token_use": None}, "no access token"),
            ({"client_id": "another"}, "another app client"),
            ({"client_id": None}, "another app client"),
            ({"client_id": None, "aud": CLIENT}, "another app client"),
            ({"client_id": [CLIENT]}, "another app client"),
            ({"exp": None}, "when it ends"),
            ({"exp": "9999999999"}, "when it ends"),
            ({"exp": True}, "when it ends"),
            ({"exp": float("inf")}, "when it ends"),
            ({"exp": float("nan")}, "when it ends"),
            ({"exp": 10**400}, "when it ends"),
            ({"nbf": time.time() + 1e9}, "not valid yet"),
            ({"nbf": "x"}, "when it ends"),
        ],
    )
    def test_a_claim_is_not_what_it_must_be(self, refuse: Any, changes: Any, reason: str) -> None:
        refuse(signed(claims_of("access", **changes)), reason)

    @pytest.mark.parametrize("changes", [{"aud": "another"}, {"aud": None}, {"aud": [CLIENT]}, {"aud": ["x", CLIENT]}])
    def test_an_id_token_for_another_client(self, refuse: Any, changes: Any) -> None:
        refuse(signed(claims_of("id", **changes)), "another app client", "id")

    def test_each_kind_in_place_of_the_other(self, refuse: Any) -> None:
        both = {"client_id": CLIENT, "aud": CLIENT}
        refuse(signed(claims_of("id", **both)), "no access token", "access")
        refuse(signed(claims_of("access", **both)), "no id token", "id")

    def test_an_expired_one_by_name(self, refuse: Any, verify: Any) -> None:
        token = signed(claims_of("access", exp=_clock.now().timestamp() - 6))

        assert refuse(token, "expired").name == "TokenExpiredException"
        refuse(token, "expired", leeway=0)

    def test_one_that_is_expired_and_forged_is_forged(self, refuse: Any) -> None:
        """ "Expired" invites to refresh: that must not be said of what the pool never signed."""
        refuse(signed(claims_of("access", exp=1), STRANGER), "not signed")

    def test_a_strangers_signature_under_the_pools_key_name(self, refuse: Any) -> None:
        refuse(signed(claims_of("access"), STRANGER), "not signed by the user pool")

    def test_changed_claims_under_the_old_signature(self, refuse: Any) -> None:
        header, _, signature = signed(claims_of("access")).split(".")
        refuse(f"{header}.{part(claims_of('access', sub='admin'))}.{signature}", "not signed")

    @pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "HS256", "RS512", "PS256", "ES256", "", None, 1])
    def test_another_algorithm(self, refuse: Any, algorithm: Any) -> None:
        token = f"{part({'alg': algorithm, 'kid': 'one'})}.{part(claims_of('access'))}."
        refuse(token, "not a JWT that is signed with RS256")

    def test_the_public_key_as_an_hmac_secret(self, refuse: Any) -> None:
        """RFC 8725 section 2.1, algorithm confusion."""
        public = KEY.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        for algorithm in ("HS256", "RS256"):
            signing_input = f"{part({'alg': algorithm, 'kid': 'one'})}.{part(claims_of('access'))}"
            mac = hmac.new(public, signing_input.encode(), hashlib.sha256).digest()
            refuse(f"{signing_input}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}", "signed")

    def test_real_signatures_of_other_algorithms(self, refuse: Any) -> None:
        refuse(signed(claims_of("access"), KEY, algorithm="RS512"), "RS256")
        refuse(signed(claims_of("access"), KEY, algorithm="PS256"), "RS256")
        refuse(signed(claims_of("access"), ec.generate_private_key(ec.SECP256R1()), algorithm="ES256"), "RS256")

    @pytest.mark.parametrize("header", ["jwk", "jku", "x5u", "x5c"])
    def test_a_key_that_the_token_brings_along(self, refuse: Any, jwks: Any, header: str) -> None:
        """RFC 8725 section 3.10: neither used nor fetched."""
        url = f"http://127.0.0.1:{jwks.server_port}/evil"
        brought = {"jwk": jwk(STRANGER, "one"), "jku": url, "x5u": url, "x5c": ["MII"]}
        refuse(signed(claims_of("access"), STRANGER, **{header: brought[header]}), "not signed")
        refuse(signed(claims_of("access"), STRANGER, kid="evil", **{header: brought[header]}), "not signed")

        assert "/evil" not in jwks.asked

    def test_an_extension_that_must_be_understood(self, refuse: Any) -> None:
        """RFC 7515 section 4.1.11. PyJWT knows one (``b64``), its older releases let all pass; Cognito uses none."""
        for extension in ("x", "b64"):
            header = {"alg": "RS256", "kid": "one", "crit": [extension], extension: True}
            signing_input = f"{part(header)}.{part(claims_of('access'))}"
            signature = KEY.sign(signing_input.encode(), padding.PKCS1v15(), hashes.SHA256())
            encoded = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
            refuse(f"{signing_input}.{encoded}", "not a JWT that is signed with RS256")

    @pytest.mark.parametrize("kid", [None, 1, ["one"], "", "../one"])
    def test_a_key_name_that_is_none(self, refuse: Any, kid: Any) -> None:
        token = f"{part({'alg': 'RS256', 'kid': kid})}.{part(claims_of('access'))}.AAAA"
        refuse(token, "not a JWT|not signed")

    @pytest.mark.parametrize("token", ["x", "a.b", "a.b.c", "a.b.c.d", "....", "é.é.é", "Bearer x.y.z", "\t", "\0"])
    def test_what_is_no_jwt(self, refuse: Any, token: str) -> None:
        refuse(token, "not a JWT")

    def test_claims_that_are_no_object(self, refuse: Any) -> None:
        for payload in (b"[]", b"1", b"\xff", b"{"):
            refuse(jwt.PyJWS().encode(payload, KEY, "RS256", headers={"kid": "one"}), "not signed|not issued")

    @pytest.mark.parametrize("token", [None, b"x", 1, ""])
    def test_what_is_no_text(self, verify: Any, token: Any) -> None:
        with pytest.raises(auth.AuthValidationError):
            verify(token)

    @pytest.mark.parametrize(
        "options", [{"token_use": "refresh"}, {"token_use": None}, {"leeway": -1}, {"leeway": "5"}]
    )
    def test_a_wrong_argument_before_anything_is_fetched(self, verify: Any, jwks: Any, options: Any) -> None:
        with pytest.raises(auth.AuthValidationError):
            verify(signed(claims_of("access")), **options)

        assert jwks.asked == []

    def test_a_token_of_another_pool_that_the_same_endpoint_has_keys_for(
        self, refuse: Any, cognito: MockCognito
    ) -> None:
        one, two = with_alice(cognito.create_pool()), with_alice(cognito.create_pool())
        auth.sign_in("alice", PASSWORD, session=(first := auth.Session(**one.config)))
        with pytest.raises(errors.TokenVerificationError):
            auth.verify_token(first.tokens.access_token, token_use="access", session=auth.Session(**two.config))


class TestKeys:
    def test_are_fetched_from_the_pool_once(self, verify: Any, jwks: Any) -> None:
        for _ in range(3):
            verify(signed(claims_of("access")))

        assert jwks.asked == [f"/{POOL}/.well-known/jwks.json"]

    def test_are_fetched_once_for_many_threads(self, verify: Any, jwks: Any) -> None:
        token = signed(claims_of("access"))
        assert all(isinstance(item, dict) for item in run_together(20, lambda: verify(token)))
        assert len(jwks.asked) == 1

    def test_a_new_key_is_found(self, verify: Any, jwks: Any, moved: Any) -> None:
        verify(signed(claims_of("access")))
        moved(60)
        jwks.publish(jwk(KEY, "one"), jwk(NEW_KEY, "two"))

        assert verify(signed(claims_of("access"), NEW_KEY, "two"))
        assert len(jwks.asked) == 2

    def test_invented_key_names_cause_one_fetch_a_minute(self, verify: Any, refuse: Any, jwks: Any, moved: Any) -> None:
        verify(signed(claims_of("access")))
        for minute in range(3):
            for name in range(20):
                refuse(signed(claims_of("access"), STRANGER, f"{minute}-{name}"), "not signed")
            moved(60)

        assert len(jwks.asked) == 3

    def test_that_the_pool_took_back_are_not_trusted_for_ever(
        self, verify: Any, refuse: Any, jwks: Any, moved: Any
    ) -> None:
        token = signed(claims_of("access", exp=_clock.now().timestamp() + 1e6))
        verify(token)
        jwks.publish(jwk(NEW_KEY, "two"))
        moved(3600)

        refuse(token, "not signed")

    def test_while_the_endpoint_is_down_the_known_ones_do_for_an_hour(self, verify: Any, jwks: Any, moved: Any) -> None:
        token = signed(claims_of("access", exp=_clock.now().timestamp() + 1e6))
        verify(token)
        jwks.answer = (503, b"")
        moved(3599)
        assert verify(token)
        moved(1)
        with pytest.raises(auth.AuthNetworkError) as caught:
            verify(token)

        assert caught.value.is_retryable

    def test_an_endpoint_that_is_down_is_not_asked_for_every_token(self, verify: Any, jwks: Any, moved: Any) -> None:
        jwks.answer = (503, b"")
        for _ in range(20):
            with pytest.raises(auth.AuthNetworkError, match="503"):
                verify(signed(claims_of("access")))
        assert len(jwks.asked) == 1

        jwks.publish(jwk(KEY, "one"))
        moved(5)

        assert verify(signed(claims_of("access")))

    @pytest.mark.parametrize(
        "odd",
        [{}, {"kid": None}, {"kid": 1}, {"kid": []}, {"use": "enc", "kid": "one"}, {"kty": []}, 5, None, "one"],
        ids=str,
    )
    def test_an_entry_that_is_of_no_use_does_not_spoil_the_others(self, verify: Any, jwks: Any, odd: Any) -> None:
        unnamed = {name: value for name, value in jwk(NEW_KEY, "two").items() if name != "kid"}
        jwks.publish(jwk(KEY, "one"), {**unnamed, **odd} if isinstance(odd, dict) else odd)

        assert verify(signed(claims_of("access")))

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>",
            b"[]",
            b"{}",
            b'{"keys": 1}',
            b'{"keys": [1]}',
            b'{"keys": []}',
            b'{"keys": [{"kty": "RSA"}]}',
        ],
    )
    def test_an_answer_that_is_no_key_set_is_an_error(self, verify: Any, jwks: Any, body: bytes) -> None:
        jwks.answer = (200, body)
        with pytest.raises(auth.AuthProtocolError):
            verify(signed(claims_of("access")))

    def test_a_pool_that_does_not_exist_is_an_error_that_says_so(self, verify: Any, jwks: Any) -> None:
        jwks.answer = (404, b"")
        with pytest.raises(auth.AuthConfigurationError, match="404") as caught:
            verify(signed(claims_of("access")))

        assert "user_pool_id" in caught.value.recovery_suggestion

    def test_an_endpoint_that_does_not_answer_is_a_network_error_in_bounded_time(self) -> None:
        import socket

        with socket.create_server(("127.0.0.1", 0)) as silent:
            session = auth.Session(
                user_pool_id=POOL,
                user_pool_client_id=CLIENT,
                endpoint_url=f"http://127.0.0.1:{silent.getsockname()[1]}",
                read_timeout=0.2,
            )
            with pytest.raises(auth.AuthNetworkError):
                auth.verify_token(signed(claims_of("access")), token_use="access", session=session)

    @pytest.mark.parametrize(
        "fields", [{"use": "enc"}, {"alg": "RS512"}, {"kty": "oct", "k": "AAAA"}, {"n": "!"}, {"n": None}]
    )
    def test_a_key_that_is_not_for_rs256_signatures_is_left_out(
        self, verify: Any, refuse: Any, jwks: Any, fields: Any
    ) -> None:
        jwks.publish({**jwk(KEY, "one"), **fields}, jwk(NEW_KEY, "two"))

        refuse(signed(claims_of("access")), "not signed")
        assert verify(signed(claims_of("access"), NEW_KEY, "two"))

    @pytest.fixture
    def moved(self) -> Iterator[Any]:
        passed = []

        def move(seconds):
            passed.append(seconds)
            _clock.shift(seconds)

        yield move
        _clock.shift(-sum(passed))


class TestWithoutPyJWT:
    def test_the_error_names_the_extra(self, verify: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "jwt", None)
        with pytest.raises(auth.AuthConfigurationError) as caught:
            verify("a.b.c")

        assert "amplify-auth-boto3[verify]" in caught.value.recovery_suggestion
