"""The versions that setup.cfg allows are those that are tested, and those that the texts name."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import amplify_auth

ROOT = Path(__file__).parents[2]
PACKAGE = Path(amplify_auth.__file__).parent
#: Extras whose packages are not needed to run the tests.
NOT_TESTED = {"dev"}


def requirements() -> Iterator[Requirement]:
    """Each other package that setup.cfg asks for, for users and for the tests."""
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    extras = settings["options.extras_require"]
    texts = [settings["options"]["install_requires"], *(extras[name] for name in extras if name not in NOT_TESTED)]
    for line in "\n".join(texts).splitlines():
        if line and not line.startswith(("#", "amplify-auth-boto3[")):
            yield Requirement(line)


def bound(requirement: Requirement, operator: str) -> Version | None:
    found = [Version(each.version) for each in requirement.specifier if each.operator == operator]
    return found[0] if found else None


def floors_of_the_constraints() -> dict[str, Version]:
    lines = (ROOT / "tests" / "constraints" / "oldest.txt").read_text().splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(pin.name): Version(next(iter(pin.specifier)).version) for pin in pins}


def test_each_floor_is_tested() -> None:
    floors = {canonicalize_name(each.name): bound(each, ">=") for each in requirements()}

    assert floors == floors_of_the_constraints()


def test_moto_has_one_floor_and_one_ceiling() -> None:
    assert len({str(each.specifier) for each in requirements() if each.name == "moto"}) == 1


@pytest.mark.parametrize("folder", [PACKAGE, ROOT / "README.md", ROOT / "tests"], ids=["package", "README", "tests"])
def test_each_text_names_the_versions_of_moto_that_are_allowed(folder: Path) -> None:
    allowed = next((bound(each, ">="), bound(each, "<=")) for each in requirements() if each.name == "moto")
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder]
    named = {
        (Version(floor), Version(ceiling))
        for file in files
        for floor, ceiling in re.findall(r"moto (\d+\.\d+\.\d+) to (\d+\.\d+\.\d+)", file.read_text("utf-8"))
    }

    assert named == {allowed}


def test_no_pattern_repeats_a_group_possessively() -> None:
    """Python matches that wrongly before 3.11.5, and 3.11.2 is that of Debian 12."""
    found = [file.name for file in PACKAGE.rglob("*.py") if re.search(r"\)[*+?}]\+", file.read_text(encoding="utf-8"))]

    assert found == []
