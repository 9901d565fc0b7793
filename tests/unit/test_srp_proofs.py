"""A thousand sign-ins against a server's half of SRP that shares no line with the client's."""

from __future__ import annotations

import random
import sys
import unicodedata
from datetime import UTC, datetime

import pytest

from amplify_auth import _srp
from amplify_auth._srp import SrpClient
from tests.support.srp_verifier import Verifier, random_password, random_salt

pytestmark = pytest.mark.slow

NOW = datetime(2026, 8, 9, 4, 5, 6, tzinfo=UTC)


def proves(server: Verifier, password: str) -> bool:
    client = SrpClient()
    return server.accepts(client.srp_a, client.prove(server.realm, server.user, password, server.parameters, NOW))


def assert_passwords_are_told_apart(source: random.Random, accounts: int) -> None:
    """Each account opens with its password; every fourth, to save time, is tried with a wrong one too."""
    for number in range(accounts):
        password, user = random_password(source), random_password(source)
        realm = f"{source.getrandbits(48):x}"
        server = Verifier(realm, user, password, random_salt(source), source.getrandbits(64) | 1 << 64)
        wrong = source.choice((password + "x", password[:-1] + "\u0007", password.swapcase() + " ", "!" + password))

        assert proves(server, password), (realm, user, password, server.salt)
        assert number % 4 or not proves(server, wrong), (realm, user, password, wrong, server.salt)


def test_a_thousand_accounts_open_with_their_own_password_only() -> None:
    pytest.importorskip("gmpy2")
    assert_passwords_are_told_apart(random.Random(20260823), 1000)


def test_without_gmpy2_the_same_passwords_are_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gmpy2", None)
    _srp._arithmetic_class.cache_clear()
    try:
        assert_passwords_are_told_apart(random.Random(1), 40)
    finally:
        _srp._arithmetic_class.cache_clear()


@pytest.mark.parametrize("text", ["Ame\u0301lie-12", "\uac01\ub2e4!A1", "\u212bngstr\u00f6m"])
def test_a_password_is_not_normalised(text: str) -> None:
    """NFC and NFD are two passwords, as they are to the JavaScript client."""
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    server = Verifier("abc", "alice", decomposed, "0a" * 16, 2**255 + 9)

    assert proves(server, decomposed)
    assert not proves(server, composed)


@pytest.mark.parametrize(
    "salt", ["00" * 15 + "01", "0" * 31 + "9", "80" + "00" * 15, "ff" * 16, "7f" * 16, "1", "0", "a" * 31, "00" * 16]
)
def test_salts_with_leading_zeros_and_high_bits_are_padded_as_the_server_does(salt: str) -> None:
    server = Verifier("abc", "alice", "Passw0rd!", salt, 2**255 + 9)

    assert proves(server, "Passw0rd!")
    assert not proves(server, "Passw0rd?")


def test_a_proof_for_another_user_realm_or_block_is_refused() -> None:
    server = Verifier("abc", "alice", "Passw0rd!", "a1" * 16, 2**255 + 9)
    client = SrpClient()
    for realm, user, parameters in [
        ("abd", "alice", server.parameters),
        ("abc", "alicf", server.parameters),
        ("abc", "alice", {**server.parameters, "SECRET_BLOCK": "AAAA"}),
    ]:
        proof = client.prove(realm, user, "Passw0rd!", parameters, NOW)
        assert not server.accepts(client.srp_a, {**proof, "PASSWORD_CLAIM_SECRET_BLOCK": server.secret_block})


def test_a_b_beyond_n_is_the_same_proof() -> None:
    """B counts modulo N, but is hashed as it came (RFC 5054 section 2.5.3)."""
    server = Verifier("abc", "alice", "Passw0rd!", "a1" * 16, 2**255 + 9)
    server.b += server.n

    assert proves(server, "Passw0rd!")
    assert not proves(server, "Passw0rd?")
