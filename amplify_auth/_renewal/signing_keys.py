"""The keys that a user pool signs tokens with (RFC 7517): fetched from the pool, and from nowhere else.

They are kept for an hour and renewed after half of it. A token that names an unknown key makes them be fetched
again, at most once a minute whatever arrives: anybody can invent key names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Final, final

from .. import _clock
from .._cognito import get_document, user_pool_client
from .._locks import ForkSafeLock
from .._masking import Value, value
from .._values import AuthConfig
from ..errors import AuthConfigurationError, AuthError, AuthProtocolError
from .single_flight import Aged, Refreshable, aged

_ALGORITHM = "RS256"
LIFETIME: Final = 3600.0
"""Seconds that keys are trusted without being fetched again."""
MIN_INTERVAL: Final = 60.0
"""Seconds from one fetch to the next that an unknown key name can cause."""
RETRY_AFTER: Final = 5.0
"""Seconds for which a fetch that failed answers for the next ones, where there are no keys to go on with."""


@final
@value(eq=False)
class _Keys(Value):
    """The keys of one fetch, by their names (``kid``)."""

    by_name: Mapping[str, Any]


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
        self._keys.replace(Aged(_Keys(MappingProxyType({})), refresh_at=never, dies_at=never))

    def find(self, name: str) -> Any | None:
        """The public key of this name, in PyJWT's form; None if the pool has none.

        Raises:
            AuthNetworkError: The keys could not be fetched.
            AuthConfigurationError: The pool has none to fetch, or PyJWT is not installed.
            AuthProtocolError: What was fetched is no set of keys.
        """
        keys = self._keys.get()
        if keys is not None and name not in keys.by_name and self._may_ask():
            keys = self._keys.get_other_than(keys)
        return None if keys is None else keys.by_name.get(name)

    def _may_ask(self) -> bool:
        with self._lock:
            return _clock.monotonic() - self._asked_at >= MIN_INTERVAL

    def _fetch(self, *_: object) -> Aged[_Keys]:
        now = _clock.monotonic()
        if self._failure is not None and now < self._failed_at + RETRY_AFTER:
            raise type(self._failure)(self._failure.message, **self._failure.facts())
        with self._lock:
            self._asked_at = now
        try:
            keys = _Keys(self._download())
        except AuthError as error:
            self._failure, self._failed_at = error, now
            raise
        self._failure = None
        return aged(keys, since=now, lifetime=LIFETIME, margin=LIFETIME / 2)

    def _download(self) -> Mapping[str, Any]:
        client = user_pool_client(self._config)
        return _parse(get_document(client, f"{pool_url(client, self._config)}/.well-known/jwks.json"))


def pool_url(client: Any, config: AuthConfig) -> str:
    """The pool's address at the endpoint of ``client``; emulators name it as the issuer of their tokens."""
    return f"{str(client.meta.endpoint_url).rstrip('/')}/{config.user_pool_id}"


def _parse(content: bytes) -> Mapping[str, Any]:
    """The RS256 keys of a JSON Web Key Set, by name."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        document = None
    entries: Any = document.get("keys") if isinstance(document, dict) else None
    keys: dict[str, Any] = {}
    for entry in entries if isinstance(entries, list) else ():  # one that is of no use does not spoil the others
        is_named = isinstance(entry, dict) and isinstance(entry.get("kid"), str) and entry.get("kty") == "RSA"
        key = public_key(entry) if is_named else None
        if key is not None:
            keys[entry["kid"]] = key
    if not keys:
        raise AuthProtocolError(
            "The endpoint's signing keys cannot be understood.",
            name="InvalidResponse",
            recovery_suggestion="Check that endpoint_url is a Cognito endpoint.",
        )
    return MappingProxyType(keys)


def _jwt() -> Any:
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


def public_key(entry: Mapping[str, Any]) -> Any | None:
    """The key of a JSON Web Key; None if it is not one that signs with RS256."""
    jwt = _jwt()
    if entry.get("use", "sig") != "sig" or entry.get("alg", _ALGORITHM) != _ALGORITHM:
        return None
    try:
        return jwt.PyJWK(dict(entry), algorithm=_ALGORITHM)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None


def header_of(token: str) -> Mapping[str, Any] | None:
    """The header, unverified; None if it is not a JWT signed with RS256 (RFC 7515)."""
    jwt = _jwt()
    try:
        header: Mapping[str, Any] = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    # "crit" lists extensions that must be understood: there are none here.
    return header if header.get("alg") == _ALGORITHM and "crit" not in header else None


def signed_claims(token: str, key: Any) -> Mapping[str, Any] | None:
    """The claims, if ``key`` has signed them. Nothing but the signature is checked."""
    jwt = _jwt()
    unchecked = dict.fromkeys(("exp", "nbf", "iat", "aud", "iss", "sub", "jti"), False)
    options = {"verify_signature": True, **{f"verify_{claim}": check for claim, check in unchecked.items()}}
    try:
        claims: Mapping[str, Any] = jwt.decode(token, key, algorithms=[_ALGORITHM], options=options)
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    return claims
