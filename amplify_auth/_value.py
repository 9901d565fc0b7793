"""The base of the value classes: their ``repr`` and their pickling, written once. It knows none of them.

attrs would compile both for each class whenever the library is imported: a third of the time that its classes take.
Declare a class with ``repr=False, getstate_setstate=False``; all else is as attrs has it.
"""

from __future__ import annotations

from typing import Any

import attrs


class Value:
    """Base of frozen attrs classes."""

    __slots__ = ()

    def __repr__(self) -> str:
        shown = []
        for field in attrs.fields(type(self)):  # type: ignore[arg-type]  # every subclass is an attrs class
            if field.repr is not False:
                show = repr if field.repr is True else field.repr
                shown.append(f"{field.name}={show(getattr(self, field.name))}")
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def __getstate__(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in attrs.fields(type(self))}  # type: ignore[arg-type]

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
