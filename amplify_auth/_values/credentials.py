"""AWS credentials of an identity pool, as values. They are fetched and refreshed elsewhere."""

from __future__ import annotations

from datetime import datetime
from typing import final

from .._masking import Masked, Value, secret, value


@final
@value(kw_only=True)
class AwsCredentials(Masked):
    """Temporary AWS credentials, as they are now. ``session.boto3_session()`` refreshes them by itself.

    Attributes:
        access_key_id: The name of the key.
        secret_access_key: Signs requests.
        session_token: Is sent with every request.
        expiration: When they expire, an aware UTC datetime by AWS's clock.
    """

    access_key_id: str
    secret_access_key: str = secret()
    session_token: str = secret()
    expiration: datetime


@final
@value(kw_only=True)
class IdentityPoolCredentials(Value):
    """The identity of one user or guest, and its credentials. Both are None until they are fetched.

    Attributes:
        owner: The ``sub`` of the user; None for a guest.
        known_id: The identity to ask for, once it was looked up.
        identity_id: The identity that the credentials belong to.
        credentials: The credentials.
        expires_at: When they expire, on ``_clock.monotonic``.
    """

    owner: str | None
    known_id: str | None = None
    identity_id: str | None = None
    credentials: AwsCredentials | None = None
    expires_at: float = float("-inf")
