"""Reads the file that `configure` is given: as JSON, or as a program that writes out an object. Nothing is run."""

from __future__ import annotations

import json
import os
import stat
from typing import Final, cast

from .._typed_text import probably_meant
from .found_settings import OUTPUTS_FILE, Found, refusal

#: The ends of names of programs. Such a file is never JSON.
_PROGRAMS: Final = (
    *(".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".dart", ".vue", ".svelte"),
    *(".jsonc", ".json5"),
)
#: Where projects of Amplify have their configuration, relative to the folder of the project.
_USUAL_PLACES: Final = (
    *("aws-exports.js", "src/aws-exports.js", "aws-exports.ts", "src/aws-exports.ts", "aws-exports.json"),
    *("src/aws-exports.json", "amplifyconfiguration.json", "src/amplifyconfiguration.json", "awsconfiguration.json"),
    *("lib/amplify_outputs.dart", "lib/amplifyconfiguration.dart", "src/amplify_outputs.json"),
    *(f"{folder}/src/main/res/raw/amplifyconfiguration.json" for folder in ("app", "android/app")),
)
_LONGEST_PATH: Final = 1024  # characters: an error names no longer one, because it may be a content
#: Bytes. A configuration has some thousands, and what is read is kept in memory.
_LARGEST: Final = 16 * 1024 * 1024


def read_file(source: object) -> tuple[str, object]:
    """The name of a file for errors, and its content: `Found` for a program, otherwise what its JSON is.

    Raises:
        AuthConfigurationError: It cannot be read. The error shows nothing of the content.
    """
    if not isinstance(source, str | os.PathLike):
        raise refusal(f"The configuration must be a path or a mapping, not {type(source).__name__}.")
    path = os.path.expanduser(os.fsdecode(cast("str | os.PathLike[str]", source)))
    # Some callers pass the content instead of a path. It is not shown, because there may be a secret in it.
    is_content = "{" in path or "\n" in path or len(path) > _LONGEST_PATH
    where = "The configuration file" if is_content else f"The configuration file {path!r}"
    data, reason = b"", ""
    try:
        data, reason = _content_of(path)
    except OSError as error:
        reason = str(error.strerror)
    except ValueError as error:
        reason = str(error)
    if not reason:
        found, reason = _parsed(data, path, where)
        if not reason:
            return where, found
    advice = "Pass a path, or the mapping that json.loads() makes of the text." if is_content else _advice_on_path(path)
    raise refusal(f"{where} cannot be read: {reason}.", advice)


def _content_of(path: str) -> tuple[bytes, str]:
    """What is in a file, or why it is not read.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no path.
    """
    kind = os.stat(path).st_mode
    if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):  # a pipe may never have a writer, and a device may never end
        return b"", "it is no regular file"
    with open(path, "rb") as file:
        data = file.read(_LARGEST + 1)
    return data, "" if len(data) <= _LARGEST else f"it is larger than {_LARGEST >> 20} MiB"


def _parsed(data: bytes, path: str, where: str) -> tuple[object, str]:
    """The content of a file, or why it cannot be read."""
    try:
        # Windows writes UTF-8 with a byte order mark, and UTF-16. json recognizes both.
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        return None, "it is no text in UTF-8"
    is_json = path.lower().endswith(".json")
    if not path.lower().endswith(_PROGRAMS):
        try:
            return json.loads(text), ""
        except json.JSONDecodeError as error:
            reason = f"it is no JSON ({error.msg} in line {error.lineno}, column {error.colno})"
        except (ValueError, RecursionError) as error:
            return None, str(error)
        if is_json:
            return None, reason
        from .other_files import refuse_text_file  # only a mistake needs it

        refuse_text_file(path, text, where)
    # The reader of programs is loaded only if a file needs it.
    return _of_program(text, path, where), ""


def _of_program(text: str, path: str, where: str) -> Found:
    from .program_settings import settings_of_program

    return settings_of_program(text, where, is_dart=path.lower().endswith(".dart"))


def advice_on_folder() -> list[str]:
    """A sentence for the first file of Amplify in the current folder, and in those that projects have it in."""
    for place in _USUAL_PLACES:
        # If the folder may not be read, os.path.isfile says False. Path.is_file raises.
        if os.path.isfile(os.path.join(*place.split("/"))):
            return [f"There is a file {place} here: configure({place!r}) reads it."]
    return []


def _advice_on_path(path: str) -> str:
    """What to do if the file cannot be read: which files there are with such a name."""
    folder = path if os.path.isdir(path) else os.path.dirname(path) or os.curdir
    ends = (".json", *_PROGRAMS)
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.is_file() and entry.name.endswith(ends)]
    except (OSError, ValueError):
        names = []
    wanted = _wanted_of(names) if folder == path else os.path.basename(path)
    alike = probably_meant(wanted, names) if names else None
    near = ""
    if alike is not None and alike != os.path.basename(path):
        near = f"Did you mean {os.path.normpath(os.path.join(folder, alike))!r}? "
    where = "" if os.path.isabs(path) else f" The current directory is{here() or ' deleted'}."
    return f"{near}Give the path of an {OUTPUTS_FILE}, or a mapping.{where}"


def _wanted_of(names: list[str]) -> str:
    """The file that a folder was given for."""
    usual = (OUTPUTS_FILE, *(place.rpartition("/")[2] for place in _USUAL_PLACES))
    return next((name for name in usual if name in names), OUTPUTS_FILE)


def here() -> str:
    """The current folder as an error names it; empty if it was deleted."""
    try:
        return f" {os.getcwd()!r}"
    except OSError:
        return ""
