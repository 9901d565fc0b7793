"""The server's SRP arithmetic against vectors of the JavaScript client, and against the RFC's rules."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from amplify_auth.testing._core.crypto import srp

N = srp.parse_public.__globals__["_N"]
# Values the JavaScript client and an independent implementation agreed on.
A_SECRET = int("0123456789abcdef" * 16, 16)
B_SECRET = int("fedcba9876543210" * 16, 16)
SALT = bytes.fromhex("a1b2c3d4e5f60718293a4b5c6d7e8f90")
TIMESTAMP = "Mon Jan 1 00:00:00 UTC 2024"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def vector_exchange() -> srp.Exchange:
    import attrs

    public = pow(2, A_SECRET, N)
    assert sha(f"{public:x}") == "a38fb1d51d94bab67b85bfa082a654a1fee9b9a6ce0dc7223591727069d90d80"
    exchange = srp.challenge(
        group="abc",
        identity="alice",
        salt=SALT,
        verifier=srp.verifier("abc", "alice", "Pass123!x", SALT),
        public_client=public,
        private=B_SECRET,
    )
    return attrs.evolve(exchange, secret_block="c2VjcmV0LWJsb2Nr")


def test_the_verifier_is_g_to_the_x_of_the_vector() -> None:
    x = int("efb7f9b31c03e498537c0950c155797dab5c28a5855d5333d3878c1269e19cf1", 16)
    assert srp.verifier("abc", "alice", "Pass123!x", SALT) == pow(2, x, N)


def test_b_is_that_of_the_vector() -> None:
    expected = "712b3d6a369f54307b4e8728055fbb7539928fc5a4744599ff299a19ae61d67c"
    assert sha(f"{vector_exchange().public:x}") == expected


def test_the_signature_is_that_of_the_vector() -> None:
    assert srp.expected_signature(vector_exchange(), TIMESTAMP) == "9k6xKIDYti3fZhNmQn/2Xe2uR613nw27ZHl7F/fTdXw="


def test_a_signature_of_another_timestamp_proves_nothing() -> None:
    exchange = vector_exchange()
    right = srp.expected_signature(exchange, TIMESTAMP)
    assert srp.proves(exchange, right, TIMESTAMP)
    assert not srp.proves(exchange, right, "Mon Jan 1 00:00:01 UTC 2024")


def test_a_device_verifier_is_that_of_the_vector() -> None:
    password = base64.b64encode(b"\xc4" * 40).decode()
    verifier = srp.verifier("-dg", "us-east-1_dk", password, b"\xc4" * 16)
    raw = verifier.to_bytes(verifier.bit_length() // 8 + 1, "big")
    text = base64.b64encode(raw).decode()
    assert text.startswith("RmFq9y+FQ0wrnUduZPY3C93fUXMP4x6C")
    assert sha(text) == "9284610d4741bf9c8b757967a53ed003fe68455def7f3a950714867b339a12ec"


@pytest.mark.parametrize("bad", ["0", "00", f"{N:x}", f"{5 * N:x}", "", "-1", "0x12", "xyz", "\uff112"])
def test_an_a_that_divides_n_or_is_no_hexadecimal_number_is_refused(bad: str) -> None:
    assert srp.parse_public(bad) is None


@pytest.mark.parametrize("good", ["1", "AB", "ab", f"{N - 1:x}", f"{N + 1:x}"])
def test_any_other_a_is_taken(good: str) -> None:
    assert srp.parse_public(good) == int(good, 16)


@pytest.mark.parametrize(
    "text",
    [
        "Mon Jan 01 00:00:00 UTC 2024",  # padded day, refused by the service
        "Tue Jan 1 00:00:00 UTC 2024",  # wrong weekday, refused by the service
        "Mon Jan  1 00:00:00 UTC 2024",
        "Mon Jan 1 0:00:00 UTC 2024",
        "Mon Jan 1 00:00:00 GMT 2024",
        "lun. janv. 1 00:00:00 UTC 2024",
        "Mon Jan 1 24:00:00 UTC 2024",
        "Wed Feb 31 00:00:00 UTC 2024",
        "Mon Jan 1 00:00:00 UTC 2024\n",
        "2024-01-01T00:00:00Z",
        "",
    ],
)
def test_a_timestamp_of_another_form_is_refused(text: str) -> None:
    assert srp.parse_timestamp(text) is None


def test_a_timestamp_is_read_as_utc() -> None:
    assert srp.parse_timestamp("Thu Feb 29 23:59:58 UTC 2024") == datetime(2024, 2, 29, 23, 59, 58, tzinfo=UTC)


def test_a_timestamp_counts_only_near_the_time_given() -> None:
    at = datetime(2024, 1, 1, tzinfo=UTC)
    assert srp.is_current(TIMESTAMP, at + timedelta(minutes=5))
    assert not srp.is_current(TIMESTAMP, at + timedelta(minutes=5, seconds=1))
    assert not srp.is_current(TIMESTAMP, at - timedelta(minutes=5, seconds=1))


def test_no_secret_shows_in_the_representation_of_an_exchange() -> None:
    shown = repr(vector_exchange())
    assert "c2VjcmV0" not in shown
    assert str(B_SECRET) not in shown
