"""The client's half of SRP-6a as Cognito speaks it (RFC 5054 sections 2.5-2.6; group 15 of RFC 3526).

warrant-lite does the arithmetic. This file does what warrant-lite gets wrong: the size of the private value, the check
of B, and the timestamp. warrant-lite is loaded with the first `SrpClient` or device secret, not before.
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import hmac
import re
import secrets
import sys
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final, Protocol, final

from ._masking import Masked, secret, value
from .errors import AuthConfigurationError, AuthProtocolError

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def timestamp(now: datetime) -> str:
    """The TIMESTAMP of a proof made at ``now`` (UTC): in English with every locale, the day without leading zero."""
    day, month = _DAYS[now.weekday()], _MONTHS[now.month - 1]
    return f"{day} {month} {now.day} {now:%H:%M:%S} UTC {now.year}"


# warrant-lite, and what is used of it


_NAME: Final = "warrant_lite"
_NOT_NEEDED: Final = frozenset({"boto3", "envs", "jose", "requests"})


class _Stub(ModuleType):
    """Stands for a module that is not loaded, and for each name that is imported from it. It is never called."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self


def _import(name: str, *arguments: Any) -> Any:
    """What an ``import`` statement in warrant-lite's module does."""
    return _Stub(name) if name.partition(".")[0] in _NOT_NEEDED else builtins.__import__(name, *arguments)


def _load_arithmetic() -> ModuleType:
    """Run warrant-lite's module without the libraries that its other parts import. Raises if that cannot be done.

    ``import warrant_lite`` loads boto3, requests, python-jose and cryptography. That takes longer than all requests and
    proofs of a sign-in, and SRP needs none of them.
    """
    spec: Any = find_spec(_NAME)
    code = spec.loader.get_code(_NAME)
    module = ModuleType(_NAME)  # not in sys.modules: a program that imports warrant-lite gets all of it
    module.__dict__["__builtins__"] = {**vars(builtins), "__import__": _import}
    exec(code, module.__dict__)  # noqa: S102 - as every import does
    return module


#: The arguments of ``WarrantLite``. The pool name is empty because ``SrpClient.key`` passes it with the user id.
#: A client must be given and is never used.
_ARGUMENTS: Final = {"username": "", "password": "", "pool_id": "_", "client_id": "", "client": "none"}


def _check_arithmetic(module: Any) -> None:
    """Raise if the arithmetic of ``module`` is not as this file uses it."""

    class _Probe(module.WarrantLite):  # type: ignore[misc]
        def generate_random_small_a(self) -> int:
            return 1  # so that the check takes no time

    probe = _Probe(**_ARGUMENTS)
    if not (
        (probe.small_a_value, probe.large_a_value, probe.g, probe.big_n.bit_length()) == (1, 2, 2, 3072)
        and callable(probe.get_password_authentication_key)
        and module.pad_hex(128) == "0080"
        and module.hex_hash("00") == module.hash_sha256(b"\0")
    ):
        raise ImportError("its arithmetic is not that of version 1.0.4")


@cache
def load_warrant_lite() -> Any:
    """warrant-lite's module. All of it if the program has imported it, or if its arithmetic alone does not work."""
    if _NAME not in sys.modules:
        with contextlib.suppress(Exception):  # if anything is not as expected, the plain import is tried
            module = _load_arithmetic()
            _check_arithmetic(module)
            return module
    try:
        # Tools that collect what a program imports, such as PyInstaller, find warrant-lite by this statement.
        import warrant_lite

        _check_arithmetic(warrant_lite)
    except Exception as error:
        raise AuthConfigurationError(
            f"SRP needs warrant-lite, which cannot be used: {error}.",
            name="MissingDependency",
            recovery_suggestion='Install it: pip install "warrant-lite>=1.0.4,<2".',
        ) from error
    return warrant_lite


@cache
def _arithmetic_class() -> Any:
    """warrant-lite's SRP with a private value of our own. It computes with gmpy2 if that is installed."""
    number: Any = int
    with contextlib.suppress(ImportError):
        import gmpy2

        number = getattr(gmpy2, "mpz")  # noqa: B009 - its types do not name it

    class _OurValue(load_warrant_lite().WarrantLite):  # type: ignore[misc]
        big_n: Any
        g: Any

        def generate_random_small_a(self) -> int:
            # 256 random bits (RFC 5054 section 2.5.4); the bit above them keeps the value from being short.
            self.big_n, self.g = number(self.big_n), number(self.g)
            return 1 << 256 | secrets.randbits(256)

    return _OurValue


class _Arithmetic(Protocol):
    """What is used of warrant-lite's ``WarrantLite``."""

    big_n: int
    g: int
    small_a_value: int
    large_a_value: int

    def get_password_authentication_key(
        self, username: str, password: str, server_b_value: int, salt: int, /
    ) -> bytes: ...


def _new_arithmetic() -> _Arithmetic:
    made: _Arithmetic = _arithmetic_class()(**_ARGUMENTS)
    return made


# The proofs of a password, and the secret of a device


def _parse_number(parameters: Mapping[str, str], name: str) -> int:
    text = parameters.get(name, "")
    if not re.fullmatch(r"[0-9A-Fa-f]{1,1536}", text):
        raise AuthProtocolError(f"{name} of the SRP challenge is not a hexadecimal number.", name="InvalidSrpParameter")
    return int(text, 16)


def _parse_secret_block(parameters: Mapping[str, str]) -> bytes:
    # Cognito sends the standard alphabet. Emulators also send the URL-safe one, and text without padding.
    text = parameters.get("SECRET_BLOCK", "").replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
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
        arithmetic = _new_arithmetic()
        if private is not None:
            arithmetic.small_a_value, arithmetic.large_a_value = private, pow(arithmetic.g, private, arithmetic.big_n)
        if arithmetic.large_a_value % arithmetic.big_n == 0:
            raise AuthProtocolError("The SRP value A is zero.", name="InvalidSrpParameter")
        self._arithmetic = arithmetic
        self.srp_a = f"{int(arithmetic.large_a_value):x}"

    def key(self, realm: str, user: str, password: str, parameters: Mapping[str, str]) -> bytes:
        """The 16-byte session key. ``realm`` is the pool name, or the device group key for a device."""
        b, salt = _parse_number(parameters, "SRP_B"), _parse_number(parameters, "SALT")
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
        claim = hmac.digest(key, (realm + user).encode() + _parse_secret_block(parameters) + time.encode(), "sha256")
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
    helpers, arithmetic = load_warrant_lite(), _new_arithmetic()
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
