"""The server's side of SRP-6a, as Cognito computes it: verifiers, challenges, and the check of a proof.

It shares no code with the client's side in ``amplify_auth``, so the two check each other. Sources: RFC 5054, the
3072-bit group of RFC 3526, and the code of Cognito's own clients.

Never here: a user, a device or a session.
"""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs

from .... import _clock

_N: Final = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
_G: Final = 2
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# English names in every locale; the day of the month has no leading zero.
_TIMESTAMP: Final = re.compile(
    rf"({'|'.join(_DAYS)}) ({'|'.join(_MONTHS)}) ([1-9][0-9]?) ([0-9]{{2}}):([0-9]{{2}}):([0-9]{{2}}) UTC ([0-9]{{4}})"
)


def _signed(number: int) -> bytes:
    # Cognito hashes numbers in the form of Java's BigInteger.toByteArray(): the shortest two's complement.
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


_K: Final = int.from_bytes(_sha256(_signed(_N), _signed(_G)), "big")


@attrs.frozen(kw_only=True)
class Exchange:
    """A challenge that was sent, with the values that its proof is checked against.

    Args:
        group: First part of the identity: the pool's name (the part of its ID after ``_``) or the device group key.
        identity: Second part of the identity: the internal username or the device key.
        salt: The salt that was sent.
        verifier: g^x mod N.
        public_client: A.
        private: The server's secret exponent.
        public: B.
        secret_block: The secret block that was sent, in base64.
    """

    group: str
    identity: str
    salt: bytes = attrs.field(repr=False)
    verifier: int = attrs.field(repr=False)
    public_client: int = attrs.field(repr=False)
    private: int = attrs.field(repr=False)
    public: int = attrs.field(repr=False)
    secret_block: str = attrs.field(repr=False)


def verifier(group: str, identity: str, password: str, salt: bytes) -> int:
    """g^x mod N for a password. It takes long to compute, so keep it."""
    inner = _sha256(f"{group}{identity}:{password}".encode())
    exponent = int.from_bytes(_sha256(_signed(int.from_bytes(salt, "big")), inner), "big")
    return pow(_G, exponent, _N)


def salt_text(salt: bytes) -> str:
    """``SALT`` as a hexadecimal number without leading zeros: some clients hash leading zeros, and some do not."""
    return f"{int.from_bytes(salt, 'big'):x}"


def parse_public(text: str) -> int | None:
    """``SRP_A``; None if it is not a hexadecimal number, or a multiple of N (RFC 5054, 2.5.4)."""
    if not re.fullmatch(r"[0-9A-Fa-f]+", text):
        return None
    number = int(text, 16)
    return number if number % _N else None


def challenge(
    *, group: str, identity: str, salt: bytes, verifier: int, public_client: int, private: int | None = None
) -> Exchange:
    """Answer A with B.

    Args:
        group: See ``Exchange``.
        identity: See ``Exchange``.
        salt: See ``Exchange``.
        verifier: See ``Exchange``.
        public_client: A, as ``parse_public`` returned it.
        private: The secret exponent; None for a random one. 256 bits are enough and keep a sign-in fast.
    """
    exponent = secrets.randbits(256) | 1 if private is None else private
    return Exchange(
        group=group,
        identity=identity,
        salt=salt,
        verifier=verifier,
        public_client=public_client,
        private=exponent,
        public=(_K * verifier + pow(_G, exponent, _N)) % _N,
        secret_block=base64.b64encode(secrets.token_bytes(192)).decode(),
    )


def expected_signature(exchange: Exchange, timestamp: str) -> str:
    """The proof of a client that knows the password, in base64."""
    public_client, public = exchange.public_client, exchange.public
    mixed = _sha256(_signed(public_client), _signed(public))
    scramble = int.from_bytes(mixed, "big")
    shared = pow(public_client * pow(exchange.verifier, scramble, _N), exchange.private, _N)
    key = hmac.digest(_signed(scramble), _signed(shared), "sha256")
    key = hmac.digest(key, b"Caldera Derived Key\x01", "sha256")[:16]
    block = base64.b64decode(exchange.secret_block)
    message = exchange.group.encode() + exchange.identity.encode() + block + timestamp.encode()
    return base64.b64encode(hmac.digest(key, message, "sha256")).decode()


def proves(exchange: Exchange, signature: str, timestamp: str) -> bool:
    """True if the signature proves the password."""
    return hmac.compare_digest(expected_signature(exchange, timestamp).encode(), signature.encode())


def parse_timestamp(text: str) -> datetime | None:
    """``TIMESTAMP``; None if it does not have the form and weekday of ``Mon Jan 1 00:00:00 UTC 2024``."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    day_name, month, day, hour, minute, second, year = match.groups()
    try:
        at = datetime(int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    except ValueError:
        return None
    return at if _DAYS[at.weekday()] == day_name else None


def is_current(timestamp: str, now: datetime, *, tolerance: timedelta = timedelta(minutes=5)) -> bool:
    """True if a timestamp is well formed and at most ``tolerance`` away from now.

    Other clients in this process do not see an advanced clock, so a timestamp near the machine's own time is accepted
    too. Five minutes: https://github.com/amazon-archives/amazon-cognito-auth-js/issues/199
    """
    at = parse_timestamp(timestamp)
    return at is not None and any(abs(at - present) <= tolerance for present in (now, _clock.wall()))
