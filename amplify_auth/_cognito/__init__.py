"""The wire: the one boto3 client, the one call, the answers and refusals of Cognito. Nothing here decides."""

from .client import identity_pool_client, user_pool_client
from .log_filter import SensitiveDataFilter
from .refusals import says_session_is_closed
from .reply import Reply, delivery_details, text_of, wrong
from .retries import veto_unsafe_retries
from .secret_hash import secret_hash
from .service import Answer, call, get_document, invoke

__all__ = [
    "Answer",
    "Reply",
    "SensitiveDataFilter",
    "call",
    "delivery_details",
    "get_document",
    "identity_pool_client",
    "invoke",
    "says_session_is_closed",
    "secret_hash",
    "text_of",
    "user_pool_client",
    "veto_unsafe_retries",
    "wrong",
]
