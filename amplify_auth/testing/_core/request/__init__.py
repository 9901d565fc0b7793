"""One request: what it asks of which pool and client, with which settings, and how it is refused.

Never here: an operation.
"""

from .call import Call, unverified_claims
from .client_secret import check_client_secret, check_secret_hash, secret_hash
from .errors import (
    MFA_CODE_WRONG,
    SESSION_EXPIRED,
    SESSION_INVALID,
    SESSION_SPENT,
    TOTP_CODE_USED,
    CognitoError,
    code_expired,
    code_mismatch,
    invalid_parameter,
    missing,
    not_authorized,
    not_found,
    unsupported,
    user_not_found,
)
from .members import Members, Response, names, number, objects, section, text
from .settings import (
    allowed_flows,
    case_sensitive,
    device_tracking,
    first_factors,
    session_lifetime,
    token_lifetime,
)

__all__ = [
    "MFA_CODE_WRONG",
    "SESSION_EXPIRED",
    "SESSION_INVALID",
    "SESSION_SPENT",
    "TOTP_CODE_USED",
    "Call",
    "CognitoError",
    "Members",
    "Response",
    "allowed_flows",
    "case_sensitive",
    "check_client_secret",
    "check_secret_hash",
    "code_expired",
    "code_mismatch",
    "device_tracking",
    "first_factors",
    "invalid_parameter",
    "missing",
    "names",
    "not_authorized",
    "not_found",
    "number",
    "objects",
    "secret_hash",
    "section",
    "session_lifetime",
    "text",
    "token_lifetime",
    "unsupported",
    "unverified_claims",
    "user_not_found",
]
