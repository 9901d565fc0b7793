"""The pool's password policy and history. Never here: whose password, or why it changes."""

import hmac
from collections.abc import Mapping
from typing import Any, Final

from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import CognitoError
from amplify_auth.testing._core.request.settings import section
from amplify_auth.testing._core.sign_in.proof import note_success
from amplify_auth.testing._core.state.store import user_state

_SYMBOLS: Final = frozenset("^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- ")


def check_policy(pool: Any, password: str) -> None:
    """Refuse a password the pool's policy forbids.

    Raises:
        CognitoError: ``InvalidPasswordException``, naming the first rule that is broken.
    """
    policy = section(pool.extended_config, "Policies", "PasswordPolicy")
    rules = (
        (len(password) >= int(policy.get("MinimumLength") or 8), "Password not long enough"),
        # 256 is the longest that the operations' own shape allows.
        (len(password) <= 256, "Password too long"),
        (_kept(policy, "RequireLowercase", any(map(_lower, password))), "Password must have lowercase characters"),
        (_kept(policy, "RequireUppercase", any(map(_upper, password))), "Password must have uppercase characters"),
        (_kept(policy, "RequireNumbers", any(map(_digit, password))), "Password must have numeric characters"),
        (_kept(policy, "RequireSymbols", bool(_SYMBOLS & set(password))), "Password must have symbol characters"),
    )
    for kept, complaint in rules:
        if not kept:
            raise CognitoError("InvalidPasswordException", f"Password did not conform with policy: {complaint}")


def _kept(policy: Mapping[str, Any], rule: str, fulfilled: bool) -> bool:
    return fulfilled or not policy.get(rule, True)


def _lower(character: str) -> bool:
    return "a" <= character <= "z"


def _upper(character: str) -> bool:
    return "A" <= character <= "Z"


def _digit(character: str) -> bool:
    return "0" <= character <= "9"


def set_password(call: Call, user: Any, password: str) -> None:
    """Give a user another password, within the policy and the history; failed attempts are forgotten.

    Raises:
        CognitoError: ``InvalidPasswordException`` or ``PasswordHistoryPolicyViolationException``.
    """
    check_policy(call.pool, password)
    policy = section(call.pool.extended_config, "Policies", "PasswordPolicy")
    size = int(policy.get("PasswordHistorySize") or 0)
    state = user_state(call.pool, user)
    known = [*state.password_history, *([user.password] if user.password else [])][-size:] if size else []
    if any(hmac.compare_digest(old.encode(), password.encode()) for old in known):
        # The words are unverified.
        raise CognitoError("PasswordHistoryPolicyViolationException", "Password has previously been used")
    state.password_history = known
    user.password = password
    note_success(call, user)
