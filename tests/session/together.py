"""Running one function in many threads that start at once."""

import threading
from concurrent.futures import ThreadPoolExecutor


def run_together(count, function):
    """``function`` in ``count`` threads; their results, exceptions as values."""
    barrier = threading.Barrier(count)

    def one(_):
        barrier.wait(10)
        try:
            return function()
        except Exception as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
