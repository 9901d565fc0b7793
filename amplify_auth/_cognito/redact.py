"""Masking of secrets in texts that somebody else wrote, in whatever way they quote them. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, unquote_plus

from .._masking import MASK


def redact(text: str, secrets: Iterable[str]) -> str:
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
