"""How secrets are kept out of sight: one field helper, one base class, one way to blot a text.

A secret is masked in ``repr``, ``str`` and pickles; reading the attribute gives it in clear.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Self

import attrs

MASK = "***"
_SECRET = "amplify_auth.secret"


def secret(**options: Any) -> Any:
    """An attrs field whose value is never shown; ``None`` stays visible as ``None``."""
    return attrs.field(repr=_masked_repr, metadata={_SECRET: True}, **options)


def _masked_repr(value: object) -> str:
    return "None" if value is None else repr(MASK)


class Masked:
    """Base of attrs classes that hold secrets (declare them with ``getstate_setstate=False``).

    A pickle holds the mask in place of each secret. Copies are the object itself: it never changes.
    """

    __slots__ = ()

    def __getstate__(self) -> dict[str, Any]:
        state = {}
        for field in attrs.fields(type(self)):  # type: ignore[arg-type]  # every subclass is an attrs class
            value = getattr(self, field.name)
            hidden = field.metadata.get(_SECRET) and value is not None
            state[field.name] = MASK if hidden else value
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


def blot(text: str, secrets: Iterable[str]) -> str:
    """``text`` with every one of ``secrets`` masked; those shorter than four characters hide nothing."""
    spellings = {spelling for value in secrets if len(value) > 3 for spelling in _spellings(value)}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, MASK)
    return text


def _spellings(value: str) -> tuple[str, ...]:
    """``value`` as it is, and as it stands in a text that quotes the JSON of a request."""
    return value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1]
