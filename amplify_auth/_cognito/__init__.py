"""The wire: the boto3 clients, the one call, and the answers and refusals of Cognito. Nothing here decides."""

from .client import identity_pool_client, keep_rules, user_pool_client
from .client_secret import secret_hash
from .foreign_servers import may_lack_operation, surely_lacks_operation
from .known import check_can_send
from .log_filter import SensitiveDataFilter
from .refusals import says_session_is_closed
from .reply import (
    NewDevice,
    Reply,
    SignUpReply,
    authentication_result,
    delivery_details,
    optional_structure,
    optional_text,
    optional_texts,
    optional_time,
    protocol_error,
    structure_or_empty,
    structures,
)
from .service import Answer, call, get_document, invoke
from .totp_replies import check_totp_verified, totp_secret
from .unknown_outcome import is_outcome_unknown, says_outcome_is_unknown

__all__ = [
    "Answer",
    "NewDevice",
    "Reply",
    "SensitiveDataFilter",
    "SignUpReply",
    "authentication_result",
    "call",
    "check_can_send",
    "check_totp_verified",
    "delivery_details",
    "get_document",
    "identity_pool_client",
    "invoke",
    "is_outcome_unknown",
    "keep_rules",
    "may_lack_operation",
    "optional_structure",
    "optional_text",
    "optional_texts",
    "optional_time",
    "protocol_error",
    "says_outcome_is_unknown",
    "says_session_is_closed",
    "secret_hash",
    "structure_or_empty",
    "structures",
    "surely_lacks_operation",
    "totp_secret",
    "user_pool_client",
]
