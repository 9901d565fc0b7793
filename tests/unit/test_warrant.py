"""warrant-lite is loaded without what SRP does not need, and harms nobody who wants the whole of it."""

from __future__ import annotations

import subprocess
import sys

ALONE = """
from amplify_auth._warrant import warrant
alone = warrant()
import warrant_lite
assert warrant_lite is not alone and warrant_lite.jwt.decode, "who imports it gets the whole"
assert (alone.n_hex, alone.g_hex) == (warrant_lite.n_hex, warrant_lite.g_hex)
assert warrant() is alone
"""
AFTER = """
import warrant_lite
from amplify_auth._warrant import warrant
assert warrant() is warrant_lite, "not twice in one process"
"""


def run(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)


def test_who_imports_warrant_lite_later_gets_the_whole_of_it() -> None:
    run(ALONE)


def test_what_the_program_has_imported_is_used() -> None:
    run(AFTER)
