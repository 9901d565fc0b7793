"""The documents name files of the package and of the tests. Each of them is there."""

import re
from pathlib import Path

import pytest

import amplify_auth

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("README.md")])
PACKAGE = Path(str(amplify_auth.__file__)).parent  # not below the root if a wheel is tested
TOPS = [PACKAGE, *(ROOT / name for name in ("benchmarks", "examples", "tests"))]
FOLDERS = [ROOT, PACKAGE.parent, *TOPS, *(path for top in TOPS for path in top.rglob("*") if path.is_dir())]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_that_is_named_is_there(document: Path) -> None:
    named = set(re.findall(r"`([\w/.-]+\.py)`", document.read_text(encoding="utf-8")))
    missing = {name for name in named if not any((folder / name).is_file() for folder in FOLDERS)}

    assert missing == set()
