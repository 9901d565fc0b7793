"""The settings that a program writes out, such as ``aws-exports.js``: which of its objects counts.

Pure. An object counts if it, or one within it, has a form of ``config_forms``. Of several objects, those with a user
pool id count. Those of them count that the program exports as its default, gives to ``configure``, or merges into
another one, if there are such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from .._arguments import is_mapping
from .config_forms import found_in_gen_1, found_in_outputs, found_in_section
from .found_settings import OUTPUTS_FILE, Found, refusal, shown_key
from .object_literals import ObjectLiteral, Program, read_program
from .other_files import advice_on_ids, ids_in

_PASS: Final = "Pass user_pool_id= and user_pool_client_id= to configure(), without the file"
#: Files that programs import: their settings are there.
_IMPORTED: Final = ("aws-exports", "amplifyconfiguration", "awsconfiguration", "amplify_outputs")
#: Keys that lead to the id of a pool.
_SECTIONS: Final = frozenset(
    {"Auth", "Cognito", "auth", "plugins", "awsCognitoAuthPlugin", "CognitoUserPool", "Default"}
)


class _Candidate(NamedTuple):
    found: Found
    literal: ObjectLiteral
    path: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where it is, for an error."""
        names = ".".join(shown_key(name) for name in (self.literal.name, *self.path) if name)
        line = f"line {self.literal.line}"
        return f"{names} in {line}" if names else line

    @property
    def computes_pool(self) -> bool:
        """True if the key of the pool's id is there. Else the section with it may be written out elsewhere."""
        *path, key = self.found.computed.get("user_pool_id", "").split(".")
        here: object = self.literal.value
        for name in (*self.path, *path):
            here = here.get(name) if is_mapping(here) else None
        return is_mapping(here) and key in here and key not in _SECTIONS


def settings_of_program(text: str, where: str, *, is_dart: bool = False) -> Found:
    """The settings that a program writes out.

    Args:
        text: The program.
        where: The file, for errors.
        is_dart: Whether it is written in Dart.

    Raises:
        AuthConfigurationError: There are no settings, or there are several.
    """
    program = read_program(text, is_dart=is_dart)
    if program is None:
        raise refusal(f"{where} is too long.", "Give a file that has the configuration only.")
    candidates = [candidate for literal in program.literals for candidate in _candidates(literal, literal.value, ())]
    if not candidates:
        raise _nothing_found(program, where)
    whole = [candidate for candidate in candidates if "user_pool_id" in candidate.found.settings]
    # What the program uses counts, also if it computes the id of the pool: then the error says so.
    used = [one for one in candidates if one.literal.is_used and (one in whole or one.computes_pool)]
    chosen = _without_equals(used or whole or candidates)
    if len(chosen) > 1 and (used or whole):
        places = " and ".join(candidate.place for candidate in chosen[:4])
        raise refusal(
            f"{where} has several configurations: {places}. Programs are not run, so it is not known which one counts.",
            f"{_PASS}, or give a file or a mapping that has one configuration only.",
        )
    return chosen[0].found


def _candidates(literal: ObjectLiteral, value: Mapping[str, object], path: tuple[str, ...]) -> Iterator[_Candidate]:
    """The objects within this one that have a known form, the outermost ones only."""
    found = found_in_outputs(value) if "version" in value else None
    found = found or found_in_gen_1(value) or found_in_section(value)
    if found is not None:
        yield _Candidate(found, literal, path)
        return
    for key, part in value.items():
        if is_mapping(part):
            yield from _candidates(literal, part, (*path, key))


def _without_equals(candidates: list[_Candidate]) -> list[_Candidate]:
    kept: list[_Candidate] = []
    for candidate in candidates:
        # Only a few are compared: a file with more has several configurations in any case.
        if len(kept) < 8 and all(candidate.found.settings != other.found.settings for other in kept):
            kept.append(candidate)
    return kept


def _nothing_found(program: Program, where: str) -> Exception:
    """The error if no object of a program has a known form, with what it has instead."""
    seen = ids_in([literal.value for literal in program.literals])
    if seen:
        return refusal(f"{where} has no configuration of Amplify that is written out.", advice_on_ids(seen))
    imported = next((name for name in _IMPORTED if any(name in text for text in program.texts)), None)
    if imported is not None:
        return refusal(
            f"{where} has no configuration that is written out.",
            f"It names a file {imported}: give the path of that file to configure().",
        )
    cause = f" The bracket in line {program.unclosed} has no partner." if program.unclosed else ""
    return refusal(
        f"{where} has no configuration of Amplify that is written out.{cause}",
        f"Programs are not run. Give a file that has the settings as an object, such as aws-exports.js, "
        f"amplifyconfiguration.json or {OUTPUTS_FILE}, or pass user_pool_id= and user_pool_client_id=.",
    )
