"""How long a value is good: a pure record and its arithmetic. Reads no clock; knows nothing of what ages."""

from typing import Generic, TypeVar

import attrs

V = TypeVar("V")


@attrs.frozen(eq=False)
class Aged(Generic[V]):
    """A value and the moments of its life, on the scale of ``_clock.monotonic``."""

    value: V = attrs.field(repr=False)
    refresh_at: float
    dies_at: float
    #: Stays the same while nothing but the value is evolved: that makes it no younger.
    birth: object = attrs.field(factory=object, repr=False)


def aged(value: V, *, since: float, lifetime: float, margin: float) -> Aged[V]:
    """The value, to be renewed ``margin`` seconds before it dies, but not in the first half of a short life.

    Args:
        value: What ages.
        since: When its life began, by ``_clock.monotonic``: before it was asked for, not when it arrived.
        lifetime: Seconds it lives, as its maker says.
        margin: Seconds before its death from which a newer one is wanted.
    """
    return Aged(value, since + lifetime - min(margin, lifetime / 2), since + lifetime)
