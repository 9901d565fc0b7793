"""`verify_token` and the pools of today: both issuers, replicas, partitions, several clients, and unsound keys.

The session's endpoint is Amazon's here, so the keys come from a table of addresses: at the event at which moto answers
too. Where the endpoint is another one, it is a real HTTP server.
"""

from __future__ import annotations

import base64
import json
import warnings
from collections.abc import Callable, Collection, Iterator
from functools import cache
from itertools import product
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

import amplify_auth as auth
from amplify_auth import _clock, errors
from tests.support.clients import make_client
from tests.support.rows import EveryRow
from tests.support.scripted_cognito import ScriptedCognito

POOL, CLIENT = "eu-west-1_AbC123", "1h57kf5cpq17m0eml12EXAMPLE"
ORIGINAL, UPDATED = (f"https://{host}.eu-west-1.amazonaws.com/{POOL}" for host in ("cognito-idp", "issuer-cognito-idp"))
REPLICA = f"https://cognito-idp.eu-central-1.amazonaws.com/{POOL}"


@cache
def private_key(bits: int = 2048, name: str = "one") -> rsa.RSAPrivateKey:
    """The key of this size and name; always the same one."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


TWO = private_key(name="two")


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def number(value: int) -> str:
    return encoded(value.to_bytes((value.bit_length() + 7) // 8 or 1, "big"))


def jwk(key: rsa.RSAPrivateKey, name: str = "one", **fields: Any) -> dict[str, Any]:
    public = key.public_key().public_numbers()
    entry = {"kty": "RSA", "kid": name, "alg": "RS256", "use": "sig", "n": number(public.n), "e": number(public.e)}
    return {**entry, **fields}


def token(key: rsa.RSAPrivateKey | None = None, name: str = "one", **changes: Any) -> str:
    claims = {"iss": ORIGINAL, "token_use": "access", "client_id": CLIENT, "exp": _clock.now().timestamp() + 1e6}
    header = {"alg": "RS256", "kid": name}
    text = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims | changes))
    signer = private_key() if key is None else key
    return f"{text}.{encoded(signer.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


class Amazon:
    """The addresses of key sets, and what was asked for. An address that is not listed answers 403, as Cognito does."""

    def __init__(self) -> None:
        self.keys: dict[str, tuple[int, Collection[dict[str, Any]]]] = {ORIGINAL: (200, [jwk(private_key())])}
        self.asked: list[str] = []

    def answer(self, request: Any, **_: Any) -> Any:
        issuer = request.url.removesuffix("/.well-known/jwks.json")
        self.asked.append(issuer)
        status, keys = self.keys.get(issuer, (403, []))
        return SimpleNamespace(status_code=status, content=json.dumps({"keys": keys}).encode())


@pytest.fixture
def amazon() -> Amazon:
    return Amazon()


Verify = Callable[..., Any]


def verifier(amazon: Amazon) -> Verify:
    """`verify_token` of a session that has no keys yet."""
    client = make_client("cognito-idp", "eu-west-1", config=Config(signature_version=UNSIGNED))
    client.meta.events.register_first("before-send.cognito-identity-provider.GetSigningKeys", amazon.answer)
    session = auth.Session(user_pool_id=POOL, user_pool_client_id=CLIENT, client=client)
    return lambda text, **options: auth.verify_token(text, **{"token_use": "access", "session": session, **options})


@pytest.fixture
def verify(amazon: Amazon) -> Verify:
    return verifier(amazon)


@pytest.fixture
def moved() -> Iterator[Callable[[float], None]]:
    passed: list[float] = []

    def move(seconds: float) -> None:
        passed.append(seconds)
        _clock.shift(seconds)

    yield move
    _clock.shift(-sum(passed))


class TestIssuers:
    @pytest.mark.parametrize("issuer", [ORIGINAL, UPDATED, ORIGINAL.replace("idp.", "idp-fips.")])
    def test_of_the_pool_are_accepted(self, verify: Verify, amazon: Amazon, issuer: str) -> None:
        assert verify(token(iss=issuer))["iss"] == issuer
        assert amazon.asked == [ORIGINAL], "the key was found, so no other address is asked"

    @pytest.mark.parametrize(
        "option", [["eu-central-1"], ("us-east-1", "eu-central-1"), "eu-central-1", {"eu-central-1"}]
    )
    def test_of_a_replica_are_accepted_if_its_region_is_named(self, verify: Verify, option: Any) -> None:
        """A replica of a pool with the original issuer names its own region:
        https://github.com/awslabs/aws-jwt-verify/issues/282
        """
        assert verify(token(iss=REPLICA), replica_regions=option)["iss"] == REPLICA
        with pytest.raises(errors.TokenVerificationError, match="not issued by the user pool"):
            verify(token(iss=REPLICA))
        with pytest.raises(errors.TokenVerificationError, match="not issued by the user pool"):
            verify(token(iss=REPLICA), replica_regions=["eu-central-2"])

    def test_of_a_session_in_the_region_of_a_replica_need_no_option(self) -> None:
        from amplify_auth._renewal.pool_tokens import issuers_of

        for endpoint in ("https://cognito-idp.eu-central-1.amazonaws.com", "http://127.0.0.1:9229"):
            session = auth.Session(
                user_pool_id=POOL, user_pool_client_id=CLIENT, region="eu-central-1", endpoint_url=endpoint
            )
            assert {REPLICA, ORIGINAL, UPDATED} <= set(issuers_of(session.config))

    @pytest.mark.parametrize(
        "issuer",
        [
            UPDATED.replace("AbC", "Xyz"),
            UPDATED.replace("eu-west-1.", "eu-west-2."),
            UPDATED.replace("https", "http"),
            UPDATED + "/",
            UPDATED.replace(".com", ".com.evil.example"),
            UPDATED.replace("issuer-", "issuer."),
            UPDATED.replace("issuer-", "evil-"),
            ORIGINAL.replace("amazonaws.com", "amazonaws.com.cn"),
        ],
    )
    def test_that_only_look_like_the_pools_are_refused(self, verify: Verify, amazon: Amazon, issuer: str) -> None:
        with pytest.raises(errors.TokenVerificationError, match="not issued by the user pool"):
            verify(token(iss=issuer))
        with pytest.raises(errors.TokenVerificationError, match="not signed"):
            verify(token(private_key(name="stranger"), "two", iss=issuer))
        assert set(amazon.asked) == {ORIGINAL}, "nothing is fetched from an address that a token names"

    def test_are_of_the_regions_partition_whatever_the_endpoint(self) -> None:
        from amplify_auth._renewal.pool_tokens import issuers_of

        domains = {
            "eu-west-1": "amazonaws.com",
            "us-gov-west-1": "amazonaws.com",
            "cn-north-1": "amazonaws.com.cn",
            "eusc-de-east-1": "amazonaws.eu",
            "us-iso-east-1": "c2s.ic.gov",
            "us-isob-east-1": "sc2s.sgov.gov",
            "eu-isoe-west-1": "cloud.adc-e.uk",
            "us-isof-south-1": "csp.hci.ic.gov",
        }
        endpoints = (None, "http://127.0.0.1:9229", "https://vpce-1.cognito-idp.example.com/")
        hosts = ("cognito-idp", "issuer-cognito-idp", "cognito-idp-fips")
        with EveryRow() as every:
            for (region, domain), endpoint in product(domains.items(), endpoints):
                with every.row(f"{region} {endpoint}"):
                    pool = f"{region}_AbC123"
                    session = auth.Session(user_pool_id=pool, user_pool_client_id=CLIENT, endpoint_url=endpoint)
                    issuers = issuers_of(session.config)
                    assert {f"https://{host}.{region}.{domain}/{pool}" for host in hosts} <= set(issuers)
                    assert endpoint is None or f"{endpoint.rstrip('/')}/{pool}" in issuers


class TestClients:
    @pytest.mark.parametrize("client_ids", [["web", "app"], ("app",), {"app"}, frozenset({"app"}), "app"])
    def test_any_of_those_that_are_named_is_accepted(self, verify: Verify, client_ids: Any) -> None:
        assert verify(token(client_id="app"), client_ids=client_ids)
        id_token = token(client_id=None, aud="app", token_use="id")
        assert verify(id_token, client_ids=client_ids, token_use="id")

    def test_the_sessions_own_is_not_accepted_if_it_is_not_named(self, verify: Verify) -> None:
        assert verify(token())
        with pytest.raises(errors.TokenVerificationError, match="another app client"):
            verify(token(), client_ids=["web", "app"])

    @pytest.mark.parametrize("named", ["ap", "apps", "", None, ["app"], 1])
    def test_one_that_is_not_named_is_refused(self, verify: Verify, named: Any) -> None:
        """A single text is one client, not a list of letters or a part of a name."""
        for client_ids in (["app"], "app"):
            with pytest.raises(errors.TokenVerificationError, match="another app client"):
                verify(token(client_id=named), client_ids=client_ids)

    @pytest.mark.parametrize(
        "options",
        [
            {"client_ids": []},
            {"client_ids": ""},
            {"client_ids": [""]},
            {"client_ids": [None]},
            {"client_ids": [1]},
            {"client_ids": b"app"},
            {"client_ids": {"app": True}},
            {"client_ids": 1},
            {"client_ids": True},
            {"replica_regions": None},
            {"replica_regions": ["Frankfurt"]},
            {"replica_regions": ["eu-central-1.evil.example/"]},
            {"replica_regions": ["eu-central-1\n"]},
            {"replica_regions": [POOL]},
            {"replica_regions": 1},
        ],
        ids=str,
    )
    def test_a_wrong_list_is_an_error_before_anything_is_fetched(
        self, verify: Verify, amazon: Amazon, options: dict[str, Any]
    ) -> None:
        with pytest.raises(auth.AuthValidationError) as caught:
            verify(token(), **options)
        assert not isinstance(caught.value, errors.TokenVerificationError)
        assert caught.value.recovery_suggestion
        assert amazon.asked == []


class TestKeysOfAnotherIssuer:
    """Facts: the updated issuer has the keys in several regions; for a pool without it, it answers 403."""

    @pytest.mark.parametrize(("issuer", "options"), [(UPDATED, {}), (REPLICA, {"replica_regions": ["eu-central-1"]})])
    def test_are_fetched_if_the_endpoint_does_not_have_the_key(
        self, verify: Verify, amazon: Amazon, moved: Callable[[float], None], issuer: str, options: dict[str, Any]
    ) -> None:
        amazon.keys[issuer] = 200, [jwk(TWO, "two")]
        for _ in range(3):
            assert verify(token(TWO, "two", iss=issuer), **options)
        assert amazon.asked == [ORIGINAL, issuer]

    def test_do_while_the_primary_region_is_down(self, verify: Verify, amazon: Amazon) -> None:
        amazon.keys = {ORIGINAL: (503, []), UPDATED: (200, [jwk(private_key())])}
        assert verify(token(iss=UPDATED))
        with pytest.raises(auth.AuthNetworkError):
            verify(token())

    def test_that_it_does_not_have_are_no_error_of_the_service(
        self, verify: Verify, amazon: Amazon, moved: Callable[[float], None]
    ) -> None:
        for _ in range(3):
            with pytest.raises(errors.TokenVerificationError, match="not signed"):
                verify(token(TWO, "two", iss=UPDATED))
            moved(15)
        assert amazon.asked.count(UPDATED) == 1, "anyone can send such a token: the address is asked once a minute"

    def test_whose_address_does_not_answer_are_an_error_that_may_pass(self, verify: Verify, amazon: Amazon) -> None:
        amazon.keys[UPDATED] = 503, []
        for _ in range(3):
            with pytest.raises(auth.AuthNetworkError):
                verify(token(TWO, "two", iss=UPDATED))
        assert amazon.asked.count(UPDATED) == 1

    def test_do_not_make_another_pools_token_good(self, verify: Verify, amazon: Amazon) -> None:
        """A key of the same name, at an address that is not this pool's."""
        amazon.keys[foreign := UPDATED.replace("AbC", "Xyz")] = 200, [jwk(TWO, "two")]
        with pytest.raises(errors.TokenVerificationError, match="not signed"):
            verify(token(TWO, "two", iss=foreign))
        assert foreign not in amazon.asked

    def test_are_not_fetched_from_amazon_if_the_session_has_another_endpoint(self, scripted: ScriptedCognito) -> None:
        from amplify_auth._renewal.pool_tokens import _issuer_with_keys, issuers_of

        own = auth.Session(user_pool_id=POOL, user_pool_client_id=CLIENT, endpoint_url=scripted.url).config
        amazons = auth.Session(user_pool_id=POOL, user_pool_client_id=CLIENT).config
        text = token(iss=UPDATED)
        assert _issuer_with_keys(own, text, issuers_of(own)) is None
        assert _issuer_with_keys(amazons, text, issuers_of(amazons)) == UPDATED


class TestUnsoundKeys:
    """RFC 7518 section 3.3: 2048 bits at least. A token that such a key signed is not signed by the pool."""

    @pytest.mark.parametrize("bits", [1024, 1536, 2040])
    @pytest.mark.parametrize("others", [[], ["two"]], ids=["alone", "beside a good one"])
    def test_that_are_short_are_left_out_and_nothing_warns(
        self, verify: Verify, amazon: Amazon, bits: int, others: list[str]
    ) -> None:
        weak = private_key(bits)
        amazon.keys[ORIGINAL] = 200, [jwk(weak), *(jwk(private_key(), name) for name in others)]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with pytest.raises(errors.TokenVerificationError, match="not signed"):
                verify(token(weak))
        assert not caught

    @pytest.mark.parametrize("bits", [2048, 2056, 4096])
    def test_that_are_long_enough_are_used(self, verify: Verify, amazon: Amazon, bits: int) -> None:
        strong = private_key(bits)
        amazon.keys[ORIGINAL] = 200, [jwk(strong)]
        assert verify(token(strong))

    def test_of_odd_numbers_are_left_out(self) -> None:
        """With an exponent of one, anyone can sign."""
        from amplify_auth._renewal.signing_keys import _parse

        modulus = private_key().public_key().public_numbers().n
        odd = {
            "an exponent of one": {"e": number(1)},
            "an exponent of zero": {"e": number(0)},
            "an even exponent": {"e": number(65536)},
            "an exponent without end": {"e": number(2**2000 + 1)},
            "an even modulus": {"n": number(modulus + 1)},
            "a modulus of zero": {"n": number(0)},
            "a modulus without end": {"n": number(2**500_000 + 1)},
            "16384 bits": {"n": number(2**16384 - 1)},
        }
        with EveryRow() as every:
            for name, fields in odd.items():
                with every.row(name), warnings.catch_warnings():
                    warnings.simplefilter("error")
                    assert not _parse(json.dumps({"keys": [jwk(private_key(), **fields)]}).encode())
        assert set(_parse(json.dumps({"keys": [jwk(private_key()), jwk(TWO, "two")]}).encode())) == {"one", "two"}

    def test_that_hold_the_private_half_are_read_as_public(self, verify: Verify, amazon: Amazon) -> None:
        amazon.keys[ORIGINAL] = 200, [jwk(private_key(), d="AQAB", p="x", oth=[])]
        assert verify(token())


class TestLongTokens:
    def test_are_refused_before_any_work(self, verify: Verify, amazon: Amazon, monkeypatch: pytest.MonkeyPatch) -> None:
        good = token(x="a" * 47_000)
        assert 60_000 < len(good) <= 64 * 1024
        assert verify(good)
        monkeypatch.setattr(jwt, "get_unverified_header", lambda *_: pytest.fail("it was read"))
        for text in (token(x="a" * 50_000), "a" * (64 * 1024 + 1), "." * 10_000_000):
            with pytest.raises(errors.TokenVerificationError, match="64 KiB"):
                verify(text)
