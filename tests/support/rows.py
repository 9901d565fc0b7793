"""A table in one test: every row is tried, and every row that fails is reported."""

from collections.abc import Generator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import pytest


class EveryRow:
    """Collects the failures of rows. The end of the block raises one error with all of them.

    A table without rows is an error too.

    Example:
        >>> with EveryRow() as every:
        ...     for value in (1, 2):
        ...         with every.row(f"the value {value}"):
        ...             assert value
    """

    def __init__(self) -> None:
        self.count = 0
        self.failures: list[str] = []

    @contextmanager
    def row(self, label: str) -> Generator[None]:
        """The check of one row; ``label`` names it in the report."""
        self.count += 1
        try:
            yield
        except (Exception, pytest.fail.Exception) as error:
            self.failures.append(f"{label}: {type(error).__name__}: {error}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        if error is not None:
            return
        # Raised, not asserted: if pytest rewrites the assertions of this file, it changes the lines of the message.
        if not self.count:
            raise AssertionError("the table has no rows")
        if self.failures:
            report = "\n".join(self.failures)
            raise AssertionError(f"{len(self.failures)} of {self.count} rows fail:\n{report}")
