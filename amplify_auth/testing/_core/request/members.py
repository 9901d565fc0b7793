"""Typed reading of JSON objects: the members of a request, of a setting or of a trigger's answer.

Never here: the meaning of a member.
"""

from collections.abc import Iterable, Mapping
from typing import cast

Members = Mapping[str, object]
"""A JSON object that is only read."""
Response = dict[str, object]
"""The members of an answer."""


def section(members: Members, *path: str) -> Members:
    """The JSON object in ``members`` at ``path``, such as ``DeviceConfiguration``; empty if it is absent."""
    for name in path:
        members = cast(Members, members.get(name) or {})
    return members


def names(members: Members, *path: str) -> tuple[str, ...]:
    """The list of names in ``members`` at ``path``, such as ``AliasAttributes``; empty if it is absent."""
    listed = cast(Iterable[object], section(members, *path[:-1]).get(path[-1]) or ())
    return tuple(str(name) for name in listed)


def objects(members: Members, name: str) -> tuple[Members, ...]:
    """The list of JSON objects ``name``; empty if it is absent."""
    return tuple(cast(Iterable[Members], members.get(name) or ()))


def number(members: Members, name: str, default: int = 0) -> int:
    """The number ``name``; ``default`` if it is absent or 0."""
    value = members.get(name)
    return int(cast("int | str", value)) if value else default


def text(members: Members, name: str) -> str | None:
    """The text ``name``; None if it is absent."""
    value = members.get(name)
    return None if value is None else str(value)
