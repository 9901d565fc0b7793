"""Print the path of the newest or the oldest Python here that runs, can make a virtual environment, and is supported.

Looks in PATH and among pyenv's versions, because pyenv's commands run only the version that is selected.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

SUPPORTED = ((3, 11), (3, 14))
ASK = """
import sys, sysconfig, venv, ensurepip
if sys.version_info.releaselevel == "final" and not sysconfig.get_config_var("Py_GIL_DISABLED"):
    print(*sys.version_info[:2])
"""


def version_of(python):
    """Major and minor version; None if it is broken, a preview, free-threaded, without venv, or not supported."""
    try:
        asked = subprocess.run([python, "-c", ASK], capture_output=True, text=True, timeout=30, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    version = tuple(map(int, asked.stdout.split()))
    return version if SUPPORTED[0] <= version <= SUPPORTED[1] else None


def candidates():
    """Every command that could be a Python 3."""
    for folder in os.get_exec_path():
        yield from (path for path in Path(folder).glob("python3*") if re.fullmatch(r"python3(\.\d+)?", path.name))
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from pyenv.glob("versions/3.*/bin/python3")


def main(which):
    """Print the path. For the newest, print nothing if the Python that runs this is as new."""
    here = sys.version_info[:2]
    found = {here: sys.executable}
    for python in candidates():
        if version := version_of(python):
            found.setdefault(version, python)
    chosen = min(found) if which == "oldest" else max(found)
    if which == "oldest" or chosen > here:
        print(found[chosen])


if __name__ == "__main__":
    main(sys.argv[1])
