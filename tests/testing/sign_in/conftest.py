"""Pools for the tests of the operations that lead to tokens."""

from typing import Any

import pytest

from tests.support.bed import PASSWORD, Bed


@pytest.fixture
def make(cognito: Any) -> Any:
    """Makes beds: ``make(users=("alice",), mfa="ON")`` is a pool with that setting and that user."""

    def make_bed(*, users: tuple[str, ...] = (), **settings: Any) -> Bed:
        bed = Bed(cognito, cognito.create_pool(**{"prevent_user_existence_errors": False, **settings}))
        for name in users:
            bed.pool.create_user(name, PASSWORD)
        return bed

    return make_bed


@pytest.fixture
def bed(make: Any) -> Bed:
    """A pool with every flow, and alice, confirmed."""
    return make(users=("alice",))
