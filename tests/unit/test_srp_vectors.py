"""The client's SRP arithmetic against values on which the JavaScript client and other implementations agree."""

from __future__ import annotations

import base64
import hashlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import warrant_lite

from amplify_auth import _srp
from amplify_auth._srp import SrpClient, make_device_secret
from tests.support.srp_verifier import Verifier, group_15

PRIVATE = int("0123456789abcdef" * 16, 16)
SERVER = Verifier("abc", "alice", "Pass123!x", "a1b2c3d4e5f60718293a4b5c6d7e8f90", int("fedcba9876543210" * 16, 16))
SERVER.secret_block = "c2VjcmV0LWJsb2Nr"
NEW_YEAR = datetime(2024, 1, 1, tzinfo=UTC)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture(params=["gmpy2", "pure Python"])
def arithmetic(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """With gmpy2 and without it."""
    _srp._arithmetic_class.cache_clear()
    if request.param == "gmpy2":
        pytest.importorskip("gmpy2")
    else:
        monkeypatch.setitem(sys.modules, "gmpy2", None)
    yield request.param
    _srp._arithmetic_class.cache_clear()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What warrant-lite hashes on its way: u, x and S."""
    found: dict[str, Any] = {"hashes": []}
    derive, hex_hash = warrant_lite.compute_hkdf, warrant_lite.hex_hash

    def compute_hkdf(ikm: bytes, salt: bytes) -> bytes:
        found["S"], found["u"] = int.from_bytes(ikm, "big"), int.from_bytes(salt, "big")
        return derive(ikm, salt)

    def hash_and_note(text: str) -> str:
        found["hashes"].append(hex_hash(text))
        return hex_hash(text)

    monkeypatch.setattr(warrant_lite, "compute_hkdf", compute_hkdf)
    monkeypatch.setattr(warrant_lite, "hex_hash", hash_and_note)
    return found


def test_the_group_is_that_of_rfc_3526(arithmetic: str) -> None:
    client = SrpClient()
    assert (int(client._arithmetic.big_n), int(client._arithmetic.g)) == (group_15(), 2)


def test_gmpy2_computes_where_it_is_installed(arithmetic: str) -> None:
    assert (type(SrpClient()._arithmetic.big_n) is int) == (arithmetic == "pure Python")


def test_k_is_that_of_the_vector(arithmetic: str) -> None:
    assert f"{SrpClient()._arithmetic.k:x}" == "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"


def test_a_is_that_of_the_vector(arithmetic: str) -> None:
    srp_a = SrpClient(PRIVATE).srp_a

    assert sha(srp_a) == "a38fb1d51d94bab67b85bfa082a654a1fee9b9a6ce0dc7223591727069d90d80"


def test_b_of_the_independent_server_is_that_of_the_vector() -> None:
    assert sha(f"{SERVER.b:x}") == "712b3d6a369f54307b4e8728055fbb7539928fc5a4744599ff299a19ae61d67c"


def test_u_x_and_s_are_those_of_the_vector(arithmetic: str, seen: dict[str, Any]) -> None:
    SrpClient(PRIVATE).key("abc", "alice", "Pass123!x", SERVER.parameters)

    assert f"{seen['u']:064x}" == "1dab69be939e674942e3f3a172535b7a15cc7adf628d2eefeffe48e4f8d1afa2"
    assert "efb7f9b31c03e498537c0950c155797dab5c28a5855d5333d3878c1269e19cf1" in seen["hashes"]
    assert sha(f"{seen['S']:x}") == "c8a3717cc3d0e95c9d0887bfe0a4c2fc74356872661225866273c56f14bfdc01"


def test_the_key_is_that_of_the_vector(arithmetic: str) -> None:
    key = SrpClient(PRIVATE).key("abc", "alice", "Pass123!x", SERVER.parameters)

    assert key.hex() == "4a6d948437a02eb3f256425cb1316de1"


def test_the_proof_is_that_of_the_vector(arithmetic: str) -> None:
    proof = SrpClient(PRIVATE).prove("abc", "alice", "Pass123!x", SERVER.parameters, NEW_YEAR)

    assert proof == {
        "TIMESTAMP": "Mon Jan 1 00:00:00 UTC 2024",
        "PASSWORD_CLAIM_SECRET_BLOCK": "c2VjcmV0LWJsb2Nr",
        "PASSWORD_CLAIM_SIGNATURE": "9k6xKIDYti3fZhNmQn/2Xe2uR613nw27ZHl7F/fTdXw=",
    }


def test_a_device_secret_is_that_of_the_vector(arithmetic: str) -> None:
    made = make_device_secret("-dg", "us-east-1_dk", random=b"\xc4" * 56)

    assert made.password == base64.b64encode(b"\xc4" * 40).decode()
    assert made.salt == "AMTExMTExMTExMTExMTExMQ="
    assert made.verifier.startswith("RmFq9y+FQ0wrnUduZPY3C93fUXMP4x6C")
    assert len(made.verifier) == 512
    assert sha(made.verifier) == "9284610d4741bf9c8b757967a53ed003fe68455def7f3a950714867b339a12ec"


def test_a_device_secret_verifies_the_device_that_keeps_it(arithmetic: str) -> None:
    made = make_device_secret("-group", "us-east-1_key")

    salt = base64.b64decode(made.salt)
    server = Verifier("-group", "us-east-1_key", made.password, salt.hex(), 1 << 255)
    assert base64.b64decode(made.verifier) == server.verifier.to_bytes(server.verifier.bit_length() // 8 + 1, "big")


def test_no_two_device_secrets_are_alike() -> None:
    one, other = (make_device_secret("-group", "us-east-1_key") for _ in range(2))

    assert one.password != other.password
    assert one.salt != other.salt
    assert (len(base64.b64decode(one.password)), len(base64.b64decode(one.salt)) in (16, 17)) == (40, True)


def test_a_secret_block_may_be_url_safe_and_unpadded() -> None:
    blocks = ["+/+/AA==", "-_-_AA==", "-_-_AA", "+/+/AA"]
    proofs = [
        SrpClient(PRIVATE).prove("abc", "alice", "x", {**SERVER.parameters, "SECRET_BLOCK": block}, NEW_YEAR)
        for block in blocks
    ]

    assert len({proof["PASSWORD_CLAIM_SIGNATURE"] for proof in proofs}) == 1
    assert [proof["PASSWORD_CLAIM_SECRET_BLOCK"] for proof in proofs] == blocks
