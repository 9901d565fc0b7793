"""Read the imports of a package from its source. Nothing is imported or run.

Every import counts: at the top of a file, inside a function, under ``TYPE_CHECKING``, and ``import_module("name")``.
A module name that is computed at run time is not seen. The import of the parent packages, which Python does by itself,
is not counted.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class SourceFile:
    """One file of a package: its module name, and the folder that the module name starts from."""

    module: str
    path: Path
    top: Path

    @property
    def where(self) -> str:
        """The path to show in messages, such as ``amplify_auth/_srp.py``."""
        return self.path.relative_to(self.top).as_posix()

    @property
    def is_package(self) -> bool:
        """True for an ``__init__.py``."""
        return self.path.name == "__init__.py"

    @cached_property
    def text(self) -> str:
        """The source."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed source."""
        return ast.parse(self.text, str(self.path))


@dataclass(frozen=True)
class Import:
    """One imported name. ``target`` is the module that it comes from, ``name`` is empty if the module is imported."""

    file: SourceFile
    line: int
    target: str
    name: str
    for_types: bool

    @property
    def importer(self) -> str:
        """The module that imports."""
        return self.file.module


def source_files(package: Path) -> list[SourceFile]:
    """Every file of the package in the folder ``package``."""
    files: list[SourceFile] = []
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        module = ".".join(parts[:-1] if path.name == "__init__.py" else parts)
        files.append(SourceFile(module, path, package.parent))
    return files


def imports_of(files: Iterable[SourceFile]) -> list[Import]:
    """All imports of the files. A name that is a module of these files is resolved to that module."""
    files = list(files)
    own = {file.module for file in files}
    return [found for file in files for found in _imports_of(file, own)]


def own_imports(files: Iterable[SourceFile]) -> list[Import]:
    """The imports of one file of the package by another."""
    files = list(files)
    own = {file.module for file in files}
    return [found for found in imports_of(files) if found.target in own and found.target != found.importer]


def is_within(module: str, package: str) -> bool:
    """True if ``module`` is ``package`` or in it."""
    return module == package or module.startswith(f"{package}.")


def cycles(imports: Iterable[Import]) -> list[list[Import]]:
    """Import cycles, the shortest ones, so that every file that is in a cycle is in one of these."""
    arrows: dict[str, dict[str, Import]] = {}
    for found in sorted(imports, key=lambda found: found.for_types, reverse=True):
        arrows.setdefault(found.importer, {})[found.target] = found  # an import at run time replaces one for types
    seen: set[str] = set()
    result: list[list[Import]] = []
    for module in sorted(arrows):
        if module not in seen and (cycle := _way_back(module, arrows)):
            seen.update(found.importer for found in cycle)
            result.append(cycle)
    return result


def described(cycle: Iterable[Import]) -> str:
    """A cycle in one line: the modules in the order in which they import each other."""
    cycle = list(cycle)
    steps = [f"{found.target} (for types only)" if found.for_types else found.target for found in cycle]
    return " > ".join([cycle[0].importer, *steps])


def _imports_of(file: SourceFile, own: set[str]) -> Iterator[Import]:
    for_types = {id(node) for branch in _type_branches(file.tree) for node in ast.walk(branch)}
    for node in ast.walk(file.tree):
        for module, name in _named_by(node, file):
            is_module = bool(name) and f"{module}.{name}" in own
            target, rest = (f"{module}.{name}", "") if is_module else (module, name)
            yield Import(file, getattr(node, "lineno", 0), target, rest, id(node) in for_types)


def _named_by(node: ast.AST, file: SourceFile) -> Iterator[tuple[str, str]]:
    """The pairs of module and name that a statement or call imports."""
    match node:
        case ast.Import(names=names):
            yield from ((alias.name, "") for alias in names)
        case ast.ImportFrom(names=names):
            module = _absolute(node, file)
            yield from ((module, alias.name) for alias in names)
        case ast.Call(
            func=ast.Name(id=function) | ast.Attribute(attr=function), args=[ast.Constant(value=str(module)), *_]
        ):
            if function in ("import_module", "__import__"):
                yield module, ""
        case _:
            pass


def _absolute(node: ast.ImportFrom, file: SourceFile) -> str:
    if not node.level:
        return node.module or ""
    above = node.level - 1 if file.is_package else node.level
    parts = file.module.split(".")
    return ".".join([*parts[: len(parts) - above], *([node.module] if node.module else [])])


def _type_branches(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements that only a type checker runs."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            yield from node.body


def _way_back(start: str, arrows: dict[str, dict[str, Import]]) -> list[Import]:
    """The shortest way from ``start`` to itself; empty if there is no way."""
    ways: list[list[Import]] = [[found] for found in arrows.get(start, {}).values()]
    seen: set[str] = set()
    for way in ways:  # grows while it is read
        last = way[-1].target
        if last == start:
            return way
        if last not in seen:
            seen.add(last)
            ways.extend([*way, found] for found in arrows.get(last, {}).values())
    return []
