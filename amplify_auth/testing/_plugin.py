"""The pytest plugin with the fixture ``mock_cognito``. It imports only pytest until a test asks for the fixture.

Never here: another fixture.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from ._mock import MockCognito


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers", "mock_cognito(strict=True): the arguments of the fixture mock_cognito for this test"
    )


@pytest.fixture
def mock_cognito(request: pytest.FixtureRequest) -> "Iterator[MockCognito]":
    """A Cognito for this test that refuses what Amazon Cognito refuses; see ``amplify_auth.testing.mock_cognito``.

    Its arguments come from the marker: ``@pytest.mark.mock_cognito(strict=False)``.
    """
    from .. import testing

    node = cast("pytest.Item", request.node)  # pyright: ignore[reportUnknownMemberType]
    marker = node.get_closest_marker("mock_cognito")
    options: dict[str, Any] = dict(marker.kwargs if marker else {})
    with testing.mock_cognito(**options) as cognito:
        yield cognito
