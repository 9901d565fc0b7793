"""The wire: the boto3 clients, the one call, and the answers and refusals of Cognito. Nothing here decides."""

from .account_replies import attributes_of_user, deliveries, named_values, structures
from .client import identity_pool_client, keep_rules, user_pool_client
from .client_secret import secret_hash
from .foreign_servers import may_lack_operation, surely_lacks_operation
from .known import check_can_send
from .log_filter import SensitiveDataFilter
from .mfa_replies import auth_factors, check_totp_verified, merged_mfa_settings, mfa_preference, totp_secret
from .pages import Page
from .refusals import says_session_is_closed
from .registered import devices_page, passkeys_page, registration_options
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
)
from .service import Answer, call, get_document, invoke
from .unknown_outcome import is_outcome_unknown, says_outcome_is_unknown
from .user_session_replies import user_sessions

__all__ = [
    "Answer",
    "NewDevice",
    "Page",
    "Reply",
    "SensitiveDataFilter",
    "SignUpReply",
    "attributes_of_user",
    "auth_factors",
    "authentication_result",
    "call",
    "check_can_send",
    "check_totp_verified",
    "deliveries",
    "delivery_details",
    "devices_page",
    "get_document",
    "identity_pool_client",
    "invoke",
    "is_outcome_unknown",
    "keep_rules",
    "may_lack_operation",
    "merged_mfa_settings",
    "mfa_preference",
    "named_values",
    "optional_structure",
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
    "totp_secret",
    "user_pool_client",
    "user_sessions",
]
