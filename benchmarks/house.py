"""The shape of the package in figures, for the library and for its test bed, ``amplify_auth.testing``.

    python benchmarks/house.py           the table
    python benchmarks/house.py --list    also every hard word and every annotation with ``Any``, with file and line

A box is what a reader sees at the top level: a module, or a folder with all that is in it. The boxes of the test bed
are those of ``testing`` and of ``testing/_core``. An arrow is a pair: ten imports of one file by another are one arrow.
"""

import ast
import re
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.imports import Import, SourceFile, cycles, described, is_within, own_imports, source_files

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 320
LONGEST_FUNCTION = 40
BED = "amplify_auth.testing"
HARD_WORDS = (
    *("anew", "afresh", "whoever", "whomever", "whatever", "somebody", "nobody", "meanwhile", "beside", "told"),
    *("thereof", "whence", "nought", "lest", "hence", "in vain", "to be had", "of no use"),
    *("there is none", "there are none", "has none", "have none", "nothing but", "all the same", "becomes of"),
)
HARD = re.compile(rf"\b({'|'.join(HARD_WORDS)})\b", re.IGNORECASE)

Place = tuple[SourceFile, int, str]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Part:
    """A part of the package, and the packages whose children are its boxes, the innermost first."""

    files: list[SourceFile]
    packages: tuple[str, ...]

    def box(self, module: str) -> str:
        """The box that the module is in. A package of this part is a box of its own: its ``__init__``."""
        for package in self.packages:
            if is_within(module, package):
                return ".".join(module.split(".")[: package.count(".") + 2])
        return module

    @cached_property
    def boxes(self) -> set[str]:
        """The boxes without the ``__init__`` of the packages and without ``__main__``."""
        boxes = {self.box(file.module) for file in self.files}
        return {box for box in boxes if box not in self.packages and not box.endswith(".__main__")}

    @cached_property
    def imports(self) -> list[Import]:
        """The imports of one file of this part by another."""
        return own_imports(self.files)

    @cached_property
    def crossing(self) -> list[Import]:
        """The imports of one box by another."""
        return [found for found in self.imports if self.box(found.importer) != self.box(found.target)]

    @cached_property
    def fan_out(self) -> dict[str, int]:
        """How many files of this part each file imports, without those of an ``__init__``."""
        pairs = Counter(importer for importer, _ in {(found.importer, found.target) for found in self.imports})
        return {file.where: pairs[file.module] for file in self.files if not file.is_package}

    @cached_property
    def annotations(self) -> list[Place]:
        """Every annotation of an argument, a result, a variable and a field."""
        return [place for file in self.files for place in _annotations(file)]

    @cached_property
    def with_any(self) -> list[Place]:
        """The annotations that contain ``Any``."""
        return [place for place in self.annotations if re.search(r"\bAny\b", place[2])]

    @cached_property
    def hard_words(self) -> list[Place]:
        """Every hard word, in code, comments and texts."""
        return [
            (file, number, found[0].lower())
            for file in self.files
            for number, line in enumerate(file.text.splitlines(), 1)
            for found in HARD.finditer(line)
        ]

    @cached_property
    def lines(self) -> int:
        """The number of lines."""
        return sum(len(file.text.splitlines()) for file in self.files)

    @cached_property
    def long_files(self) -> list[Place]:
        """Files that are too long."""
        lengths = [(file, len(file.text.splitlines())) for file in self.files]
        return [(file, 1, f"{length} lines") for file, length in lengths if length > LONGEST_FILE]

    @cached_property
    def long_functions(self) -> list[Place]:
        """Functions that are too long, without their docstrings."""
        functions = [(file, node) for file in self.files for node in ast.walk(file.tree) if isinstance(node, Function)]
        return [
            (file, node.lineno, f"{node.name}, {_length(node)} lines")
            for file, node in functions
            if _length(node) > LONGEST_FUNCTION
        ]


def _annotations(file: SourceFile) -> Iterator[Place]:
    for node in ast.walk(file.tree):
        annotation = getattr(node, "returns" if isinstance(node, Function) else "annotation", None)
        if isinstance(node, Function | ast.arg | ast.AnnAssign) and annotation is not None:
            yield file, annotation.lineno, ast.unparse(annotation)


def _length(function: Function) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def _most(part: Part) -> str:
    name = max(part.fan_out, key=part.fan_out.__getitem__)
    return f"{part.fan_out[name]} ({Path(name).stem})"


def _share(part: Part) -> str:
    return f"{100 * len(part.with_any) / len(part.annotations):.1f} % of {len(part.annotations)}"


ROWS: tuple[tuple[str, Callable[[Part], object]], ...] = (
    ("files", lambda part: len(part.files)),
    ("lines", lambda part: part.lines),
    ("boxes, without __init__ and __main__", lambda part: len(part.boxes)),
    ("arrows: pairs of files", lambda part: len({(found.importer, found.target) for found in part.imports})),
    (
        "arrows: pairs of boxes",
        lambda part: len({(part.box(found.importer), part.box(found.target)) for found in part.crossing}),
    ),
    (
        "import statements that cross boxes",
        lambda part: len({(found.importer, found.line) for found in part.crossing}),
    ),
    ("most own modules imported by a file", _most),
    ("own modules imported by a file, median", lambda part: f"{statistics.median(part.fan_out.values()):g}"),
    ("import cycles", lambda part: len(cycles(part.imports))),
    ("annotations that contain Any", _share),
    ("hard words in 1,000 lines", lambda part: f"{1000 * len(part.hard_words) / part.lines:.1f}"),
    (f"files over {LONGEST_FILE} lines", lambda part: len(part.long_files)),
    (f"functions over {LONGEST_FUNCTION} lines", lambda part: len(part.long_functions)),
)


def parts() -> dict[str, Part]:
    """The library and the test bed."""
    files = source_files(ROOT / "amplify_auth")
    library = [file for file in files if not is_within(file.module, BED)]
    bed = [file for file in files if is_within(file.module, BED)]
    return {"library": Part(library, ("amplify_auth",)), "bed": Part(bed, (f"{BED}._core", BED))}


def show(title: str, places: list[Place]) -> None:
    """Print the places under a title, or nothing if there are none."""
    if places:
        print(f"\n{title}")
        for file, line, what in sorted(places, key=lambda place: (place[0].where, place[1])):
            print(f"  {file.where}:{line}  {what}")


def main(arguments: list[str]) -> None:
    """Print the table, and what it does not name."""
    columns = parts()
    print(f"{'':<42}" + "".join(f"{name:>24}" for name in columns))
    for title, figure in ROWS:
        print(f"{title:<42}" + "".join(f"{figure(part)!s:>24}" for part in columns.values()))
    every = list(columns.values())
    show(
        "Import cycles", [(way[0].file, way[0].line, described(way)) for part in every for way in cycles(part.imports)]
    )
    show(f"Files over {LONGEST_FILE} lines", [place for part in every for place in part.long_files])
    show(f"Functions over {LONGEST_FUNCTION} lines", [place for part in every for place in part.long_functions])
    counts = Counter(word for part in every for _, _, word in part.hard_words)
    print("\nHard words counted: " + ", ".join(f"{word} {counts[word]}" for word in HARD_WORDS))
    if "--list" in arguments:
        show("Hard words", [place for part in every for place in part.hard_words])
        show("Annotations with Any", [place for part in every for place in part.with_any])


if __name__ == "__main__":
    main(sys.argv[1:])
