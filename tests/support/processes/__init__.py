"""Programs that tests run in a process of their own. `run` starts one."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import amplify_auth

_ROOT = Path(__file__).parents[3]
#: The modules of the tests, then the package that is tested, wherever it is.
PYTHONPATH = f"{_ROOT}{os.pathsep}{Path(amplify_auth.__file__).parent.parent}"


def run(
    *command: str, environment: Mapping[str, str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments until it ends.

    Args:
        *command: Such as ``"-m", "tests.support.processes.srp_proof"``.
        environment: Its environment, to which ``PYTHONPATH`` is added. Without it: that of this process.
        timeout: Seconds after which it is killed, and the test fails.
    """
    inherited = os.environ if environment is None else environment
    return subprocess.run(
        [sys.executable, *command],
        env={**inherited, "PYTHONPATH": PYTHONPATH},
        capture_output=True,
        text=True,
        check=False,
        cwd=_ROOT,
        timeout=timeout,
    )
