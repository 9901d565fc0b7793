"""Texts of servers, made fit to be shown: secrets are masked, however the text quotes them, and it is one line.

It sends nothing and keeps nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, unquote_plus

from .._masking import MASK
from .._texts import one_line

#: Characters.
_LONGEST = 1000


def readable(said: object, secrets: Iterable[str]) -> str:
    """What a service says, in a form that can be printed. Empty if it is not text, or was masked as a whole."""
    text = redact(said, secrets) if isinstance(said, str) else ""
    return "" if text == MASK else one_line(text[:_LONGEST])


def redact(text: str, secrets: Iterable[str]) -> str:
    """``text`` with every one of ``secrets`` masked, except those shorter than four characters.

    If the text quotes one of them in an unusual way, it is masked as a whole.
    """
    hidden = [value for value in secrets if len(value) > 3]
    spellings = {spelling for value in hidden for spelling in _spellings(value)}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, MASK)
    bare = _unquoted(text)
    return MASK if any(len(value) > 3 and value in bare for value in map(_unquoted, hidden)) else text


def _spellings(value: str) -> set[str]:
    """``value`` as it is, and as a text quotes it: as JSON, in a form, or in a page with these."""
    from html import escape  # its table of names is loaded only when a text is read

    as_bytes = repr(value.encode(errors="replace"))[2:-1]
    forms = {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1], as_bytes}
    forms |= {form.replace("/", "\\/") for form in forms}
    forms |= {quote(value, errors="replace"), quote_plus(value, errors="replace")}
    return forms | {escape(form) for form in forms}


def _unquoted(text: str) -> str:
    """``text`` without the escapes of HTML, URLs and JSON, also if one is inside another."""
    from html import unescape

    for _ in range(3):
        text = unquote_plus(unescape(text))
        text = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text).replace("\\", "")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # JSON writes a pair of them
