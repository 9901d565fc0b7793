"""Text from elsewhere, such as a service's message or the name of a file, made fit for one line of a log or a terminal.

Nothing here knows what a text means. Secrets are masked elsewhere.
"""

from __future__ import annotations

import re
from typing import Final

#: Characters that begin a new line somewhere, and the tabs, with the blanks around them.
_BREAKS: Final = re.compile(r" *[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+ *")
#: Control characters, invisible ones (zero width, direction of writing, tags), lone surrogates, separators of lines.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")


def one_line(text: str) -> str:
    """``text`` as one line without characters that a reader cannot see.

    A line break or a tab becomes a blank. Every other control character or invisible character becomes U+FFFD, so that
    it can be seen that something was there.
    """
    if text.isprintable():
        return text
    from unicodedata import category

    text = _BREAKS.sub(" ", text).strip()
    return "".join("\ufffd" if category(character) in _UNSEEN else character for character in text)


def is_name(text: str) -> bool:
    """True if ``text`` can be the name of an error: at most 100 ASCII letters, digits, dots, hyphens, underscores."""
    return _NAME.fullmatch(text) is not None
