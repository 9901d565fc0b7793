"""The wire: the boto3 clients, the one call, and the answers and refusals of Cognito. Nothing here decides."""

from .account_replies import attributes_of_user, deliveries, named_values, structures
from .client import identity_pool_client, keep_rules, user_pool_client
from .client_secret import secret_hash
from .foreign_servers import may_lack_operation, surely_lacks_operation
from .log_filter import SensitiveDataFilter
from .pages import Page
from .refusals import says_session_is_closed
from .registered import devices_page, passkeys_page, registration_options
from .reply import (
    NewDevice,
    Reply,
    SignUpReply,
    authentication_result,
    delivery_details,
    optional_text,
    optional_texts,
    optional_time,
    protocol_error,
    structure_or_empty,
)
from .service import Answer, call, get_document, invoke
from .unknown_outcome import is_outcome_unknown, says_outcome_is_unknown

__all__ = [
    "Answer",
    "NewDevice",
    "Page",
    "Reply",
    "SensitiveDataFilter",
    "SignUpReply",
    "attributes_of_user",
    "authentication_result",
    "call",
    "deliveries",
    "delivery_details",
    "devices_page",
    "get_document",
    "identity_pool_client",
    "invoke",
    "is_outcome_unknown",
    "keep_rules",
    "may_lack_operation",
    "named_values",
    "optional_text",
    "optional_texts",
    "optional_time",
    "passkeys_page",
    "protocol_error",
    "registration_options",
    "says_outcome_is_unknown",
    "says_session_is_closed",
    "secret_hash",
    "structure_or_empty",
    "structures",
    "surely_lacks_operation",
    "user_pool_client",
]
