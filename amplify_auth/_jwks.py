"""The keys that a user pool signs tokens with (RFC 7517): fetched from the pool, and from nowhere else.

They are kept for an hour and renewed after half of it. A token that names an unknown key makes them be fetched
again, at most once a minute whatever arrives: anybody can invent key names.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, final

import attrs

from . import _clock
from ._aged import Aged, aged
from ._config import AuthConfig
from ._errors import AuthProtocolError
from ._refreshable import Refreshable
from ._service import get_document, user_pool_client

LIFETIME: Final = 3600.0
"""Seconds that keys are trusted without being fetched again."""
MIN_INTERVAL: Final = 60.0
"""Seconds from one fetch to the next that an unknown key name can cause."""


@final
@attrs.frozen(eq=False)
class _Keys:
    """The keys of one fetch, by their names (``kid``)."""

    by_name: Mapping[str, Any]


class SigningKeys:
    """The signing keys of one session's user pool."""

    def __init__(self, config: AuthConfig) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
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
        with self._lock:
            self._asked_at = now
        client = user_pool_client(self._config)
        content = get_document(client, f"{pool_url(client, self._config)}/.well-known/jwks.json")
        return aged(_Keys(_parse(content)), since=now, lifetime=LIFETIME, margin=LIFETIME / 2)


def pool_url(client: Any, config: AuthConfig) -> str:
    """The pool's address at the endpoint of ``client``; emulators name it as the issuer of their tokens."""
    return f"{str(client.meta.endpoint_url).rstrip('/')}/{config.user_pool_id}"


def _parse(content: bytes) -> Mapping[str, Any]:
    """The RS256 keys of a JSON Web Key Set, by name."""
    from ._jose import public_key

    try:
        entries: Any = json.loads(content)["keys"]
        found = {str(entry["kid"]): public_key(entry) for entry in entries if entry.get("kty") == "RSA"}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        found = {}
    keys = {name: key for name, key in found.items() if key is not None}
    if not keys:
        raise AuthProtocolError(
            "The endpoint's signing keys cannot be understood.",
            name="InvalidResponse",
            recovery_suggestion="Check that endpoint_url is a Cognito endpoint.",
        )
    return MappingProxyType(keys)
