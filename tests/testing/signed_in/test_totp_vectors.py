"""One-time codes against the vectors of RFC 6238 and RFC 4226, which nobody here wrote."""

import base64

import pytest

from amplify_auth.testing._core.crypto import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()

# RFC 6238 appendix B, the SHA-1 column. The RFC prints eight digits; six-digit codes are their last six
# (RFC 4226 section 5.3: the same number modulo 10**6).
RFC_6238 = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
# RFC 4226 appendix D: counters 0 to 9.
RFC_4226 = [
    "755224",
    "287082",
    "359152",
    "969429",
    "338314",
    "254676",
    "287922",
    "162583",
    "399871",
    "520489",
]


@pytest.mark.parametrize(("seconds", "eight_digits"), RFC_6238)
def test_code_is_that_of_rfc_6238(seconds: int, eight_digits: str) -> None:
    assert totp.code_at(SECRET, seconds) == eight_digits[-6:]


@pytest.mark.parametrize(("counter", "code"), list(enumerate(RFC_4226)))
def test_code_is_that_of_rfc_4226_through_its_whole_step(counter: int, code: str) -> None:
    first, last = counter * 30, counter * 30 + 29.99

    assert (totp.code_at(SECRET, first), totp.code_at(SECRET, last)) == (code, code)


def test_leading_zeros_are_kept() -> None:
    assert totp.code_at(SECRET, 1111111109) == "081804"


@pytest.mark.parametrize("written", [SECRET.lower(), SECRET.rstrip("="), " ".join(SECRET)])
def test_a_secret_may_be_written_as_people_write_it(written: str) -> None:
    assert totp.code_at(written, 59) == "287082"


@pytest.mark.parametrize("written", ["not base32!", "18", "A"])
def test_a_secret_that_is_not_base32_is_refused_without_being_shown(written: str) -> None:
    with pytest.raises(ValueError, match=r"^The TOTP secret is not base32\.$") as caught:
        totp.code_at(written, 59)

    assert caught.value.__suppress_context__


@pytest.mark.parametrize("late_by", [-1, 0, 1])
def test_a_code_of_this_step_or_a_neighbour_is_known_by_its_step(late_by: int) -> None:
    now = 1111111111

    assert totp.matching_step(SECRET, totp.code_at(SECRET, now), now + late_by * 30) == now // 30


@pytest.mark.parametrize("late_by", [-2, 2, 100])
def test_a_code_of_another_time_is_not_known(late_by: int) -> None:
    now = 1111111111

    assert totp.matching_step(SECRET, totp.code_at(SECRET, now), now + late_by * 30) is None


@pytest.mark.parametrize("code", ["", "28708", "2870822", "000000", "28708é"])
def test_what_is_not_the_code_is_not_known(code: str) -> None:
    assert totp.matching_step(SECRET, code, 59) is None


@pytest.mark.parametrize(
    ("used", "step"), [((), 100), ((99,), 100), ((100,), 101), ((100, 101), 99), ((99, 100, 101), None)]
)
def test_a_step_that_was_not_used_is_accepted_or_there_is_none(used: tuple[int, ...], step: int | None) -> None:
    assert totp.unused_step(used, 100 * 30 + 29.9) == step
    assert step is None or totp.matching_step(SECRET, totp.code_at(SECRET, step * 30), 100 * 30) == step


def test_new_secrets_differ_and_have_256_bits() -> None:
    one, other = totp.new_secret(), totp.new_secret()

    assert one != other
    assert len(base64.b32decode(one + "=" * (-len(one) % 8))) == 32
