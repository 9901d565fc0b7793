"""The fidelity table, one row an operation or challenge cell: plain moto's answer, the documented one, ours.

The rows are in ``fidelity``. A row without a source is marked ``mem`` there and says so in its id: it holds this test
bed to what it does, and claims nothing of the service.
"""

from typing import Any

import moto
import pytest

from amplify_auth.testing._core import unsigned_operations
from tests.support.fidelity_world import ROWS, Row, World, answer, plain_moto, truthful
from tests.support.newest_model import needs
from tests.testing.fidelity import (
    attributes,
    challenges,
    devices_and_passkeys,
    mfa_challenges,
    passwords,
    sign_in,
    sign_up,
    tokens,
    users,
)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("motos_key_read_once")]

TABLES = (
    sign_up,
    sign_in,
    challenges,
    mfa_challenges,
    users,
    attributes,
    tokens,
    devices_and_passkeys,
    passwords,
)
NEWEST_READ = (5, 2, 5)
NEWEST_OPERATIONS = {"ListUserSessions", "RevokeUserSession"}


def name(row: Row) -> str:
    return row.cell if row.verified else f"{row.cell} [unverified]"


def case(row: Row) -> Any:
    operation = row.cell.partition(":")[0]
    return pytest.param(row, id=name(row), marks=needs(operation) if operation in NEWEST_OPERATIONS else ())


def version() -> tuple[int, ...]:
    return tuple(int(part) for part in moto.__version__.split(".")[:3] if part.isdigit())


@pytest.mark.parametrize("row", [case(row) for row in ROWS])
def test_the_test_bed_answers_as_documented(row: Row) -> None:
    with truthful() as world:
        assert answer(world, row.drive) == row.documented


@pytest.mark.parametrize("row", [case(row) for row in ROWS])
def test_plain_moto_answers_as_written(row: Row) -> None:
    """So that the table says what a test suite gains, and when moto has caught up."""
    with plain_moto() as world:
        answered = answer(world, row.drive)

    if version() > NEWEST_READ and answered not in row.plain:
        pytest.skip(f"moto {moto.__version__} answers differently: {answered}")
    assert answered in row.plain


def test_every_operation_has_a_row() -> None:
    cells = " ".join(row.cell for row in ROWS)
    flows = "USER_SRP_AUTH"  # InitiateAuth's rows are named by flow, RespondToAuthChallenge's by challenge

    missing = [operation for operation in unsigned_operations() if operation not in cells]

    assert sorted(missing) == ["InitiateAuth", "RespondToAuthChallenge"]
    assert flows in cells


def test_cells_are_named_once() -> None:
    cells = [row.cell for row in ROWS]

    assert sorted(cells) == sorted(set(cells))


def test_every_row_names_its_source() -> None:
    assert [row.cell for row in ROWS if not row.source] == []


def test_a_failing_drive_is_told_from_an_answer() -> None:
    def drive(_: World) -> str:
        raise KeyError("x")

    with plain_moto() as world:
        assert answer(world, drive) == "crash KeyError"
