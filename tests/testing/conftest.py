"""What the tests of the test bed share: moto's private key, read once."""

from collections.abc import Iterator
from typing import Any

import pytest
from joserfc.jwk import RSAKey


@pytest.fixture(scope="session", autouse=True)
def one_key() -> Iterator[None]:
    """moto reads the same private key anew for every pool, which takes 0.1 s each; here it is read once."""
    read = RSAKey.import_key
    known: dict[str, Any] = {}

    def read_once(value: Any, *arguments: Any, **options: Any) -> Any:
        name = repr((value, arguments, options))
        if name not in known:
            known[name] = read(value, *arguments, **options)
        return known[name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RSAKey, "import_key", read_once)
        yield
