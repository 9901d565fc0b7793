"""The client's half of SRP-6a as Cognito speaks it (RFC 5054 sections 2.5-2.6; group 15 of RFC 3526). No I/O.

warrant-lite does the arithmetic; everything around it in which it is at fault is done here: the size of the private
value, the check of B, the timestamp. It is loaded when a proof is first needed.
"""

from __future__ import annotations

import base64
import contextlib
import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any, final

from ._masking import Masked, secret, value
from ._warrant import warrant
from .errors import AuthProtocolError

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def timestamp(now: datetime) -> str:
    """The TIMESTAMP of a proof made at ``now`` (UTC): English whatever the locale, the day without leading zero."""
    day, month = _DAYS[now.weekday()], _MONTHS[now.month - 1]
    return f"{day} {month} {now.day} {now:%H:%M:%S} UTC {now.year}"


@cache
def _arithmetic_class() -> Any:
    """warrant-lite's SRP with a private value of our own, computing with gmpy2 where it is installed."""
    number: Any = int
    with contextlib.suppress(ImportError):
        number = import_module("gmpy2").mpz

    class _Arithmetic(warrant().WarrantLite):  # type: ignore[misc]
        big_n: Any
        g: Any

        def generate_random_small_a(self) -> int:
            # 256 random bits (RFC 5054 section 2.5.4); the bit above them keeps the value from being short.
            self.big_n, self.g = number(self.big_n), number(self.g)
            return 1 << 256 | secrets.randbits(256)

    return _Arithmetic


def _arithmetic() -> Any:
    # The name before the colon of SRP's identity is one text to the arithmetic: pool name and user id joined. It asks
    # for a client, and never uses it.
    return _arithmetic_class()(username="", password="", pool_id="_", client_id="", client="none")


def _number(parameters: Mapping[str, str], name: str) -> int:
    text = parameters.get(name, "")
    if not re.fullmatch(r"[0-9A-Fa-f]{1,1536}", text):
        raise AuthProtocolError(f"{name} of the SRP challenge is not a hexadecimal number.", name="InvalidSrpParameter")
    return int(text, 16)


def _block(parameters: Mapping[str, str]) -> bytes:
    text = parameters.get("SECRET_BLOCK", "")
    try:  # Cognito sends the standard alphabet; emulators also URL-safe and unpadded text
        return base64.b64decode(
            text.replace("-", "+").replace("_", "/").rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True
        )
    except ValueError:
        failure = AuthProtocolError("SECRET_BLOCK of the SRP challenge is not Base64.", name="InvalidSrpParameter")
    raise failure


@final
class SrpClient:
    """One SRP exchange: a fresh private value, its public value ``srp_a``, and the proof of a password.

    Args:
        private: The private value; only for test vectors.
    """

    __slots__ = ("_arithmetic", "srp_a")

    def __init__(self, private: int | None = None) -> None:
        arithmetic = _arithmetic()
        if private is not None:
            arithmetic.small_a_value, arithmetic.large_a_value = private, pow(arithmetic.g, private, arithmetic.big_n)
        if arithmetic.large_a_value % arithmetic.big_n == 0:
            raise AuthProtocolError("The SRP value A is zero.", name="InvalidSrpParameter")
        self._arithmetic = arithmetic
        self.srp_a = f"{int(arithmetic.large_a_value):x}"

    def key(self, realm: str, user: str, password: str, parameters: Mapping[str, str]) -> bytes:
        """The 16-byte session key. ``realm`` is the pool name, or the device group key for a device."""
        b, salt = _number(parameters, "SRP_B"), _number(parameters, "SALT")
        if b % self._arithmetic.big_n == 0:
            raise AuthProtocolError("The SRP value B is zero modulo N.", name="InvalidSrpParameter")
        try:
            return bytes(self._arithmetic.get_password_authentication_key(realm + user, password, b, salt))
        except ValueError as error:  # its check of u, or a name that is not Unicode
            reason = "user id is not text" if isinstance(error, UnicodeError) else "value u is zero"
        raise AuthProtocolError(f"The SRP {reason}.", name="InvalidSrpParameter")  # the context would show the password

    def prove(
        self, realm: str, user: str, password: str, parameters: Mapping[str, str], now: datetime
    ) -> dict[str, str]:
        """The ``ChallengeResponses`` that prove the password, all but the user name.

        Args:
            realm: The pool name, or the device group key.
            user: ``USER_ID_FOR_SRP``, or the device key.
            password: The user's password, or the device's.
            parameters: ``ChallengeParameters`` with SRP_B, SALT and SECRET_BLOCK.
            now: The time of day, UTC.
        """
        key, time = self.key(realm, user, password, parameters), timestamp(now)
        claim = hmac.digest(key, (realm + user).encode() + _block(parameters) + time.encode(), "sha256")
        return {
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "TIMESTAMP": time,
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(claim).decode(),
        }


@final
@value(kw_only=True)
class DeviceSecret(Masked):
    """What a new device keeps (``password``) and what Cognito keeps of it (``salt``, ``verifier``; Base64)."""

    password: str = secret()
    salt: str = secret()
    verifier: str = secret()


def make_device_secret(group_key: str, device_key: str, random: bytes | None = None) -> DeviceSecret:
    """A random password for a new device and its verifier (RFC 5054 section 2.4, with Cognito's padding).

    Args:
        group_key: ``DeviceGroupKey``.
        device_key: ``DeviceKey``.
        random: 56 bytes in place of random ones; only for test vectors.
    """
    helpers, arithmetic = warrant(), _arithmetic()
    random = random or secrets.token_bytes(56)
    password = base64.b64encode(random[:40]).decode()
    salt = helpers.pad_hex(int.from_bytes(random[40:], "big"))
    identity = helpers.hash_sha256(f"{group_key}{device_key}:{password}".encode())
    x = int(helpers.hex_hash(salt + identity), 16)
    verifier = helpers.pad_hex(pow(arithmetic.g, x, arithmetic.big_n))
    return DeviceSecret(
        password=password,
        salt=base64.b64encode(bytes.fromhex(salt)).decode(),
        verifier=base64.b64encode(bytes.fromhex(verifier)).decode(),
    )
