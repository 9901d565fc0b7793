"""What the installed botocore knows: its operations and their members. A newer one may know more.

botocore raises a bare ``KeyError`` for a member that it does not know, and only for some requests.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

from ..errors import AuthConfigurationError

if TYPE_CHECKING:
    from botocore.client import BaseClient

#: An operation, or an operation and its member -> the first botocore that has it, if the oldest that this library runs
#: with does not.
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


def check_known(client: BaseClient, operation: str, given: Mapping[str, object]) -> None:
    """Raise `AuthConfigurationError` if the installed botocore does not know all of a request."""
    known = members_of(client, operation)
    unknown = next((name for name in given if name not in known), None)
    if known and unknown is None:
        return
    what = f"{unknown} of {operation}" if known else operation
    first = FIRST_VERSIONS.get(f"{operation} {unknown}") or FIRST_VERSIONS.get(operation)
    raise AuthConfigurationError(
        f"The installed botocore does not know {what}.",
        recovery_suggestion="Update boto3 and botocore" + (f" to {first} or newer." if first else "."),
    )
