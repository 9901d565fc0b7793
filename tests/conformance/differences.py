"""What differs between a recorded scenario and one that was played. Pure; whether it may is decided elsewhere."""

import contextlib
import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from .recordings import Request, Scenario, Step

#: Stands for a member that one of the two does not have.
ABSENT = "(absent)"


@attrs.frozen(kw_only=True)
class Difference:
    """One thing that differs.

    Attributes:
        scenario: The name of the scenario.
        step: Which of its steps, from 0.
        at: Where in the step, for instance ``wire[1].body.Session``.
        recorded: What the JavaScript client or the recorder's server did there.
        played: What `amplify_auth` or the test bed did.
    """

    scenario: str
    step: int
    at: str
    recorded: Any
    played: Any


def differences(scenario: Scenario, played: Sequence[Step]) -> tuple[Difference, ...]:
    """Everything that differs, in the order in which it happened."""
    return tuple(
        Difference(scenario=scenario.name, step=index, at=at, recorded=recorded, played=ours)
        for index, (step, done) in enumerate(zip(scenario.steps, played, strict=True))
        for at, recorded, ours in _of_step(step, done)
    )


_Found = Iterator[tuple[str, Any, Any]]


def _of_step(recorded: Step, played: Step) -> _Found:
    yield from _of_wire(recorded.wire, played.wire)
    yield from _of_values("output", recorded.output, played.output)
    yield from _of_values("error", _error(recorded), _error(played))
    yield from _of_values("hub", list(recorded.hub), list(played.hub))


def _error(step: Step) -> Any:
    """The name of an error; its message too where the service wrote it."""
    if step.error is None:
        return None
    said = {one.response.get("__type") for one in step.wire if isinstance(one.response, Mapping)}
    # Some of the service's messages end with a new line; ours do not.
    return {key: step.error[key].strip() for key in ("name", "message") if key == "name" or step.error["name"] in said}


def _of_wire(recorded: Sequence[Request], played: Sequence[Request]) -> _Found:
    before, after = [_kind(one) for one in recorded], [_kind(one) for one in played]
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            for theirs, ours, place in zip(recorded[i1:i2], played[j1:j2], range(i1, i2), strict=True):
                yield from _of_request(f"wire[{place}]", theirs, ours)
            continue
        for one in recorded[i1:i2]:
            yield "wire: not sent", _summary(one), None
        for one in played[j1:j2]:
            yield "wire: sent too", None, _summary(one)


def _of_request(at: str, recorded: Request, played: Request) -> _Found:
    yield from _of_values(f"{at}.body", recorded.body, played.body)
    yield from _of_values(f"{at}.status", recorded.status, played.status)
    yield from _of_values(f"{at}.response", _sorted(recorded.response), _sorted(played.response))


def _of_values(at: str, recorded: Any, played: Any) -> _Found:
    if isinstance(recorded, Mapping) and isinstance(played, Mapping):
        for key in dict.fromkeys([*recorded, *played]):
            yield from _of_values(f"{at}.{key}", recorded.get(key, ABSENT), played.get(key, ABSENT))
    elif _parsed(recorded) != _parsed(played):
        yield at, recorded, played


def _sorted(answer: Any) -> Any:
    """The attributes of a user or a device in an answer have no order either."""
    if isinstance(answer, Mapping):
        return {name: _sorted(item) for name, item in answer.items()}
    if not isinstance(answer, list):
        return answer
    items = [_sorted(item) for item in answer]
    are_attributes = all(isinstance(item, Mapping) and item.keys() <= {"Name", "Value"} for item in items)
    return sorted(items, key=lambda item: str(item.get("Name"))) if are_attributes else items


def _parsed(value: Any) -> Any:
    """The members of an object in a text have no order either."""
    if isinstance(value, str) and value.startswith("{"):
        with contextlib.suppress(ValueError):
            return json.loads(value)
    return value


def _kind(request: Request) -> tuple[str, Any]:
    return request.op, request.body.get("ChallengeName")


def _summary(request: Request) -> Any:
    return {"op": request.op, "body": request.body, "status": request.status}
