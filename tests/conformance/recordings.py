"""Recordings of the JavaScript client as values. Reading only: nothing here plays or compares them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

HERE = Path(__file__).parent


@attrs.frozen(kw_only=True)
class Request:
    """One request and its answer; random values are named, as in ``<SESSION:1>``.

    Attributes:
        op: The operation.
        body: The parameters.
        status: The HTTP status, None where the connection was dropped.
        response: The answer, None where there was none.
    """

    op: str
    body: Mapping[str, Any]
    status: int | None
    response: Any


@attrs.frozen(kw_only=True)
class Step:
    """One step of a scenario, as it was recorded or as it was played.

    Attributes:
        kind: ``call``, ``start``, ``join``, ``control``, ``sleep`` or ``authenticator``.
        what: The function, the control, the seconds or the state of the authenticator.
        args: The arguments, in the JavaScript client's words.
        wire: The requests.
        output: What the call returned.
        error: ``name`` and ``message`` of what it raised instead, None if it raised nothing.
        hub: The events.
    """

    kind: str
    what: Any = None
    args: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    wire: tuple[Request, ...] = ()
    output: Any = None
    error: Mapping[str, str] | None = None
    hub: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Scenario:
    """A recorded scenario: the pool, the client and the users it starts with, and its steps."""

    name: str
    pool: Mapping[str, Any]
    client: Mapping[str, Any]
    users: tuple[Mapping[str, Any], ...]
    config: Mapping[str, Any]
    steps: tuple[Step, ...]


_PAGES = ("NextToken", "PaginationToken")
_KINDS = ("call", "start", "join", "control", "sleep", "authenticator")


def load(path: Path) -> tuple[Scenario, ...]:
    """The scenarios of a file."""
    return read(json.loads(path.read_text(encoding="utf-8")))


def read(content: Mapping[str, Any]) -> tuple[Scenario, ...]:
    """The scenarios of a file's content.

    Raises:
        ValueError: It is of another format than this can read.
    """
    if content["format"] != 1:
        raise ValueError(f"recordings of format {content['format']} are not known")
    return tuple(_scenario(raw) for raw in content["scenarios"])


def here() -> Iterator[Scenario]:
    """Every scenario of every file in this folder."""
    for path in sorted(HERE.glob("*.json")):
        yield from load(path)


def _scenario(raw: Mapping[str, Any]) -> Scenario:
    raw = _with_named_pages(raw)
    fixture = raw["fixture"]
    return Scenario(
        name=raw["name"],
        pool=fixture["pool"],
        client=fixture["client"],
        users=tuple(fixture["users"]),
        config=raw.get("amplifyConfig") or {},
        steps=tuple(_step(step) for step in raw["steps"]),
    )


def _with_named_pages(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The scenario with the tokens of pages named as `naming` names them, whatever the recorder wrote for them."""
    names: dict[str, str] = {}
    answers = [one["response"] for step in raw["steps"] for one in step.get("wire", ())]
    for answer in answers:
        for member in _PAGES if isinstance(answer, Mapping) else ():
            if isinstance(token := answer.get(member), str):
                names.setdefault(token, f"<PAGE:{len(names) + 1}>")

    def named(value: Any, member: str = "") -> Any:
        if isinstance(value, Mapping):
            return {name: named(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [named(item) for item in value]
        return names.get(value, value) if member in (*_PAGES, "nextToken") and isinstance(value, str) else value

    return {**raw, "steps": named(raw["steps"])} if names else raw


def _step(raw: Mapping[str, Any]) -> Step:
    kinds = [kind for kind in _KINDS if kind in raw]
    if len(kinds) != 1:
        raise ValueError(f"a step is exactly one of {', '.join(_KINDS)}, not {sorted(raw)}")
    wire = tuple(
        Request(op=one["op"], body=one["body"], status=one["status"], response=one["response"])
        for one in raw.get("wire", ())
    )
    return Step(
        kind=kinds[0],
        what=raw[kinds[0]],
        args=raw.get("args") or {},
        wire=wire,
        output=raw.get("output"),
        error=raw.get("error"),
        hub=tuple(raw.get("hub", ())),
    )
