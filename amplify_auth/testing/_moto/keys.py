"""The private key of moto's pools, read once. moto reads the same key again for every pool: a tenth of a second each.

Never here: a token.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from joserfc import jwk


class KeysReadOnce:
    """Replaces ``joserfc.jwk`` in moto's module of pools. All pools share one key, which nothing changes."""

    def __init__(self) -> None:
        self.RSAKey = _RSAKeys()

    def __getattr__(self, name: str) -> object:
        return getattr(jwk, name)


class _RSAKeys:
    def import_key(self, value: object, *arguments: Any, **options: Any) -> jwk.RSAKey:
        if arguments or options or not isinstance(value, Mapping):
            return jwk.RSAKey.import_key(cast(Any, value), *arguments, **options)
        return _read(json.dumps(value))

    def __getattr__(self, name: str) -> object:
        return getattr(jwk.RSAKey, name)


@cache
def _read(key: str) -> jwk.RSAKey:
    return jwk.RSAKey.import_key(json.loads(key))
