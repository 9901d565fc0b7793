"""How warrant-lite is loaded: its arithmetic, without the libraries that its other parts import. No SRP here.

``import warrant_lite`` brings boto3, requests, python-jose and cryptography for its own client and its verification of
tokens, and takes longer with them than all the requests and proofs of a sign-in. SRP needs none of them.
"""

from __future__ import annotations

import builtins
import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final

_NAME: Final = "warrant_lite"
_NOT_NEEDED: Final = frozenset({"boto3", "envs", "jose", "requests"})


class _LeftOut(ModuleType):
    """Stands for a module, and for all that is imported from it, where nothing of it is ever called."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self


def _import(name: str, *arguments: Any) -> Any:
    """The ``import`` statement of warrant-lite's module, and of no other."""
    return _LeftOut(name) if name.partition(".")[0] in _NOT_NEEDED else builtins.__import__(name, *arguments)


@cache
def warrant() -> Any:
    """warrant-lite's module; where the program has it already, that one."""
    spec = None if _NAME in sys.modules else find_spec(_NAME)
    code: Any = None if spec is None else getattr(spec.loader, "get_code", lambda name: None)(_NAME)
    if code is None:
        return import_module(_NAME)
    module = ModuleType(_NAME)  # not in sys.modules: who imports warrant-lite gets the whole of it
    module.__dict__["__builtins__"] = {**vars(builtins), "__import__": _import}
    exec(code, module.__dict__)  # noqa: S102 - as every import does
    return module
