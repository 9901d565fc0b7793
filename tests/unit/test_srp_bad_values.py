"""What RFC 5054 tells a client to refuse, and challenges that are no SRP challenges."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import warrant_lite

from amplify_auth import _srp
from amplify_auth._srp import SrpClient
from amplify_auth.errors import AuthProtocolError
from tests.support.srp_verifier import Verifier, group_15

N = group_15()
SERVER = Verifier("abc", "alice", "Passw0rd!", "a1" * 16, 2**255 + 9)
NOW = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def fresh_arithmetic() -> Iterator[None]:
    _srp._arithmetic_class.cache_clear()
    yield
    _srp._arithmetic_class.cache_clear()


def prove(**changed: str) -> dict[str, str]:
    parameters = {name: value for name, value in {**SERVER.parameters, **changed}.items() if value != "MISSING"}
    return SrpClient().prove("abc", "alice", "Passw0rd!", parameters, NOW)


@pytest.mark.parametrize("multiple", [0, 1, 2, 7])
def test_a_b_that_is_a_multiple_of_n_is_refused(multiple: int) -> None:
    """It would make the secret independent of the password: any server could claim to know it."""
    with pytest.raises(AuthProtocolError, match="B is zero") as caught:
        prove(SRP_B=f"{multiple * N:x}")

    assert caught.value.name == "InvalidSrpParameter"


@pytest.mark.parametrize("number", [1, N - 1, N + 1, 2 * N + 1])
def test_any_other_b_is_answered(number: int) -> None:
    assert prove(SRP_B=f"{number:x}")["PASSWORD_CLAIM_SIGNATURE"]


def test_a_u_of_zero_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warrant_lite, "calculate_u", lambda a, b: 0)

    with pytest.raises(AuthProtocolError, match="u is zero") as caught:
        prove()

    assert caught.value.name == "InvalidSrpParameter"
    assert caught.value.__cause__ is None


def test_a_public_value_of_zero_is_never_sent(monkeypatch: pytest.MonkeyPatch, fresh_arithmetic: None) -> None:
    monkeypatch.setattr(warrant_lite.WarrantLite, "calculate_a", lambda self: self.big_n)

    with pytest.raises(AuthProtocolError, match="A is zero"):
        SrpClient()


@pytest.mark.parametrize("name", ["SRP_B", "SALT"])
@pytest.mark.parametrize(
    "value",
    ["", "MISSING", "0x12", "-1", "+1", "1_0", " 12", "12 ", "12\n", "xyz", "\uff11\uff12", "\u0661", "1" * 1537],
)
def test_what_is_no_hexadecimal_number_is_a_protocol_error(name: str, value: str) -> None:
    with pytest.raises(AuthProtocolError, match=f"{name} of the SRP challenge") as caught:
        prove(**{name: value})

    assert caught.value.name == "InvalidSrpParameter"


@pytest.mark.parametrize(
    "value",
    ["A", "AAAAA", "A A=", "AA=A", "AAA*", "AAAA****", "AA\n", "\u00e4" * 4, "\u0661" * 4],
)
def test_a_secret_block_that_is_not_base64_is_a_protocol_error(value: str) -> None:
    with pytest.raises(AuthProtocolError, match="SECRET_BLOCK") as caught:
        prove(SECRET_BLOCK=value)

    assert caught.value.name == "InvalidSrpParameter"


def test_the_private_value_has_256_random_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 5054 section 2.5.4: at least 256 bits, from the operating system's generator."""
    asked: list[int] = []

    def randbits(bits: int) -> int:
        asked.append(bits)
        return (1 << bits) - 1

    monkeypatch.setattr(secrets, "randbits", randbits)
    most = SrpClient()._arithmetic.small_a_value
    monkeypatch.setattr(secrets, "randbits", lambda bits: 0)
    least = SrpClient()._arithmetic.small_a_value

    assert asked == [256]
    assert (int(most).bit_length(), int(least).bit_length()) == (257, 257)
    assert int(most) - int(least) == 2**256 - 1


def test_every_exchange_has_a_private_value_of_its_own() -> None:
    values = {SrpClient().srp_a for _ in range(20)}

    assert len(values) == 20


def test_srp_a_is_lower_case_hexadecimal_without_padding() -> None:
    for small in (1, 4, 8):  # g^a of a few bits only: an odd number of digits, a high first digit
        assert SrpClient(small).srp_a == f"{2**small:x}"


def test_a_user_id_that_cannot_be_encoded_is_a_protocol_error_that_does_not_show_the_password() -> None:
    with pytest.raises(AuthProtocolError) as caught:
        SrpClient().prove("abc", "\ud800", "Passw0rd!", SERVER.parameters, NOW)

    chain: list[Any] = [caught.value, caught.value.__context__, caught.value.__cause__]
    assert not any("Passw0rd!" in str(vars(item)) + str(getattr(item, "args", "")) for item in chain if item)
