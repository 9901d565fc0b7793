"""The only room that imports moto and knows how moto is built.

Never here: a rule of Cognito.
"""

from .contract import MotoAttribute, MotoBackend, MotoClient, MotoMock, MotoPool, MotoUser
from .installation import Answering, install, uninstall
from .world import (
    backend_of,
    decorate_class,
    default_account,
    mock_aws,
    new_user,
    pools_of,
    request_handler,
    reset_data,
    server_application,
    set_status,
    signing_keys,
    standard_attributes,
    status_of,
    version,
)

__all__ = [
    "Answering",
    "MotoAttribute",
    "MotoBackend",
    "MotoClient",
    "MotoMock",
    "MotoPool",
    "MotoUser",
    "backend_of",
    "decorate_class",
    "default_account",
    "install",
    "mock_aws",
    "new_user",
    "pools_of",
    "request_handler",
    "reset_data",
    "server_application",
    "set_status",
    "signing_keys",
    "standard_attributes",
    "status_of",
    "uninstall",
    "version",
]
