"""The keys that a user pool signs tokens with (RFC 7517), and the check of a signature. PyJWT does the cryptography.

The keys come from the pool and from no other place: from the session's endpoint and, if the caller names one, from the
address of an issuer of the pool. They are kept for an hour and refreshed after half of it. A token that names an
unknown key causes another fetch, at most once a minute, because anyone can invent a key name. RS256 is the only
algorithm. Of a token's header only ``kid``, ``alg`` and ``crit`` are read. PyJWT (extra ``verify``) is imported when it
is used.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any, Final, final

from .. import _clock
from .._arguments import is_list, is_mapping
from .._cognito import get_document, user_pool_client
from .._locks import ForkSafeLock
from .._masking import Value, value
from .._values import AuthConfig
from ..errors import AuthConfigurationError, AuthError, AuthNetworkError, AuthProtocolError
from .single_flight import Expiring, Refreshable, expiring

if TYPE_CHECKING:
    from jwt import PyJWK

_ALGORITHM = "RS256"
LIFETIME: Final = 3600.0
"""Seconds that keys are trusted without being fetched again."""
MIN_INTERVAL: Final = 60.0
"""Seconds from one fetch to the next that an unknown key name can cause."""
RETRY_AFTER: Final = 5.0
"""Seconds for which the error of a failed fetch is raised again without another fetch, if there are no keys."""
LEAST_BITS: Final = 2048
"""Bits that an RSA key for RS256 must have at least (RFC 7518 section 3.3)."""
MOST_BITS: Final = 8192
"""Bits of the largest RSA key that is used: the time that a check takes grows with the square of it."""
_MOST_EXPONENT_BITS: Final = 64
"""OpenSSL refuses larger public exponents of large keys (``OPENSSL_RSA_MAX_PUBEXP_BITS``)."""


@final
@value(eq=False)
class _Keys(Value):
    """The keys of one fetch, by their names (``kid``)."""

    by_name: Mapping[str, PyJWK]


class SigningKeys:
    """The signing keys of one session's user pool, from one address.

    Args:
        config: The session's configuration.
        issuer: The issuer from whose address the keys are fetched; default: the session's endpoint.
    """

    def __init__(self, config: AuthConfig, issuer: str | None = None) -> None:
        self._config = config
        self._issuer = issuer
        self._retry_after = RETRY_AFTER if issuer is None else MIN_INTERVAL
        self._of_issuers: dict[str, SigningKeys] = {}
        self._lock = ForkSafeLock()
        self._asked_at = float("-inf")
        self._failure: AuthError | None = None
        self._failed_at = float("-inf")
        self._keys = Refreshable(self._fetch, patience=config.time_limit)
        never = float("-inf")
        self._keys.replace(Expiring(_Keys(MappingProxyType({})), refresh_at=never, expires_at=never))

    def find(self, name: str, *, issuer: str | None = None) -> PyJWK | None:
        """The public key of this name, in PyJWT's form; None if the pool has no such key.

        Args:
            name: The name (``kid``).
            issuer: An issuer of the pool that has keys of its own: they are looked at if the session's endpoint does
                not have the key, or does not answer. The caller has checked that it is one of the pool's.

        Raises:
            AuthNetworkError: The keys could not be fetched.
            AuthConfigurationError: The pool has no keys to fetch, or PyJWT is not installed.
            AuthProtocolError: What was fetched is not a set of keys.
        """
        failures: list[AuthError] = []
        for keys in (self,) if issuer is None else (self, self._of_issuer(issuer)):
            try:
                key = keys._find(name)
            except AuthError as error:
                # The newer issuer answers 403 for a pool that does not use it:
                # https://github.com/awslabs/aws-jwt-verify/issues/279
                if keys is self or isinstance(error, AuthNetworkError):
                    failures.append(error)
            else:
                if key is not None:
                    return key
        if failures:
            raise failures[0]
        return None

    def _of_issuer(self, issuer: str) -> SigningKeys:
        with self._lock:
            return self._of_issuers.setdefault(issuer, SigningKeys(self._config, issuer))

    def _find(self, name: str) -> PyJWK | None:
        keys = self._keys.get()
        if keys is not None and name not in keys.by_name and self._may_ask():
            keys = self._keys.get_other_than(keys)
        return None if keys is None else keys.by_name.get(name)

    def _may_ask(self) -> bool:
        with self._lock:
            return _clock.monotonic() - self._asked_at >= MIN_INTERVAL

    def _fetch(self, *_: object) -> Expiring[_Keys]:
        now = _clock.monotonic()
        if self._failure is not None and now < self._failed_at + self._retry_after:
            raise self._failure.evolve()
        with self._lock:
            self._asked_at = now
        try:
            keys = _Keys(self._download())
        except AuthError as error:
            self._failure, self._failed_at = error, now
            raise
        self._failure = None
        return expiring(keys, since=now, lifetime=LIFETIME, margin=LIFETIME / 2)

    def _download(self) -> Mapping[str, PyJWK]:
        client = user_pool_client(self._config)
        address = self._issuer or pool_url(client.meta.endpoint_url, self._config)
        return _parse(get_document(client, f"{address}/.well-known/jwks.json"))


def pool_url(endpoint_url: str, config: AuthConfig) -> str:
    """The pool's address at ``endpoint_url``. Emulators name it as the issuer of their tokens."""
    return f"{endpoint_url.rstrip('/')}/{config.user_pool_id}"


def _parse(content: bytes) -> Mapping[str, PyJWK]:
    """The RS256 keys of a JSON Web Key Set, by name. It may have no key that can be used."""
    try:
        document: object = json.loads(content)
    except (ValueError, RecursionError):
        document = None
    entries = document.get("keys") if is_mapping(document) else None
    keys: dict[str, PyJWK] = {}
    has_rsa_key = False
    for entry in entries if is_list(entries) else ():
        numbers = _rsa_numbers(entry) if is_mapping(entry) else None
        if is_mapping(entry) and numbers is not None:
            has_rsa_key = True
            name, key = entry.get("kid"), _public_key(entry, *numbers)
            if isinstance(name, str) and key is not None:  # a key that cannot be used is left out
                keys[name] = key
    if not has_rsa_key:
        raise AuthProtocolError(
            "The endpoint's signing keys cannot be understood.",
            name="InvalidResponse",
            recovery_suggestion="Check that endpoint_url is a Cognito endpoint.",
        )
    return MappingProxyType(keys)


def _rsa_numbers(entry: Mapping[str, object]) -> tuple[int, int] | None:
    """Modulus and exponent of a JSON Web Key (RFC 7518 section 6.3.1); None if it is no RSA key."""
    texts = entry.get("n"), entry.get("e")
    if entry.get("kty") != "RSA":
        return None
    numbers = [_number(text) for text in texts if isinstance(text, str)]
    found = [number for number in numbers if number is not None]
    return (found[0], found[1]) if len(found) == len(texts) else None


def _number(text: str) -> int | None:
    """A Base64urlUInt (RFC 7518 section 2)."""
    try:
        return int.from_bytes(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True), "big")
    except ValueError:
        return None


def _jwt() -> ModuleType:
    with suppress(ImportError):
        import jwt
        import jwt.algorithms

        if jwt.algorithms.has_crypto:
            return jwt
    raise AuthConfigurationError(
        "PyJWT with cryptography is not installed.",
        name="MissingExtra",
        recovery_suggestion='Install the extra: pip install "amplify-auth-boto3[verify]".',
    )


def can_check_signatures() -> bool:
    """True if the extra ``verify`` is installed."""
    try:
        _jwt()
    except AuthConfigurationError:
        return False
    return True


def _public_key(entry: Mapping[str, object], modulus: int, exponent: int) -> PyJWK | None:
    """The key of a JSON Web Key; None if it is not one that signs with RS256, or not a sound one.

    PyJWT would warn of a key that is too short, each time it is used.
    """
    jwt = _jwt()
    if entry.get("use", "sig") != "sig" or entry.get("alg", _ALGORITHM) != _ALGORITHM:
        return None
    is_sound = modulus % 2 and exponent.bit_length() <= _MOST_EXPONENT_BITS
    if not is_sound or not LEAST_BITS <= modulus.bit_length() <= MOST_BITS:
        return None
    try:  # it refuses exponents that are even or below 3; no other member, such as a private exponent, is read
        key: PyJWK = jwt.PyJWK({"kty": "RSA", "n": entry["n"], "e": entry["e"]}, algorithm=_ALGORITHM)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    return key


def header_of(token: str) -> Mapping[str, Any] | None:
    """The header, unverified; None if it is not a JWT signed with RS256 (RFC 7515)."""
    jwt = _jwt()
    try:
        header: Mapping[str, Any] = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    # "crit" lists extensions that must be understood. None is understood here.
    return header if header.get("alg") == _ALGORITHM and "crit" not in header else None


def signed_claims(token: str, key: PyJWK) -> Mapping[str, Any] | None:
    """The claims, if ``key`` has signed them. Only the signature is checked."""
    jwt = _jwt()
    unchecked = dict.fromkeys(("exp", "nbf", "iat", "aud", "iss", "sub", "jti"), False)
    options = {"verify_signature": True, **{f"verify_{claim}": check for claim, check in unchecked.items()}}
    try:
        claims: Mapping[str, Any] = jwt.decode(token, key, algorithms=[_ALGORITHM], options=options)
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    return claims
