"""The strict test bed for every test here, the clock moved back afterwards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from core_bed import PASSWORD, Bed

from amplify_auth.testing import mock_cognito


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """pycognito, the outside client of these tests, calls utcnow(), which Python 3.12 warns of."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore:.*utcnow:DeprecationWarning"))


@pytest.fixture
def cognito() -> Iterator[Any]:
    with mock_cognito() as mock:
        yield mock


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
