"""Finds the object literals of a JavaScript, TypeScript or Dart program, without running it.

Pure. An object becomes a dict, and a text that is an object in JSON becomes one too. Every value that is not written
out, such as ``process.env.X`` or a call, becomes `COMPUTED`. No text is an error: what is not understood is left out.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from .._arguments import is_list, is_mapping
from .found_settings import COMPUTED, SPREAD
from .program_tokens import INSERTED, MOST_TOKENS, Token, tokens_of

_LONGEST: Final = 4 * 1024 * 1024  # characters of a program; a configuration has some thousands
_DEEPEST = 32  # objects within objects; what is deeper is `COMPUTED`
_OPEN: Final = {"{": "}", "${": "}", "[": "]", "(": ")"}
_CLOSE: Final = frozenset(_OPEN.values())
#: After one of these, a brace begins an object, if what is in it looks like one.
_BEFORE_OBJECT: Final = frozenset({"=", "(", ",", "[", "?", ">", "&&", "||", "??", "return", "default", "const"})
_CASTS: Final = ("as", "satisfies")
_CONSTANTS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "null": None, "undefined": None}
_DECLARATIONS: Final = ("const", "let", "var", "final", "static")
_ASSIGNING: Final = frozenset({"=", "+=", "??="})
_MERGING: Final = ("assign", "merge")
_MOST_OF_TYPE = 40  # tokens between the name of a variable and its value: its type


class ObjectLiteral(NamedTuple):
    """An object that a program writes out.

    Args:
        name: That of its variable, or empty.
        line: Where it begins.
        value: What is in it.
        is_used: True if it is exported as the default, given to ``configure``, or merged into another object.
    """

    name: str
    line: int
    value: Mapping[str, object]
    is_used: bool


class Program(NamedTuple):
    """What a program writes out.

    Args:
        literals: Its objects, in their order. An object within another one is not in the list.
        texts: All texts that it has.
        unclosed: The line of a bracket that has no partner; None if all have one.
    """

    literals: tuple[ObjectLiteral, ...]
    texts: frozenset[str]
    unclosed: int | None


def read_program(text: str, *, is_dart: bool = False) -> Program | None:
    """What a program writes out; None if it is too long.

    Args:
        text: The program.
        is_dart: Whether ``$name`` in a text stands for a value.
    """
    tokens = tokens_of(text, is_dart=is_dart) if len(text) <= _LONGEST else None
    return None if tokens is None or len(tokens) > MOST_TOKENS else _Reader(text, tokens).program()


class _Reader:
    """One program that is being read."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self._line_ends = [found.start() for found in re.finditer("\n", text)]
        self.tokens = tokens
        #: The place of an opening bracket -> that of its partner; and the places that have no partner.
        self.partners: dict[int, int] = {}
        self.unclosed: list[int] = []
        self._match_brackets()
        #: Keys that the program assigns somewhere, as in ``config.userPoolId = ...``: what an object has may not count.
        self.assigned = frozenset(self._assigned())
        #: Names of variables that are exported as the default, or given to ``configure``.
        self.used = frozenset(self._used())
        #: The places of objects that were read as a part of another one.
        self._read: set[int] = set()

    def program(self) -> Program:
        literals = tuple(self._literals())
        unclosed = self._line(self.tokens[self.unclosed[0]].start) if self.unclosed else None
        texts = frozenset(token.value for token in self.tokens if token.kind == "text")
        return Program(literals, texts, unclosed)

    def _match_brackets(self) -> None:
        opened: list[int] = []
        for place, token in enumerate(self.tokens):
            if token.kind != "mark":
                continue
            if token.value in _OPEN:
                opened.append(place)
            elif token.value in _CLOSE and opened and _OPEN[self.tokens[opened[-1]].value] == token.value:
                self.partners[opened.pop()] = place
        self.unclosed = opened

    def _assigned(self) -> Iterator[str]:
        for place, token in enumerate(self.tokens):
            if token.kind == "name" and token.value == "delete" and self._is(".", place + 2):
                yield self.tokens[place + 3].value if self._kind(place + 3) == "name" else ""
            elif token.kind == "mark" and token.value in _ASSIGNING:
                place -= self._value(place - 1) in ("||", "&&")
                if self._is("]", place - 1) and self._is("[", place - 3) and self._kind(place - 2) == "text":
                    yield self.tokens[place - 2].value
                elif self._is(".", place - 2) and self._value(place - 3) not in ("exports", "this"):
                    yield self.tokens[place - 1].value

    def _used(self) -> Iterator[str]:
        for place, token in enumerate(self.tokens):
            before = self._value(place - 1)
            if token.kind != "name" or before not in ("(", "=", "default"):
                continue
            earlier = self._value(place - 2)
            is_whole = self._kind(place + 1) != "mark" or self._value(place + 1) == ";"
            if before == "(" and earlier == "configure":
                is_used = self._value(place + 1) in (")", ",")
            elif before == "default":
                is_used = earlier == "export" and is_whole
            else:
                is_used = before == "=" and earlier in ("exports", "default") and is_whole
            if is_used:
                yield token.value

    def _is_used(self, place: int, bracket: int) -> bool:
        """True if the value here is itself exported or given to ``configure``, or merged in the call of ``bracket``."""
        before, earlier = self._value(place - 1), self._value(place - 2)
        if self._is("(", bracket) and self._value(bracket - 1) in _MERGING:
            return True
        if before == "(":
            return earlier == "configure"
        return (before == "default" and earlier == "export") or (before == "=" and earlier in ("exports", "default"))

    def _literals(self) -> Iterator[ObjectLiteral]:
        has_question: set[int] = set()  # brackets: after a question mark in them, a value may follow a colon
        within = [-1]
        for place, (kind, mark, start) in enumerate(self.tokens):
            value: object = None
            if kind == "text":
                if mark.lstrip().startswith("{") and self._begins_value(place, within[-1] in has_question):
                    value = self._json(mark)
            elif kind == "mark":
                if mark == "{" and self._begins_value(place, within[-1] in has_question):
                    value = self._new_object(place)
                elif mark == "?" and self._value(place + 1) not in (":", ")", ",", ".", "="):
                    has_question.add(within[-1])
                elif mark == ";" or mark == ",":
                    has_question.discard(within[-1])
                if place in self.partners:
                    within.append(place)
                elif mark in _CLOSE and self.partners.get(within[-1]) == place:
                    has_question.discard(within.pop())
            if is_mapping(value):
                name = self._name(place)
                is_used = name in self.used or self._is_used(place, within[-1 if kind == "text" else -2])
                yield ObjectLiteral(name, self._line(start), value, is_used)

    def _new_object(self, place: int) -> object:
        """The object that begins here, if one does, and it was not read as a part of another one."""
        is_new = place in self.partners and place not in self._read
        return self._object(place, 1) if is_new and self._looks_like_object(place) else None

    def _begins_value(self, place: int, in_choice: bool) -> bool:
        """True if the token can be a value that stands alone, by what is before it."""
        before = self._value(place - 1)
        if place == 0 or before in _BEFORE_OBJECT:
            return not self._is_type(place)
        return before == ":" and in_choice

    def _is_type(self, place: int) -> bool:
        """True if ``type Name =`` is before it."""
        return self._is("=", place - 1) and self._value(place - 3) == "type" and self._kind(place - 2) == "name"

    def _looks_like_object(self, place: int) -> bool:
        first, second = self._value(place + 1), self._value(place + 2)
        if self._kind(place + 1) == "mark":
            return first in ("}", SPREAD, "[")
        return second in (":", ",", "}", "(") if self._kind(place + 2) == "mark" else first in ("async", "get", "set")

    def _object(self, place: int, depth: int) -> dict[str, object]:
        """The object that begins here. Its bracket has a partner."""
        self._read.add(place)
        found: dict[str, object] = {}
        end, place = self.partners[place], place + 1
        while place < end:
            after = self._end_of_part(place, end)
            key, begin = self._key(place)
            if key == SPREAD:  # what is spread takes the place of all that stands before it
                found = dict.fromkeys((*found, SPREAD), COMPUTED)
            elif key is not None:
                value = self._part(begin, after, depth) if begin is not None else COMPUTED
                found[key] = COMPUTED if key in self.assigned else value
            place = after + 1
        return found

    def _key(self, place: int) -> tuple[str | None, int | None]:
        """The key of the part of an object that begins here, and the place of its value if it is written there."""
        token = self.tokens[place]
        if token.kind == "mark":
            return (SPREAD if token.value == SPREAD else None), None
        if token.kind == "template":
            return None, None
        return token.value, place + 2 if self._is(":", place + 1) else None

    def _end_of_part(self, place: int, end: int) -> int:
        """The place of the comma after this part of an object or a list, or of its end."""
        while place < end:
            if self.tokens[place].kind == "mark" and self.tokens[place].value in (",", ";"):
                return place
            place = self.partners.get(place, place) + 1
        return end

    def _part(self, place: int, end: int, depth: int) -> object:
        """The value that stands from here to there: a literal, and nothing else but a type."""
        if place >= end:
            return COMPUTED
        token = self.tokens[place]
        last = self.partners.get(place, place)
        is_alone = last + 1 == end or (self._value(last + 1) in _CASTS and self._kind(last + 1) == "name")
        if not is_alone or token.kind == "template":
            return COMPUTED
        if token.kind == "text":
            return COMPUTED if INSERTED in token.value else token.value
        if token.kind == "mark":
            if depth >= _DEEPEST or place == last:
                return COMPUTED
            if token.value == "[":
                return self._list(place, depth + 1)
            return self._object(place, depth + 1) if token.value == "{" else COMPUTED
        return _CONSTANTS.get(token.value, COMPUTED) if token.kind == "name" else _number(token.value)

    def _list(self, place: int, depth: int) -> list[object]:
        found: list[object] = []
        end, place = self.partners[place], place + 1
        while place < end:
            after = self._end_of_part(place, end)
            found.append(self._part(place, after, depth))
            place = after + 1
        return found

    def _json(self, text: str) -> object:
        """The object that this text is in JSON; None if it is none."""
        stripped = text.strip()
        if not (stripped.startswith("{") and stripped.endswith("}")):
            return None
        try:
            return _with_computed(json.loads(stripped), 0)
        except (ValueError, RecursionError):
            return None

    def _name(self, place: int) -> str:
        """The name of the variable that the value here is given to."""
        if self._is("=", place - 1) and self._kind(place - 2) == "name":
            name = place - 4 if self._is(":", place - 3) else place - 2  # a type may be between them
            return self.tokens[name].value if self._kind(name) == "name" else ""
        for earlier in range(place - 2, max(-1, place - _MOST_OF_TYPE), -1):
            if self._value(earlier) in _DECLARATIONS and self._kind(earlier + 1) == "name":
                return self.tokens[earlier + 1].value
            if self._value(earlier) in (";", "return", "{", "}"):
                break
        return ""

    def _is(self, mark: str, place: int) -> bool:
        return self._kind(place) == "mark" and self.tokens[place].value == mark

    def _kind(self, place: int) -> str | None:
        return self.tokens[place].kind if 0 <= place < len(self.tokens) else None

    def _value(self, place: int) -> str | None:
        """The mark or the name here. A text is none of them."""
        return self.tokens[place].value if self._kind(place) in ("mark", "name") else None

    def _line(self, start: int) -> int:
        return bisect_left(self._line_ends, start) + 1


def _number(text: str) -> object:
    try:
        return int(text) if text.isdecimal() else float(text)
    except ValueError:
        return COMPUTED


def _with_computed(value: object, depth: int) -> object:
    """``value`` of a text that is JSON. A text with something inserted is computed."""
    if isinstance(value, str):
        return COMPUTED if INSERTED in value else value
    if depth > _DEEPEST:
        return COMPUTED
    if is_mapping(value):
        return {key: _with_computed(part, depth + 1) for key, part in value.items()}
    return [_with_computed(part, depth + 1) for part in value] if is_list(value) else value
