"""How secrets are kept out of sight: one field helper, one base class, one way to blot a text.

A secret is masked in ``repr``, ``str`` and pickles; reading the attribute gives it in clear.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Self
from urllib.parse import quote, quote_plus, unquote_plus

import attrs

from ._value import Value

MASK = "***"
_SECRET = "amplify_auth.secret"


def secret(**options: Any) -> Any:
    """An attrs field whose value is never shown; ``None`` stays visible as ``None``."""
    return attrs.field(repr=_masked_repr, metadata={_SECRET: True}, **options)


def _masked_repr(value: object) -> str:
    return "None" if value is None else repr(MASK)


class Masked(Value):
    """Base of attrs classes that hold secrets.

    A pickle holds the mask in place of each secret. Copies are the object itself: it never changes.
    """

    __slots__ = ()

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        for field in attrs.fields(type(self)):  # type: ignore[arg-type]  # every subclass is an attrs class
            if field.metadata.get(_SECRET) and state[field.name] is not None:
                state[field.name] = MASK
        return state

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


def blot(text: str, secrets: Iterable[str]) -> str:
    """``text`` with every one of ``secrets`` masked; those shorter than four characters hide nothing.

    Where one of them is quoted in an unusual way, the text is masked as a whole.
    """
    hidden = [value for value in secrets if len(value) > 3]
    spellings = {spelling for value in hidden for spelling in _spellings(value)}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, MASK)
    bare = _unquoted(text)
    return MASK if any(len(value) > 3 and value in bare for value in map(_unquoted, hidden)) else text


def _spellings(value: str) -> set[str]:
    """``value`` as it is, and as it stands in a text that quotes a request: its JSON, a form, or a page with these."""
    from html import escape  # its table of names is loaded when a text is to be read, not at every start

    as_bytes = repr(value.encode(errors="replace"))[2:-1]
    forms = {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1], as_bytes}
    forms |= {form.replace("/", "\\/") for form in forms}
    forms |= {quote(value, errors="replace"), quote_plus(value, errors="replace")}
    return forms | {escape(form) for form in forms}


def _unquoted(text: str) -> str:
    """``text`` without the escapes of HTML, URLs and JSON, be they in one another."""
    from html import unescape

    for _ in range(3):
        text = unquote_plus(unescape(text))
        text = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text).replace("\\", "")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # JSON writes a pair of them
