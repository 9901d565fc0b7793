"""A session that gives up soon."""

import pytest

from amplify_auth import Session
from tests.support.makers import NewSession


@pytest.fixture
def hasty(new_session: NewSession) -> Session:
    """A session that waits for no answer longer than a moment."""
    return new_session(read_timeout=0.25)
