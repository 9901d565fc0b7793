"""The policy for passwords and the history of passwords, which a new password must follow.

Never here: the proof of a password.
"""

import hmac
from typing import Final

from ..._moto import MotoPool, MotoUser
from ..request import Call, CognitoError, Members, number, section
from ..state import user_state
from .lockout import record_success

_SYMBOLS: Final = frozenset("^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- ")


def check_policy(pool: MotoPool, password: str) -> None:
    """Refuse a password that the policy of the pool forbids.

    Raises:
        CognitoError: ``InvalidPasswordException`` with the first rule that the password breaks.
    """
    policy = _policy(pool)
    rules = (
        (len(password) >= number(policy, "MinimumLength", 8), "Password not long enough"),
        # 256 is the maximum in botocore's model of the operations.
        (len(password) <= 256, "Password too long"),
        (_kept(policy, "RequireLowercase", any(map(_lower, password))), "Password must have lowercase characters"),
        (_kept(policy, "RequireUppercase", any(map(_upper, password))), "Password must have uppercase characters"),
        (_kept(policy, "RequireNumbers", any(map(_digit, password))), "Password must have numeric characters"),
        (_kept(policy, "RequireSymbols", bool(_SYMBOLS & set(password))), "Password must have symbol characters"),
    )
    for kept, complaint in rules:
        if not kept:
            raise CognitoError("InvalidPasswordException", f"Password did not conform with policy: {complaint}")


def _policy(pool: MotoPool) -> Members:
    return section(pool.extended_config, "Policies", "PasswordPolicy")


def _kept(policy: Members, rule: str, fulfilled: bool) -> bool:
    return fulfilled or not policy.get(rule, True)


def _lower(character: str) -> bool:
    return "a" <= character <= "z"


def _upper(character: str) -> bool:
    return "A" <= character <= "Z"


def _digit(character: str) -> bool:
    return "0" <= character <= "9"


def set_password(call: Call, user: MotoUser, password: str) -> None:
    """Give a user another password, if the policy and the history allow it. Failed attempts are forgotten.

    Raises:
        CognitoError: ``InvalidPasswordException`` or ``PasswordHistoryPolicyViolationException``.
    """
    check_policy(call.pool, password)
    size = number(_policy(call.pool), "PasswordHistorySize")
    state = user_state(call.pool, user)
    known = [*state.password_history, *([user.password] if user.password else [])][-size:] if size else []
    if any(hmac.compare_digest(old.encode(), password.encode()) for old in known):
        # The words are unverified.
        raise CognitoError("PasswordHistoryPolicyViolationException", "Password has previously been used")
    state.password_history = known
    user.password = password
    record_success(call, user)
