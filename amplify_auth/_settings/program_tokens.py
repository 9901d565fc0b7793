"""Splits the text of a JavaScript, TypeScript or Dart program into tokens. Pure: nothing is run.

Only what is needed to find object literals is recognized: names, numbers, texts, brackets and operators. The time grows
with the length of the text, and does not depend on what is in it.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

Kind = Literal["name", "number", "text", "template", "mark"]


class Token(NamedTuple):
    """A piece of a program. ``value`` of a text is what the program would read, without escapes."""

    kind: Kind
    value: str
    start: int


#: More are not read: it would take too long, and a configuration has some hundreds.
MOST_TOKENS: Final = 250_000
_TOKEN: Final = re.compile(
    r"""
      (?P<gap> \s++ | //[^\r\n\u2028\u2029]*+ | /\*(?s:.)*?(?:\*/|\Z) )
    | (?P<triple> r?+(?:'{3}|"{3}) )
    | (?P<raw> r['"] )
    | (?P<quote> ['"] )
    | (?P<tick> ` )
    | (?P<number> \d[\w.]*+ )
    | (?P<name> [\w$]++ )
    | (?P<mark> \.\.\. | => | [=!]==?+ | [<>]= | \?\?=? | \?\.(?!\d) | && | \|\| | [-+*/%|&^]= | (?s:.) )
    """,
    re.VERBOSE,
)
# A group is never repeated possessively: before 3.11.5, Python matches that wrongly (cpython#100061, cpython#106052).
#: What is between the quotation marks of a text: all up to the first mark or line end that no backslash escapes.
_WITHIN: Final = {
    quote: re.compile(rf"[^{quote}\\\r\n]*+(?:\\(?:\r\n|(?s:.))[^{quote}\\\r\n]*+)*") for quote in ("'", '"')
}
_WITHIN_RAW: Final = {quote: re.compile(rf"[^{quote}\r\n]*+") for quote in ("'", '"')}
_WITHIN_TRIPLE: Final = {
    quote: re.compile(rf"(?s:[^{quote}\\]++|\\.|{quote}(?!{quote}{quote}))*") for quote in ("'", '"')
}
_WITHIN_TICKS: Final = re.compile(r"(?s:[^`\\$]++|\\.|\$(?!\{))*")
_PATTERN: Final = re.compile(r"/(?![*/])(?:[^\\/\[\r\n]|\\.|\[(?:[^\]\\\r\n]|\\.)*\])+/[a-z]*")
_LONGEST_PATTERN = 100  # characters: a longer regular expression is read as a division
#: A slash after one of these begins a regular expression; after anything else it divides.
_BEFORE_PATTERN: Final = frozenset("([{,;=:?!&|+-*%~^") | {
    *("=>", "==", "===", "!=", "!==", "&&", "||", "??", "${"),
    *("return", "typeof", "case", "in", "of", "void", "throw", "else", "do", "await", "yield"),
}
_ESCAPE: Final = re.compile(r"(?s)\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(\r\n|.))")
#: How Dart inserts a value into a text. The character, which is of the private use area, takes its place.
_INSERTION: Final = re.compile(r"(?s)\\.|\$(?:\{[^{}]*+\}|[A-Za-z_]\w*+)")
INSERTED: Final = "\ue000"
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_LINE_ENDS: Final = ("\r\n", "\n", "\r", "\u2028", "\u2029")


def _unescaped(text: str) -> str:
    """``text`` with its escapes replaced by the characters that they stand for."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _inserted(found: re.Match[str]) -> str:
    return INSERTED if found[0].startswith("$") else found[0]


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code is not None:
        return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else "\ufffd"
    return "" if escape[4] in _LINE_ENDS else _ESCAPED.get(escape[4], escape[4])


def tokens_of(text: str, *, is_dart: bool = False) -> list[Token]:
    """The tokens of a program, or its first `MOST_TOKENS`. A quotation mark without its partner is a token."""
    return _Splitter(text, is_dart).tokens


class _Splitter:
    """One text that is being split, from its beginning to its end."""

    def __init__(self, text: str, is_dart: bool) -> None:
        self.text, self.is_dart = text, is_dart
        self.tokens: list[Token] = []
        #: A mark of a text -> the place up to which it has no partner, so that no search is made twice.
        self._alone: dict[str, int] = {}
        #: How many braces are open within each substitution of a template.
        self._templates: list[int] = []
        self._split(text.find("\n") if text.startswith("#!") else 0)

    def _split(self, at: int) -> None:
        text, tokens, match = self.text, self.tokens, _TOKEN.match
        while 0 <= at < len(text) and len(tokens) <= MOST_TOKENS:
            found = match(text, at)
            if found is None:  # the last alternative matches every character
                return
            begin, at = at, found.end()
            kind = found.lastgroup
            if kind == "name":
                tokens.append(Token("name", found[0], begin))
            elif kind == "number":
                tokens.append(Token("number", found[0], begin))
            elif kind == "mark":
                at = self._mark(found[0], begin, at)
            elif kind == "tick":
                at = self._template(begin, at)
            elif kind != "gap":
                at = self._text(found[0], begin, at)

    def _text(self, opening: str, at: int, begin: int) -> int:
        """Read a text that begins with these marks, which may have Dart's ``r`` before them."""
        is_raw, quotes = opening.startswith("r"), opening.removeprefix("r")
        quote = quotes[0]
        if len(quotes) == 3 and is_raw:
            end = self.text.find(quotes, begin) if self._may_close(opening, begin) else -1
            end = len(self.text) if end < 0 else end
        else:
            within = _WITHIN_TRIPLE if len(quotes) == 3 else _WITHIN_RAW if is_raw else _WITHIN
            end = self._end(within[quote], opening, begin)
        if self.text.startswith(quotes, end):
            value = self.text[begin:end]
            if self.is_dart and not is_raw:
                value = _INSERTION.sub(_inserted, value)
            self.tokens.append(Token("text", value if is_raw else _unescaped(value), at))
            return end + len(quotes)
        self._alone[opening] = end
        if len(quotes) == 3:  # JavaScript has no such marks: there it is an empty text, and one that begins
            return self._text(quote, at, at + 1) if not is_raw else self._name("r", at)
        return self._name("r", at) if is_raw else self._mark(quote, at, begin)

    def _end(self, within: re.Pattern[str], opening: str, begin: int) -> int:
        if not self._may_close(opening, begin):
            return self._alone[opening]
        found = within.match(self.text, begin)
        return found.end() if found else begin

    def _may_close(self, opening: str, begin: int) -> bool:
        return begin > self._alone.get(opening, -1)

    def _name(self, name: str, at: int) -> int:
        self.tokens.append(Token("name", name, at))
        return at + len(name)

    def _template(self, at: int, begin: int) -> int:
        """Read a template from here up to its end, or up to its next substitution."""
        found = _WITHIN_TICKS.match(self.text, begin)
        end = found.end() if found else begin
        if self.text.startswith("${", end):
            self.tokens += (Token("template", "", at), Token("mark", "${", end))
            self._templates.append(0)
            return end + 2
        is_whole = self.text.startswith("`", at)
        self.tokens.append(Token("text" if is_whole else "template", _unescaped(self.text[begin:end]), at))
        return end + 1

    def _mark(self, mark: str, at: int, end: int) -> int:
        if mark == "/" and self._may_begin_pattern():
            pattern = _PATTERN.match(self.text, at, at + _LONGEST_PATTERN)
            if pattern:
                self.tokens.append(Token("template", "", at))
                return pattern.end()
        self.tokens.append(Token("mark", mark, at))
        if self._templates:
            if mark == "{":
                self._templates[-1] += 1
            elif mark == "}" and self._templates[-1]:
                self._templates[-1] -= 1
            elif mark == "}":
                self._templates.pop()
                return self._template(end, end)
        return end

    def _may_begin_pattern(self) -> bool:
        before = self.tokens[-1] if self.tokens else None
        return before is None or (before.kind != "text" and before.value in _BEFORE_PATTERN)
