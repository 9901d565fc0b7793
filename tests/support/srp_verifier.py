"""A server's half of SRP as Cognito speaks it, written from the RFCs and sharing nothing with the library.

The group is computed from its definition in RFC 3526 section 4, numbers are padded as two's complement bytes, and the
secret is reached the server's way. What is accepted here is what Cognito accepts.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import random
from collections.abc import Callable, Mapping
from typing import Any, cast

try:
    import gmpy2

    powmod: Callable[[int, int, int], Any] = cast("Any", gmpy2).powmod
except ImportError:
    powmod = pow

G = 2


@functools.cache
def group_15() -> int:
    """``2^3072 - 2^3008 - 1 + 2^64 * ([2^2942 pi] + 1690314)``."""
    bits = 3100

    def arctan_of_inverse(x: int) -> int:
        term = total = (1 << bits) // x
        n, sign = 3, -1
        while term:
            term //= x * x
            total += sign * (term // n)
            n, sign = n + 2, -sign
        return total

    pi = 4 * (4 * arctan_of_inverse(5) - arctan_of_inverse(239))  # Machin
    return 2**3072 - 2**3008 - 1 + 2**64 * ((pi >> (bits - 2942)) + 1690314)


def padded(number: int) -> bytes:
    """The shortest two's complement form, as Java's BigInteger writes it."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


class Verifier:
    """What Cognito keeps of a password, and one exchange with a client that claims to know it."""

    def __init__(self, realm: str, user: str, password: str, salt: str, private: int) -> None:
        self.n = group_15()
        self.realm, self.user, self.salt, self.private = realm, user, salt, private
        identity = sha256(f"{realm}{user}:{password}".encode())
        self.x = int.from_bytes(sha256(padded(int(salt, 16)), identity), "big")
        self.verifier = int(powmod(G, self.x, self.n))
        self.k = int.from_bytes(sha256(padded(self.n), padded(G)), "big")
        self.b = (self.k * self.verifier + int(powmod(G, private, self.n))) % self.n
        self.secret_block = base64.b64encode(sha256(str(private).encode()) * 20).decode()

    @property
    def parameters(self) -> dict[str, str]:
        """``ChallengeParameters`` of ``PASSWORD_VERIFIER``."""
        return {
            "USER_ID_FOR_SRP": self.user,
            "SALT": self.salt,
            "SRP_B": f"{self.b:x}",
            "SECRET_BLOCK": self.secret_block,
        }

    def u(self, srp_a: str) -> int:
        return int.from_bytes(sha256(padded(int(srp_a, 16)), padded(self.b)), "big")

    def secret(self, srp_a: str) -> int:
        """S, the server's way: ``(A * v^u) ^ b``."""
        base = int(srp_a, 16) * int(powmod(self.verifier, self.u(srp_a), self.n))
        return int(powmod(base, self.private, self.n))

    def key(self, srp_a: str) -> bytes:
        """The first 16 bytes of HKDF (RFC 5869) with Cognito's info text."""
        pseudo_random = hmac.digest(padded(self.u(srp_a)), padded(self.secret(srp_a)), "sha256")
        return hmac.digest(pseudo_random, b"Caldera Derived Key\x01", "sha256")[:16]

    def signature(self, srp_a: str, timestamp: str) -> str:
        message = self.realm.encode() + self.user.encode() + base64.b64decode(self.secret_block) + timestamp.encode()
        return base64.b64encode(hmac.digest(self.key(srp_a), message, "sha256")).decode()

    def accepts(self, srp_a: str, proof: Mapping[str, str]) -> bool:
        """Whether Cognito would take the proof."""
        expected = self.signature(srp_a, proof["TIMESTAMP"])
        return proof["PASSWORD_CLAIM_SECRET_BLOCK"] == self.secret_block and hmac.compare_digest(
            expected, proof["PASSWORD_CLAIM_SIGNATURE"]
        )


_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= ",
    "\u00e4\u00f6\u00fc\u00df\u00e9\u00e8\u00f1\u00e5\u00e7\u0131\u0130\u015f\u011f",  # Latin, the Turkish i's among it
    "e\u0301a\u0308n\u0303",  # decomposed
    "\u0645\u0631\u062d\u0628\u0627\u05e9\u05dc\u05d5\u05dd\u200f\u202e",  # right to left, with its marks
    "\u65e5\u672c\u8a9e\u4e2d\u6587\ud55c\uae00",
    "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f1f9\U0001f1f7\u2764\ufe0f",
    "\x00\t\n\x7f\u00a0\u2028\ufeff\uffff\U0010ffff",
)


def random_password(source: random.Random) -> str:
    alphabet = "".join(source.sample(_ALPHABETS, source.randint(1, 3)))
    return "".join(source.choice(alphabet) for _ in range(source.randint(1, 40)))


def random_salt(source: random.Random) -> str:
    """32 hexadecimal digits: any, with leading zeros, or with the high bit set."""
    digits = f"{source.getrandbits(128):032x}"
    zeros = source.randint(1, 6)
    return source.choice((digits, "0" * zeros + digits[zeros:], "f" + digits[1:], digits.upper()))
