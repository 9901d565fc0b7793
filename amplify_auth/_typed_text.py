"""How text that a person typed or copied is read: codes, names, choices, and what was probably meant.

Everything here is pure. It raises no error, and it never sees a password or an answer to a custom challenge: those
are used as they were typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

#: Unicode's categories of white space, control characters, and characters that are not seen.
_UNSEEN: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
_HUMP: Final = re.compile("(?<=[a-z0-9])(?=[A-Z])")
_LONGEST = 64  # characters; a longer text is not the name of anything, and it takes long to compare
_ALIKE = 0.75  # of 1: how alike two names must be (difflib)


def is_unseen(character: str) -> bool:
    """True for white space of any kind, control characters, and characters such as a zero-width space."""
    return unicodedata.category(character) in _UNSEEN


def stripped(text: str) -> str:
    """``text`` without white space and unseen characters at both ends."""
    start, end = 0, len(text)
    while start < end and is_unseen(text[start]):
        start += 1
    while end > start and is_unseen(text[end - 1]):
        end -= 1
    return text[start:end]


def has_unseen(text: str) -> bool:
    """True if there is white space in ``text``, or a character that is not seen."""
    return any(map(is_unseen, text))


def code_of(text: str) -> str:
    r"""A code of a message or an app, as Cognito takes it.

    White space is removed everywhere: Cognito's codes have no white space (API reference, ``ConfirmationCode``:
    ``[\S]+``). If only digits, dashes and points are left, the dashes and points go too, and digits of other scripts,
    such as the full-width ones of a Japanese keyboard, become ASCII. Any other text stays.
    """
    kept = "".join(character for character in text if not is_unseen(character))
    bare = [character for character in kept if character != "." and unicodedata.category(character) != "Pd"]
    if bare and all(unicodedata.decimal(character, None) is not None for character in bare):
        return "".join(str(unicodedata.decimal(character)) for character in bare)
    return kept


def name_of(text: str) -> str:
    """``text`` as a name in capitals: ``" sms-mfa"`` and ``"smsMfa"`` become ``"SMS_MFA"``."""
    return re.sub(r"[\W_]+", "_", _HUMP.sub("_", stripped(text))).strip("_").upper()


def probably_meant(given: str, known: Iterable[str], also: Mapping[str, str] | None = None) -> str | None:
    """What ``given`` probably stands for.

    Args:
        given: What is not known.
        known: The names that are known.
        also: Other spellings, as `name_of` gives them, and what they stand for: a known name, or a sentence.

    Returns:
        The known name or the sentence; None if nothing is alike.
    """
    meant = {**(also or {}), **{name_of(name): name for name in known}}
    name = name_of(given[: _LONGEST + 1])
    if name in meant:
        return meant[name]
    if not name or len(name) > _LONGEST:
        return None
    from difflib import get_close_matches  # only a mistake needs it

    alike = get_close_matches(name, meant, n=1, cutoff=_ALIKE)
    return meant[alike[0]] if alike else None


def hint(given: str, known: Iterable[str], also: Mapping[str, str] | None = None) -> str:
    """``"Did you mean X? "``, or the sentence that `probably_meant` finds. Empty if nothing is alike."""
    names = tuple(known)
    meant = probably_meant(given, names, also)
    if meant is None:
        return ""
    return f"Did you mean {meant}? " if meant in names else f"{meant} "
