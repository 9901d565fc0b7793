"""Compare other recordings: ``python -m tests.conformance FILE...``, in the folder above ``tests``.

Prints every difference, and whether the table of intended differences has a row for it.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from amplify_auth.testing import mock_cognito

from .differences import differences
from .intended import unintended
from .player import play
from .recordings import Scenario, load
from .rules import expected, uses
from .secret_proofs import without_secrets


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare; returns how many differences are not intended."""
    parser = argparse.ArgumentParser(
        prog="tests.conformance", description="Compare recordings with what amplify_auth does."
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="recordings in the format of this folder")
    parser.add_argument("--secret", action="store_true", help="play with a client secret, and take its proofs out")
    parser.add_argument("--scenario", action="append", help="only this one; may be given more than once")
    options = parser.parse_args(arguments)
    scenarios = [one for file in options.files for one in load(file)]
    with mock_cognito():
        return sum(
            _report(one, secret=options.secret)
            for one in scenarios
            if options.scenario is None or one.name in options.scenario
        )


def _report(scenario: Scenario, *, secret: bool) -> int:
    performance = play(scenario, confidential=secret)
    steps = performance.steps
    if performance.secret is not None:
        steps = tuple(without_secrets(step, performance.secret) for step in steps)
    for index, rule in uses(scenario, steps):
        print(f"by rule  {scenario.name}[{index}] {scenario.steps[index].what}: {rule.because}")
    found = differences(expected(scenario, steps), steps)
    unexplained = unintended(found)
    for one in found:
        word = "DIFFERS " if one in unexplained else "intended"
        what = scenario.steps[one.step].what
        print(f"{word} {one.scenario}[{one.step}] {what}: {one.at}\n    - {one.recorded}\n    + {one.played}")
    return len(unexplained)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
