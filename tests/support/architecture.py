"""The checks of the architecture: each takes the files or the imports of a package and gives what is wrong.

The rules of this package are in ``test_architecture.py``. Here is only how a rule is checked.
"""

import ast
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.support.imports import Import, SourceFile, cycles, described, imports_of, is_within


@dataclass(frozen=True)
class Column:
    """A package and its rooms, from the top to the bottom. Every file may import the ground."""

    package: str
    rooms: tuple[str, ...]
    ground: tuple[str, ...]
    uncounted: tuple[str, ...] = ()  # of the ground: every file may need it, so it is not counted as an import
    free: tuple[str, ...] = ()  # on top of the column: may import every file, and no file may import it

    def box(self, module: str) -> str:
        """The room, or the file beside the rooms, that ``module`` belongs to; empty for the package itself."""
        return module.removeprefix(self.package).lstrip(".").partition(".")[0]

    def below(self, box: str) -> tuple[str, ...]:
        """The rooms that the box may import: all for the package itself, none for the ground."""
        if box in self.ground:
            return ()
        return self.rooms[self.rooms.index(box) + 1 :] if box in self.rooms else self.rooms

    def is_known(self, box: str) -> bool:
        """True if the box has a place in the column."""
        return box in ("", *self.rooms, *self.ground, *self.free)

    def checks(self, module: str) -> bool:
        """True if the rules of the column hold for this module."""
        return is_within(module, self.package) and self.box(module) not in self.free


Allowed = Mapping[str, tuple[str, ...]]
"""What only some files may do, and which files; no file at all if there are none."""

Use = tuple[SourceFile, int, str]
Finder = Callable[[Iterable[SourceFile]], Iterator[Use]]


def modules_imported(files: Iterable[SourceFile]) -> Iterator[Use]:
    """Every module that the files import, with its parents: the import of ``a.b`` is one of ``a`` too."""
    for found in imports_of(files):
        parts = found.target.split(".")
        for length in range(1, len(parts) + 1):
            yield found.file, found.line, ".".join(parts[:length])


def attributes_read(files: Iterable[SourceFile]) -> Iterator[Use]:
    """Every attribute of a name, such as ``os.environ``; ``from os import environ`` is one too."""
    files = list(files)
    for found in imports_of(files):
        yield found.file, found.line, f"{found.target}.{found.name}"
    for file in files:
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
                owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
                yield file, node.lineno, f"{owner}.{node.attr}"


def texts_named(files: Iterable[SourceFile]) -> Iterator[Use]:
    """Every text constant. A text that is a part of a longer one, as in a docstring, does not count."""
    for file in files:
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield file, node.lineno, node.value


def wrong_uses(files: Iterable[SourceFile], column: Column, verb: str, find: Finder, allowed: Allowed) -> set[str]:
    """Uses that are not allowed, and allowed ones that do not exist: such a rule may have a wrong name in it."""
    users: dict[str, set[str]] = defaultdict(set)
    problems: set[str] = set()
    for file, line, thing in find(file for file in files if column.checks(file.module)):
        if thing in allowed:
            short = file.where.partition("/")[2]
            users[thing].add(short)
            if short not in allowed[thing]:
                only = f"only {', '.join(allowed[thing])} may" if allowed[thing] else "no file may"
                problems.add(f"{file.where}:{line} must not {verb} {thing!r}: {only}.")
    for thing, names in allowed.items():
        for short in set(names) - users[thing]:
            problems.add(f"{short} does not {verb} {thing!r}: remove it from the table of those that may.")
    return problems


def without_a_place(files: Iterable[SourceFile], column: Column) -> set[str]:
    """Files that belong to no room and not to the ground."""
    return {
        f"{file.where}:1 has no place in the column: move it to a room, or add {column.box(file.module)!r}."
        for file in files
        if is_within(file.module, column.package) and not column.is_known(column.box(file.module))
    }


def upward(imports: Iterable[Import], column: Column) -> set[str]:
    """Imports of what is not below the file that imports it."""
    problems: set[str] = set()
    for found in imports:
        if not column.checks(found.importer) or not is_within(found.target, column.package):
            continue
        box, target = column.box(found.importer), column.box(found.target)
        if target not in (box, *column.below(box), *column.ground):
            rule = f"{box or column.package} may import only {', '.join((*column.below(box), 'the ground'))}"
            problems.add(f"{found.file.where}:{found.line} must not import {found.target}: {rule}.")
    return problems


def private_names(imports: Iterable[Import], column: Column) -> set[str]:
    """Imports of a private name from another room."""
    return {
        f"{found.file.where}:{found.line} must not import {found.name} from {found.target}: "
        "a private name is for its own room only."
        for found in imports
        if found.name.startswith("_") and not found.name.endswith("__")
        if is_within(found.importer, column.package) and is_within(found.target, column.package)
        if column.box(found.importer) != column.box(found.target)
    }


def too_many(imports: Iterable[Import], column: Column, most: int) -> set[str]:
    """Files that import more than ``most`` others; an ``__init__`` may."""
    uncounted = [f"{column.package}.{name}" for name in column.uncounted]
    own = (found for found in imports if column.checks(found.importer) and found.target not in uncounted)
    pairs = {(found.file, found.target) for found in own}
    counts = Counter(file for file, _ in pairs if not file.is_package)
    return {
        f"{file.where}:1 imports {count} files of its own package: a file may import at most {most}."
        for file, count in counts.items()
        if count > most
    }


def circular(imports: Iterable[Import]) -> set[str]:
    """Files that import each other."""
    return {
        f"{cycle[0].file.where}:{cycle[0].line} must not import {cycle[0].target}: files must not import each other, "
        f"and this is a cycle: {described(cycle)}."
        for cycle in cycles(imports)
    }
