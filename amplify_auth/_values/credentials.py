"""AWS credentials of an identity pool, as values. Fetching and renewing them is done elsewhere."""

from __future__ import annotations

from datetime import datetime
from typing import final

from .._masking import Masked, Value, secret, value


@final
@value(kw_only=True)
class AwsCredentials(Masked):
    """Temporary AWS credentials, as they are now; ``session.boto3_session()`` renews them by itself.

    Attributes:
        access_key_id: Which key it is.
        secret_access_key: Signs requests.
        session_token: Goes along with every request.
        expiration: When they end, an aware UTC datetime by AWS's clock.
    """

    access_key_id: str
    secret_access_key: str = secret()
    session_token: str = secret()
    expiration: datetime


@final
@value(kw_only=True)
class Grant(Value):
    """What an identity pool has given to one user (``sub``) or guest (None); nothing yet at first."""

    owner: str | None
    #: The identity to ask for, once it was looked up.
    known_id: str | None = None
    #: The identity that the credentials are of.
    identity_id: str | None = None
    credentials: AwsCredentials | None = None
    dies_at: float = float("-inf")
