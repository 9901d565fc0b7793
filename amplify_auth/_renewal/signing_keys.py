"""The keys that a user pool signs tokens with (RFC 7517), and the check of a signature. PyJWT does the cryptography.

The keys come from the pool and from no other place. They are kept for an hour and refreshed after half of it. A token
that names an unknown key causes another fetch, at most once a minute, because anyone can invent a key name. RS256 is
the only algorithm. Of a token's header only ``kid``, ``alg`` and ``crit`` are read. PyJWT (extra ``verify``) is
imported when it is used.
"""

from __future__ import annotations

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
from ..errors import AuthConfigurationError, AuthError, AuthProtocolError
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


@final
@value(eq=False)
class _Keys(Value):
    """The keys of one fetch, by their names (``kid``)."""

    by_name: Mapping[str, PyJWK]


class SigningKeys:
    """The signing keys of one session's user pool."""

    def __init__(self, config: AuthConfig) -> None:
        self._config = config
        self._lock = ForkSafeLock()
        self._asked_at = float("-inf")
        self._failure: AuthError | None = None
        self._failed_at = float("-inf")
        self._keys = Refreshable(self._fetch)
        never = float("-inf")
        self._keys.replace(Expiring(_Keys(MappingProxyType({})), refresh_at=never, expires_at=never))

    def find(self, name: str) -> PyJWK | None:
        """The public key of this name, in PyJWT's form; None if the pool has no such key.

        Raises:
            AuthNetworkError: The keys could not be fetched.
            AuthConfigurationError: The pool has no keys to fetch, or PyJWT is not installed.
            AuthProtocolError: What was fetched is not a set of keys.
        """
        keys = self._keys.get()
        if keys is not None and name not in keys.by_name and self._may_ask():
            keys = self._keys.get_other_than(keys)
        return None if keys is None else keys.by_name.get(name)

    def _may_ask(self) -> bool:
        with self._lock:
            return _clock.monotonic() - self._asked_at >= MIN_INTERVAL

    def _fetch(self, *_: object) -> Expiring[_Keys]:
        now = _clock.monotonic()
        if self._failure is not None and now < self._failed_at + RETRY_AFTER:
            raise type(self._failure)(self._failure.message, **self._failure.details())
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
        return _parse(get_document(client, f"{pool_url(client.meta.endpoint_url, self._config)}/.well-known/jwks.json"))


def pool_url(endpoint_url: str, config: AuthConfig) -> str:
    """The pool's address at ``endpoint_url``. Emulators name it as the issuer of their tokens."""
    return f"{endpoint_url.rstrip('/')}/{config.user_pool_id}"


def _parse(content: bytes) -> Mapping[str, PyJWK]:
    """The RS256 keys of a JSON Web Key Set, by name."""
    try:
        document: object = json.loads(content)
    except (ValueError, RecursionError):
        document = None
    entries = document.get("keys") if is_mapping(document) else None
    keys: dict[str, PyJWK] = {}
    for entry in entries if is_list(entries) else ():
        name = entry.get("kid") if is_mapping(entry) and entry.get("kty") == "RSA" else None
        key = _public_key(entry) if is_mapping(entry) and isinstance(name, str) else None
        if key is not None and isinstance(name, str):  # a key that cannot be used is left out
            keys[name] = key
    if not keys:
        raise AuthProtocolError(
            "The endpoint's signing keys cannot be understood.",
            name="InvalidResponse",
            recovery_suggestion="Check that endpoint_url is a Cognito endpoint.",
        )
    return MappingProxyType(keys)


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


def _public_key(entry: Mapping[str, object]) -> PyJWK | None:
    """The key of a JSON Web Key; None if it is not one that signs with RS256."""
    jwt = _jwt()
    if entry.get("use", "sig") != "sig" or entry.get("alg", _ALGORITHM) != _ALGORITHM:
        return None
    try:
        key: PyJWK = jwt.PyJWK(dict(entry), algorithm=_ALGORITHM)
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
