"""Users: found by name or alias, created, and refused by their status.

The user objects are those of moto, so that fixtures and an administrator's operations work on the same users.

Never here: attributes or passwords.
"""

from collections.abc import Iterator, Mapping

from ..._moto import MotoPool, MotoUser, new_user, status_of
from ..request import Call, CognitoError, case_sensitive, names, not_authorized, user_not_found
from ..state import user_state
from .attributes import is_true


def find(pool: MotoPool, name: str) -> MotoUser | None:
    """The user with this username or alias.

    An attribute of ``AliasAttributes`` is an alias once it is verified (``preferred_username`` at once). An attribute
    of ``UsernameAttributes`` is an alias at once, because it is the name. A sub is not a name: recorded in
    https://github.com/ministackorg/ministack/pull/1758.
    """
    exact = pool.users.get(name)
    if exact is not None:
        return exact
    wanted = _folded(pool, name)
    users = list(pool.users.values())
    for user in users:
        if _folded(pool, str(user.username)) == wanted:
            return user
    for user in users:
        if any(_folded(pool, value) == wanted for value in _aliases(pool, user)):
            return user
    return None


def _folded(pool: MotoPool, name: str) -> str:
    return name if case_sensitive(pool) else name.casefold()


def _aliases(pool: MotoPool, user: MotoUser) -> Iterator[str]:
    config, attributes = pool.extended_config, user.attribute_lookup
    for name in names(config, "UsernameAttributes"):
        if name in attributes:
            yield str(attributes[name])
    for name in names(config, "AliasAttributes"):
        verified = name == "preferred_username" or is_true(attributes.get(f"{name}_verified"))
        if name in attributes and verified:
            yield str(attributes[name])


def required_user(call: Call, name: str) -> MotoUser:
    """The user with this name.

    Raises:
        CognitoError: ``UserNotFoundException``. If the client hides users, the refusal of a wrong password.
    """
    user = find(call.pool, name)
    if user is None:
        raise not_authorized() if call.hides_users else user_not_found()
    return user


def account_user(call: Call, name: str) -> MotoUser | None:
    """The user with this name; None if the pool has no such user and the client hides that.

    Raises:
        CognitoError: ``UserNotFoundException``, if the client does not hide users.
    """
    user = find(call.pool, name)
    if user is None and not call.hides_users:
        raise user_not_found("Username/client id combination not found.")
    return user


def check_enabled(user: MotoUser) -> None:
    """Refuse a disabled user.

    Raises:
        CognitoError: ``NotAuthorizedException``.
    """
    if not user.enabled:
        # Recorded: https://github.com/aws-amplify/amplify-js/issues/5503
        raise not_authorized("User is disabled.")


def check_confirmed(user: MotoUser) -> None:
    """Refuse a user who has not confirmed the sign-up.

    Raises:
        CognitoError: ``UserNotConfirmedException``.
    """
    if status_of(user) == "UNCONFIRMED":
        raise CognitoError("UserNotConfirmedException", "User is not confirmed.")


def check_usable(user: MotoUser) -> None:
    """Refuse a user who may not use tokens: disabled, not confirmed, or in need of a new password.

    Raises:
        CognitoError: ``NotAuthorizedException``, ``UserNotConfirmedException`` or ``PasswordResetRequiredException``.
    """
    check_enabled(user)
    check_confirmed(user)
    if status_of(user) == "RESET_REQUIRED":
        raise CognitoError("PasswordResetRequiredException", "Password reset required for the user")


def create_user(
    pool: MotoPool, username: str | None, password: str | None, attributes: Mapping[str, str], *, status: str
) -> MotoUser:
    """Add a user to a pool, without checks.

    Args:
        pool: The pool.
        username: None for a UUID, as in pools with ``UsernameAttributes``.
        password: None for a user without a password.
        attributes: All attributes except ``sub``.
        status: The status of the user, such as ``UNCONFIRMED``.
    """
    user = new_user(pool, username, password, attributes, status)
    user_state(pool, user)
    return user
