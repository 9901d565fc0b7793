"""Running one function in many threads that start at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run_together(count: int, function: Callable[[], Any]) -> list[Any]:
    """``function`` in ``count`` threads; their results, exceptions as values."""
    barrier = threading.Barrier(count)

    def one(_: int) -> Any:
        barrier.wait(10)
        try:
            return function()
        except Exception as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
