"""The architecture: which file may import which, and what only a few files may do. Reads the source, imports nothing.

The package is a column of rooms. A room is a folder. A file may import its own room, the rooms below it and the ground.
"""

from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.architecture import (
    Allowed,
    Column,
    Finder,
    attributes_read,
    circular,
    modules_imported,
    private_names,
    texts_named,
    too_many,
    upward,
    without_a_place,
    wrong_uses,
)
from tests.support.imports import Import, SourceFile, own_imports, source_files

LIBRARY = Column(
    "amplify_auth",
    rooms=(
        "_public",
        "_api",
        "_account",
        "_sign_in",
        "_session",
        "_bridges",
        "_renewal",
        "_cognito",
        "_settings",
        "_values",
    ),
    ground=(
        "errors",
        "_arguments",
        "_typed_text",
        "_masking",
        "_texts",
        "_srp",
        "_webauthn",
        "_events",
        "_locks",
        "_clock",
        "_public_call",
        "storage",
    ),
    uncounted=("_public_call",),
    free=("testing",),
)
BED = Column(
    "amplify_auth.testing",
    rooms=("_server", "_mock", "_active", "_answering", "_pool", "_core", "_moto"),
    ground=(
        "_calls",
        "_clock_control",
        "_decorate",
        "_environment",
        "_faults",
        "_software_passkey",
        "_values",
        "_wire",
    ),
    free=("__main__", "_plugin"),
)
CORE_OF_BED = Column(
    "amplify_auth.testing._core",
    rooms=("operations", "sign_in", "tokens", "triggers", "accounts", "request", "state", "crypto"),
    ground=(),
)
COLUMNS = (LIBRARY, BED, CORE_OF_BED)

MOST_IMPORTS = 8

IMPORT_ONLY_IN: Allowed = {
    "boto3": ("_bridges/boto3_session.py", "_session/session.py"),
    "botocore": (
        "_bridges/boto3_session.py",
        "_cognito/bounded_http.py",
        "_cognito/client.py",
        "_cognito/foreign_servers.py",
        "_cognito/known.py",
        "_cognito/refusals.py",
        "_cognito/retries.py",
        "_cognito/sensitive.py",
        "_cognito/service.py",
    ),
    "filelock": ("storage/_protocol.py",),
    "gmpy2": ("_srp.py",),
    "jwt": ("_renewal/signing_keys.py",),
    "keyring": ("storage/_keyring.py",),
    "time": ("_clock.py",),
}

READ_ONLY_IN: Allowed = {
    "date.today": (),
    "datetime.now": (),
    "datetime.today": (),
    "datetime.utcnow": (),
    "os.environ": ("_cognito/client.py", "_settings/config_sources.py"),
    "os.getenv": (),
}

NAME_ONLY_IN: Allowed = {
    "InitiateAuth": ("_cognito/effects.py", "_renewal/tokens.py", "_sign_in/conversation.py"),
    "RespondToAuthChallenge": ("_cognito/effects.py", "_sign_in/conversation.py"),
    "warrant_lite": ("_public_call.py", "_srp.py"),  # loaded by its name
}

IMPORT_ONLY_IN_BED: Allowed = {
    "moto": ("testing/_moto/contract.py", "testing/_moto/installation.py", "testing/_moto/world.py"),
}

RULES: tuple[tuple[Column, str, Finder, Allowed], ...] = (
    (LIBRARY, "import", modules_imported, IMPORT_ONLY_IN),
    (LIBRARY, "read", attributes_read, READ_ONLY_IN),
    (LIBRARY, "name", texts_named, NAME_ONLY_IN),
    (BED, "import", modules_imported, IMPORT_ONLY_IN_BED),
)


def report(problems: Iterable[str]) -> str:
    """The problems, one in a line."""
    return "\n".join(["", *sorted(problems)])


@pytest.fixture(scope="module")
def files() -> list[SourceFile]:
    spec = find_spec("amplify_auth")
    assert spec is not None
    assert spec.origin is not None
    return source_files(Path(spec.origin).parent)


@pytest.fixture(scope="module")
def imports(files: list[SourceFile]) -> list[Import]:
    return own_imports(files)


every_column = pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.package)


@every_column
def test_every_file_has_a_place_in_the_column(files: list[SourceFile], column: Column) -> None:
    problems = without_a_place(files, column)

    assert not problems, report(problems)


@every_column
def test_no_file_imports_upward(imports: list[Import], column: Column) -> None:
    problems = upward(imports, column)

    assert not problems, report(problems)


@every_column
def test_no_room_imports_a_private_name_of_another(imports: list[Import], column: Column) -> None:
    problems = private_names(imports, column)

    assert not problems, report(problems)


@every_column
def test_no_file_imports_too_many_others(imports: list[Import], column: Column) -> None:
    problems = too_many(imports, column, MOST_IMPORTS)

    assert not problems, report(problems)


def test_no_files_import_each_other(imports: list[Import]) -> None:
    problems = circular(imports)

    assert not problems, report(problems)


@pytest.mark.parametrize(
    ("column", "verb", "find", "allowed"), RULES, ids=[f"{column.package}-{verb}" for column, verb, _, _ in RULES]
)
def test_only_the_listed_files_do_it(
    files: list[SourceFile], column: Column, verb: str, find: Finder, allowed: Allowed
) -> None:
    problems = wrong_uses(files, column, verb, find, allowed)

    assert not problems, report(problems)


# The checks themselves, on a small package that keeps every rule, and on the same with one thing planted.

HOUSE = Column("house", rooms=("_roof", "_hall"), ground=("_floor", "_stone"), free=("guests",))
SOUND = {
    "__init__.py": "from ._roof import lay\nfrom . import _floor\n",
    "_roof/__init__.py": "from .tile import _glaze, lay\n",
    "_roof/tile.py": "from .._hall import door\nfrom .. import _floor\n",
    "_hall/__init__.py": "from .door import door\n",
    "_hall/door.py": "from .._floor import wood\nimport sqlite3\n",
    "_floor.py": "from ._stone import stone\n",
    "_stone.py": "import math\n",
    "guests/__init__.py": "from house._roof.tile import lay\n",
}
PLANTED: tuple[tuple[str, str, str], ...] = (
    ("_hall/x.py", "from .._roof import lay", ":1 must not import house._roof: _hall may import only the ground."),
    ("_hall/x.py", "\nimport house._roof.tile", ":2 must not import house._roof.tile: _hall may"),
    ("_hall/x.py", "def f():\n    from house import _roof", ":2 must not import house._roof: _hall may"),
    ("_hall/x.py", "if TYPE_CHECKING:\n    from .._roof.tile import T", ":2 must not import house._roof.tile: _hall"),
    ("_hall/x.py", "import_module('house._roof')", ":1 must not import house._roof: _hall may"),
    ("_hall/x.py", "from .. import lay", ":1 must not import house: _hall may"),
    ("_stone.py", "from ._hall import door", ":1 must not import house._hall.door: _stone may import only the ground."),
    (
        "_roof/x.py",
        "from ..guests import g",
        ":1 must not import house.guests: _roof may import only _hall, the ground.",
    ),
    ("__init__.py", "from . import guests", ":1 must not import house.guests: house may import only _roof, _hall"),
    ("_roof/x.py", "from .._hall.door import _key", ":1 must not import _key from house._hall.door: a private name"),
    ("_attic.py", "", ":1 has no place in the column"),
    ("_hall/x.py", "import sqlite3.dbapi2", ":1 must not import 'sqlite3': only _hall/door.py may."),
    ("_hall/x.py", "import os\nos.environ.get('A')", ":2 must not read 'os.environ': no file may."),
    ("_hall/x.py", "from os import environ", ":1 must not read 'os.environ': no file may."),
    ("_hall/x.py", "import datetime as d\nd.datetime.now()", ":2 must not read 'datetime.now': no file may."),
    ("_hall/x.py", "WORD = 'SecretWord'", ":1 must not name 'SecretWord': no file may."),
)


def built(folder: Path, changes: Mapping[str, str]) -> list[SourceFile]:
    """The small package, with these files changed or added."""
    for name, text in {**SOUND, **changes}.items():
        path = folder / "house" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return source_files(folder / "house")


def problems_of(files: list[SourceFile], most: int = MOST_IMPORTS) -> set[str]:
    """What all checks say about the small package."""
    found = own_imports(files)
    return set().union(
        without_a_place(files, HOUSE),
        upward(found, HOUSE),
        private_names(found, HOUSE),
        too_many(found, HOUSE, most),
        circular(found),
        wrong_uses(files, HOUSE, "import", modules_imported, {"sqlite3": ("_hall/door.py",)}),
        wrong_uses(files, HOUSE, "read", attributes_read, {"os.environ": (), "datetime.now": ()}),
        wrong_uses(files, HOUSE, "name", texts_named, {"SecretWord": ()}),
    )


def test_the_checks_accept_a_sound_package(tmp_path: Path) -> None:
    assert problems_of(built(tmp_path, {})) == set()


@pytest.mark.parametrize(("name", "text", "said"), PLANTED)
def test_the_checks_find_what_is_planted(tmp_path: Path, name: str, text: str, said: str) -> None:
    problems = problems_of(built(tmp_path, {name: text}))

    assert [problem for problem in problems if problem.startswith(f"house/{name}{said}")], report(problems)


FOR_TYPES = "if TYPE_CHECKING:\n    from . import _floor\n"


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("from . import _floor\n", ""),
        (FOR_TYPES, " (for types only)"),
        (FOR_TYPES + "from . import _floor\n", ""),
    ],
)
def test_the_checks_find_a_cycle(tmp_path: Path, text: str, mark: str) -> None:
    problems = problems_of(built(tmp_path, {"_stone.py": text}))

    assert problems == {
        "house/_floor.py:1 must not import house._stone: files must not import each other, "
        f"and this is a cycle: house._floor > house._stone > house._floor{mark}."
    }


def test_the_checks_find_a_file_that_imports_too_many_others(tmp_path: Path) -> None:
    problems = problems_of(built(tmp_path, {}), most=1)

    assert problems == {"house/_roof/tile.py:1 imports 2 files of its own package: a file may import at most 1."}


def test_the_checks_find_a_table_that_allows_what_no_file_does(tmp_path: Path) -> None:
    problems = problems_of(built(tmp_path, {"_hall/door.py": ""}))

    assert problems == {"_hall/door.py does not import 'sqlite3': remove it from the table of those that may."}
