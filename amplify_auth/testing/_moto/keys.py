"""Moto reads the same private key anew for every pool, which takes a tenth of a second; here it is read once."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from joserfc import jwk


class KeysReadOnce:
    """Stands in for ``joserfc.jwk`` where moto's pools read their key. The key is shared; nothing changes one."""

    def __init__(self) -> None:
        self.RSAKey = _RSAKeys()

    def __getattr__(self, name: str) -> Any:
        return getattr(jwk, name)


class _RSAKeys:
    def import_key(self, value: Any, *arguments: Any, **options: Any) -> Any:
        if arguments or options or not isinstance(value, Mapping):
            return jwk.RSAKey.import_key(value, *arguments, **options)
        return _read(json.dumps(value))

    def __getattr__(self, name: str) -> Any:
        return getattr(jwk.RSAKey, name)


@cache
def _read(key: str) -> Any:
    return jwk.RSAKey.import_key(json.loads(key))
