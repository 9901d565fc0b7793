"""Install the JavaScript clients that the tests here use, by name from the npm registry, outside the repository.

    python tests/testing/interop/install_node_clients.py && pytest tests/testing/interop

They go to the directory named by NODE_CLIENTS_DIR, else to a directory under the user's cache.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = ("aws-amplify@6", "amazon-cognito-identity-js@6")


def directory() -> Path:
    """Where the clients are, or would be."""
    named = os.environ.get("NODE_CLIENTS_DIR")
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(named) if named else Path(cache) / "amplify-auth-node-clients"


def missing() -> str | None:
    """What keeps the tests from running, None if nothing does."""
    if shutil.which("node") is None:
        return "node is not installed"
    for package in PACKAGES:
        name = package.partition("@")[0]
        if not (directory() / "node_modules" / name / "package.json").exists():
            return f"{name} is not installed: python tests/testing/interop/install_node_clients.py"
    return None


def main() -> int:
    """Install them, if they are not there."""
    if missing() is None:
        return 0
    npm = shutil.which("npm")
    if npm is None:
        sys.stderr.write("npm is not installed: the JavaScript clients are left out\n")
        return 1
    directory().mkdir(parents=True, exist_ok=True)
    command = [npm, "install", "--no-save", "--no-audit", "--no-fund", "--prefix", str(directory()), *PACKAGES]
    return subprocess.run(command, check=False, timeout=600).returncode


if __name__ == "__main__":
    sys.exit(main())
