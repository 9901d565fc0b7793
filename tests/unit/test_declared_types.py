"""Whether values have the types that their attrs class declares, all the way in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal

import attrs
import pytest

from amplify_auth._session.declared_types import has_declared_types


@attrs.frozen
class Inner:
    kind: Literal["a", "b"]


@attrs.frozen
class Outer:
    text: str = ""
    maybe: str | None = None
    flag: bool = False
    number: float = 0.0
    moment: datetime = datetime(2024, 1, 1, tzinfo=UTC)
    names: tuple[str, ...] = ()
    choices: tuple[Literal["a", "b"], ...] = ()
    pairs: Mapping[str, str] | None = None
    inner: Inner | None = None


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {
            "text": "\u65e5\U0001f600",
            "maybe": "x",
            "flag": True,
            "number": 1,
            "names": ("x", "y"),
            "choices": ("a", "b"),
        },
        {"pairs": {}, "inner": Inner("a")},
        {"pairs": MappingProxyType({"a": "b"})},
        {"number": -1e14},
    ],
    ids=str,
)
def test_what_fits(fields: dict[str, Any]) -> None:
    assert has_declared_types(Outer(**fields))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", None),
        ("text", b""),
        ("text", 1),
        ("text", "\ud800"),
        ("maybe", 0),
        ("maybe", False),
        ("flag", 0),
        ("flag", None),
        ("flag", "true"),
        ("number", "1"),
        ("number", True),
        ("number", float("nan")),
        ("number", float("inf")),
        ("number", 10**400),
        ("number", None),
        ("moment", datetime(2024, 1, 1)),
        ("moment", "2024-01-01"),
        ("names", ["x"]),
        ("names", (1,)),
        ("names", "xy"),
        ("names", ("x", "\udfff")),
        ("choices", ("c",)),
        ("choices", ([],)),
        ("pairs", {1: "b"}),
        ("pairs", {"a": 1}),
        ("pairs", {"a": None}),
        ("pairs", [("a", "b")]),
        ("inner", Inner("c")),  # type: ignore[arg-type]
        ("inner", {"kind": "a"}),
    ],
    ids=str,
)
def test_what_does_not_fit(field: str, value: Any) -> None:
    assert not has_declared_types(Outer(**{field: value}))
