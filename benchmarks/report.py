"""What the benchmarks share: medians of interleaved runs, ratios and their targets, a server in its own process."""

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

PASSWORD = "Corr3ct-horse"


def interleaved(runs: int, measures: Mapping[str, Callable[[], float]]) -> dict[str, float]:
    """The median of each measure. They take turns, so that a disturbance of the machine disturbs all of them."""
    for measure in measures.values():
        measure()  # warms the disk's cache, and is not counted
    taken: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(runs):
        for name, measure in measures.items():
            taken[name].append(measure())
    return {name: statistics.median(values) for name, values in taken.items()}


def compare(what: str, figure: float, other: float, target: float, unit: str = "ms") -> None:
    """Print a figure, the figure of the peer, their ratio, and if the ratio is within its target."""
    ratio = figure / other
    verdict = "met" if ratio <= target else "MISSED"
    print(f"{what:<52} {figure:9.2f} {unit} / {other:9.2f} {unit} = {ratio:5.3f}  (at most {target:g}: {verdict})")


def limit(what: str, figure: float, target: float, unit: str) -> None:
    """Print a figure and whether it is within its target."""
    verdict = "met" if figure <= target else "MISSED"
    print(f"{what:<52} {figure:9.2f} {unit}  (at most {target:g}: {verdict})")


def python(code: str, *arguments: str) -> str:
    """Run code in a new process without any AWS setting, with modules that are compiled, and give what it prints."""
    unwanted = ("AWS_", "AMPLIFY_AUTH_", "PYTHONDONTWRITEBYTECODE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


_SERVER = """
import json, sys
from amplify_auth.testing import MockCognitoServer
with MockCognitoServer() as server:
    pool = server.cognito.create_pool()
    pool.create_user("alice", sys.argv[1])
    print(json.dumps({**pool.config, "endpoint_url": server.url}), flush=True)
    sys.stdin.read()
"""


@contextmanager
def server() -> Iterator[str]:
    """A Cognito in another process, with a pool and the user alice: JSON of `Session`'s options."""
    command = [sys.executable, "-c", _SERVER, PASSWORD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline()
        process.communicate()  # the end of its input ends it
