"""The developer's own endpoints, hidden while a mock is entered: requests to them would not reach moto.

Never here: another environment variable.
"""

import os
from collections.abc import MutableMapping
from typing import Final

_NAMES: Final = ("AMPLIFY_AUTH_ENDPOINT_URL", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER")


def hide(environment: MutableMapping[str, str] = os.environ) -> dict[str, str]:
    """Take the endpoints out of the environment, and return them."""
    return {name: environment.pop(name) for name in _NAMES if name in environment}


def restore(hidden: dict[str, str], environment: MutableMapping[str, str] = os.environ) -> None:
    """Put the endpoints back, except those that were set again after ``hide``."""
    for name, value in hidden.items():
        environment.setdefault(name, value)
