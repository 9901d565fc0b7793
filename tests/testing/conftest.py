"""A warning of another package that this project cannot mend."""

from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """pycognito calls utcnow(), which Python 3.12 warns of."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore:.*utcnow:DeprecationWarning"))
