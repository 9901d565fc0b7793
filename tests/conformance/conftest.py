"""moto is started once for all scenarios; each still has a pool of its own."""

from collections.abc import Iterator

import pytest

from amplify_auth.testing import mock_cognito


@pytest.fixture(scope="package", autouse=True)
def _moto() -> Iterator[None]:
    with mock_cognito():
        yield
