"""The table of several rows in one test: no row hides another."""

import pytest

from tests.support.rows import EveryRow


def _four_rows(tried: list[int]) -> None:
    with EveryRow() as every:
        for number in range(4):
            with every.row(f"row {number}"):
                tried.append(number)
                if number == 1:
                    raise KeyError("one")
                if number == 2:
                    pytest.fail("two")
                with pytest.raises(ValueError, match="invalid literal"):
                    int("three" if number == 3 else "0")


def test_every_row_that_fails_is_reported() -> None:
    tried: list[int] = []
    with pytest.raises(AssertionError) as caught:
        _four_rows(tried)

    assert tried == [0, 1, 2, 3]
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("3 of 4 rows fail:")
    assert [line.partition(":")[0] for line in lines if line.startswith("row ")] == ["row 0", "row 1", "row 2"]


def test_no_failure_is_no_error() -> None:
    with EveryRow() as every, every.row("the only one"):
        assert every.count == 1


def test_a_table_without_rows_is_an_error() -> None:
    with pytest.raises(AssertionError, match="no rows"), EveryRow():
        pass


def test_an_error_outside_of_the_rows_is_raised_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError), EveryRow():
        raise ZeroDivisionError
