"""A proof is the same whatever the locale and the time zone, and loads the arithmetic, and no more, when it is made."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support import processes

pytestmark = pytest.mark.slow

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a Turkish locale, made here where the system has the sources."""
    folder = tmp_path_factory.mktemp("locales")
    if shutil.which("localedef"):
        subprocess.run(
            ["localedef", "--no-archive", "-i", "tr_TR", "-f", "UTF-8", str(folder / "tr_TR.UTF-8")],
            capture_output=True,
            check=False,
        )
    return folder


def prove_in_a_process(**environment: str) -> dict[str, Any]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    done = processes.run("-m", "tests.support.processes.srp_proof", environment={**inherited, **environment})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def read(text: str) -> datetime:
    """A TIMESTAMP, read without the help of any locale."""
    found = re.fullmatch(r"(\w{3}) (\w{3}) ([1-9]\d?) (\d\d):(\d\d):(\d\d) UTC (\d{4})", text, re.ASCII)
    assert found, text
    day, month, *numbers = found.groups()
    date, hour, minute, second, year = map(int, numbers)
    moment = datetime(year, MONTHS.index(month) + 1, date, hour, minute, second, tzinfo=UTC)
    assert day == DAYS[moment.weekday()]
    return moment


@pytest.mark.parametrize(("language", "zone"), [("C", "XXX-12"), ("C", "XXX+12"), ("tr_TR.UTF-8", "XXX-12")], ids=str)
def test_a_proof_is_accepted_under(language: str, zone: str, locales: Path) -> None:
    made_here = (locales / language).is_dir()
    if language != "C" and not made_here:
        pytest.skip("no Turkish locale on this system, and no localedef to make one")
    more = {"LOCPATH": str(locales)} if made_here else {}
    seen = prove_in_a_process(LC_ALL=language, TZ=zone, **more)

    assert seen["offset"] in (12 * 3600, -12 * 3600)
    assert seen["month of the locale"] == ("A\u011fu" if made_here else "Aug")
    assert seen["accepted"]
    assert abs(read(seen["timestamp"]) - datetime.fromisoformat(seen["now"])) < timedelta(minutes=1)
    assert seen["calls"] == 0, "setlocale changes the whole process"
    assert seen["loaded before"] == []
    assert seen["loaded"] == ["warrant_lite"], "its arithmetic alone is needed"
