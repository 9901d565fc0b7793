"""Python's garbage collector stands still while a client is made. Nothing else is in this file.

What is given to ``os.register_at_fork`` keeps its file alive until Python has ended. If that were ``client``, it kept
the clients too, and each start of a program took 30 ms longer.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Generator
from contextlib import contextmanager

_rests = False


@contextmanager
def collector_at_rest() -> Generator[None]:
    """Stop Python's garbage collector for the block: it would walk the many objects of a service model repeatedly.

    That is a third of the time that the first client of a process takes.
    """
    global _rests
    if not gc.isenabled():  # the program has stopped it, and starts it again itself
        yield
        return
    _rests = True
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        _rests = False


def _start_collector_in_child() -> None:
    """The thread that would start it again does not exist in a child that was forked during the block."""
    global _rests
    if _rests:
        gc.enable()
        _rests = False


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_collector_in_child)
