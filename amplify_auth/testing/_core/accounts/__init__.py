"""The users of a pool: names, attributes, passwords, codes, MFA settings.

``codes`` is imported as a module. Never here: a sign-in or a token.
"""

from .attributes import (
    attributes_for_triggers,
    attributes_of,
    check_attributes,
    check_required,
    is_email,
    is_phone,
    is_true,
    is_verified,
    listed_attributes,
    missing_required,
    set_attributes,
)
from .delivery import simulated_delivery
from .lockout import check_not_locked, record_failure, record_success
from .mfa_methods import METHODS, change_mfa_settings, mfa_settings
from .names import alias_owner, check_alias_free, new_name, take_alias
from .passwords import check_policy, set_password
from .users import account_user, check_confirmed, check_enabled, check_usable, create_user, find, required_user

__all__ = [
    "METHODS",
    "account_user",
    "alias_owner",
    "attributes_for_triggers",
    "attributes_of",
    "change_mfa_settings",
    "check_alias_free",
    "check_attributes",
    "check_confirmed",
    "check_enabled",
    "check_not_locked",
    "check_policy",
    "check_required",
    "check_usable",
    "create_user",
    "find",
    "is_email",
    "is_phone",
    "is_true",
    "is_verified",
    "listed_attributes",
    "mfa_settings",
    "missing_required",
    "new_name",
    "record_failure",
    "record_success",
    "required_user",
    "set_attributes",
    "set_password",
    "simulated_delivery",
    "take_alias",
]
