"""What the installed botocore knows: its operations and their members. A newer one may know more.

botocore raises a bare ``KeyError`` for a member that it does not know, and only for some requests.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

from .._values import AuthConfig
from ..errors import AuthConfigurationError
from .client import user_pool_client

if TYPE_CHECKING:
    from botocore.client import BaseClient

#: An operation, or an operation and its member -> the first botocore that has it, if the oldest that this library runs
#: with does not. Found in the service models of these versions and of those before them.
FIRST_VERSIONS: Final[Mapping[str, str]] = {
    "ListUserSessions": "1.44.1",
    "RevokeToken RevokeAssociatedSessions": "1.44.1",
    "RevokeUserSession": "1.44.1",
    "SetUserMFAPreference WebAuthnMfaSettings": "1.42.90",
}


def members_of(client: BaseClient, operation: str) -> Collection[str]:
    """The members of a request; empty if the installed botocore does not know the operation."""
    model = client.meta.service_model
    if operation not in model.operation_names:
        return ()
    shape = model.operation_model(operation).input_shape
    return () if shape is None else shape.members


def check_known(client: BaseClient, operation: str, given: Collection[str]) -> None:
    """Raise `AuthConfigurationError` if the installed botocore does not know all of a request.

    Args:
        client: The client.
        operation: The operation.
        given: The members of the request, by name.
    """
    known = members_of(client, operation)
    unknown = next((name for name in given if name not in known), None)
    if known and unknown is None:
        return
    from botocore import __version__ as installed

    what = f"{unknown} of {operation}" if known else operation
    first = FIRST_VERSIONS.get(f"{operation} {unknown}" if known else operation)
    since = f": botocore {first} is the first with it" if first else ""
    raise AuthConfigurationError(
        f"The installed botocore {installed} does not know {what}.",
        recovery_suggestion=f"Update boto3 and botocore{since}.",
    )


def check_can_send(config: AuthConfig, operation: str, *members: str) -> None:
    """Raise `AuthConfigurationError` if the installed botocore cannot send these members of an operation.

    It says nothing about a client that cannot be made: a call says that.
    """
    try:
        client = user_pool_client(config)
    except AuthConfigurationError:
        return
    check_known(client, operation, members)
