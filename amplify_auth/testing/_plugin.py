"""The pytest plugin: the fixture ``mock_cognito``. Imports nothing but pytest until a test asks for it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from amplify_auth.testing._mock import MockCognito


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", "mock_cognito(strict=True): what the fixture mock_cognito is given for this test"
    )


@pytest.fixture
def mock_cognito(request: pytest.FixtureRequest) -> "Iterator[MockCognito]":
    """A Cognito for this test that refuses what Amazon's refuses; see ``amplify_auth.testing.mock_cognito``.

    ``@pytest.mark.mock_cognito(strict=False)`` gives it arguments.
    """
    from amplify_auth import testing

    node = cast("pytest.Item", request.node)  # pyright: ignore[reportUnknownMemberType]
    marker = node.get_closest_marker("mock_cognito")
    options: dict[str, Any] = dict(marker.kwargs if marker else {})
    with testing.mock_cognito(**options) as cognito:
        yield cognito
