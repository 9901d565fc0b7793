"""Users of every kind of pool, and the ways in which their sessions come about. A module makes its own ``pool``."""

from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth.testing import MockPool
from tests.support.arrivals import POOLS, Arrive, arrive, login_id
from tests.support.makers import SessionOf
from tests.support.users import PASSWORD


@pytest.fixture(params=POOLS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def typed(kind: str, pool: MockPool, name: str) -> str:
    """The name of a new user, as it is typed."""
    typed = login_id(kind, name)
    pool.create_user(typed, PASSWORD)
    return typed


@pytest.fixture
def start(pool: MockPool, typed: str, session_of: SessionOf, tmp_path: Path) -> Arrive:
    def start(way: str = "as it is", **options: Any) -> auth.Session:
        return arrive(way, pool, typed, session_of, tmp_path, **options)

    return start
