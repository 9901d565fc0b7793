"""The search for the newest and the oldest Python of a machine passes over what cannot run the tests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "find_python.py"
HERE = sys.version_info[:2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the commands here are shell scripts")
Add = Callable[[str, str], Path]


@pytest.fixture
def add(tmp_path: Path) -> Add:
    """Puts a command into a folder of the machine; it answers as the script says."""

    def add(name: str, script: str) -> Path:
        command = tmp_path / name
        command.parent.mkdir(parents=True, exist_ok=True)
        command.write_text(f"#!/bin/sh\n{script}\n")
        command.chmod(0o755)
        return command

    return add


def find(which: str, machine: Path) -> str:
    environment = {"PATH": str(machine / "bin"), "PYENV_ROOT": str(machine / "pyenv")}
    command = [sys.executable, str(SCRIPT), which]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def test_alone_there_is_no_newer_one(tmp_path: Path) -> None:
    assert find("newest", tmp_path) == ""
    assert find("oldest", tmp_path) == sys.executable


@pytest.mark.skipif(HERE >= (3, 14), reason="no newer version is supported")
@pytest.mark.parametrize("name", ["bin/python3", "bin/python3.14", "pyenv/versions/3.14.0/bin/python3"])
def test_a_newer_one_is_found(name: str, tmp_path: Path, add: Add) -> None:
    newer = add(name, "echo 3 14")

    assert find("newest", tmp_path) == str(newer)
    assert find("oldest", tmp_path) == sys.executable


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("bin/python3.14", "exit 127"),  # such as a command of pyenv for a version that is not selected
        ("bin/python3.14", ":"),  # says nothing: a preview, free-threaded
        ("bin/python3.14", "echo 3 14; exit 1"),
        ("bin/python3.99", "echo 3 99"),
        ("bin/python3.10", "echo 3 10"),
        ("bin/python3.14-config", "echo 3 14"),
        ("bin/python3.14", f"echo {HERE[0]} {HERE[1]}"),
    ],
)
def test_it_passes_over(name: str, script: str, tmp_path: Path, add: Add) -> None:
    add(name, script)

    assert find("newest", tmp_path) == ""
    assert find("oldest", tmp_path) == sys.executable
