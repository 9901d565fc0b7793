"""Other libraries act as the signed-in user: HTTP clients and boto3."""

from .http_auth import BearerAuth, bearer_source

__all__ = [
    "BearerAuth",
    "bearer_source",
]
