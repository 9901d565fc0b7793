"""Other libraries act as the signed-in user: HTTP clients and boto3."""

from .http_auth import BearerAuth, bearer_source
from .token_header import TokenHeader

__all__ = [
    "BearerAuth",
    "TokenHeader",
    "bearer_source",
]
