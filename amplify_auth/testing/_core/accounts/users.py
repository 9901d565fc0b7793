"""moto's users as Cognito sees them: found by name, sub or alias; attributes checked; destinations masked.

The user objects stay moto's, so that admin operations and fixtures act on the same users. Never here: passwords.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import CognitoError, invalid_parameter, not_authorized, user_not_found
from amplify_auth.testing._core.request.settings import names, section
from amplify_auth.testing._core.state.store import user_state

_MEDIUM: Final = {"email": "EMAIL", "phone_number": "SMS"}
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE: Final = re.compile(r"\+[0-9]{1,15}")


def case_sensitive(pool: Any) -> bool:
    """Whether ``Alice`` and ``alice`` are two users: ``UsernameConfiguration``, sensitive by default."""
    return bool(section(pool.extended_config, "UsernameConfiguration").get("CaseSensitive", True))


def _folded(pool: Any, name: str) -> str:
    return name if case_sensitive(pool) else name.casefold()


def find(pool: Any, name: str) -> Any | None:
    """The user a sign-in with ``name`` means: by its username, or by an alias it may be called by.

    Aliases of ``AliasAttributes`` count once verified (``preferred_username`` at once); attributes of
    ``UsernameAttributes`` count at once, because they are the name. A sub is no name: recorded in
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


def _aliases(pool: Any, user: Any) -> Iterable[str]:
    config, attributes = pool.extended_config, user.attribute_lookup
    for name in names(config, "UsernameAttributes"):
        if name in attributes:
            yield str(attributes[name])
    for name in names(config, "AliasAttributes"):
        verified = name == "preferred_username" or is_true(attributes.get(f"{name}_verified"))
        if name in attributes and verified:
            yield str(attributes[name])


def required_user(call: Call, name: str) -> Any:
    """The user called ``name``.

    Raises:
        CognitoError: ``UserNotFoundException``; with ``PreventUserExistenceErrors`` the answer a wrong password gets.
    """
    user = find(call.pool, name)
    if user is None:
        raise not_authorized() if hides_users(call) else user_not_found()
    return user


def hides_users(call: Call) -> bool:
    """Whether the client must not tell which users exist (``PreventUserExistenceErrors``)."""
    return call.strict and call.client.extended_config.get("PreventUserExistenceErrors") == "ENABLED"


def status(user: Any) -> str:
    """The user's status as Cognito spells it, such as ``CONFIRMED``."""
    return str(getattr(user.status, "name", user.status))


def set_status(user: Any, name: str) -> None:
    """Give the user another status, in the type moto compares by identity."""
    kind = cast(Any, type(user.status))
    user.status = kind[name]


def check_enabled(user: Any) -> None:
    """Refuse a disabled user.

    Raises:
        CognitoError: ``NotAuthorizedException``.
    """
    if not user.enabled:
        # Recorded: https://github.com/aws-amplify/amplify-js/issues/5503
        raise not_authorized("User is disabled.")


def check_usable(user: Any) -> None:
    """Refuse a user who may not use tokens: disabled, not confirmed, or due for a new password.

    Raises:
        CognitoError: ``NotAuthorizedException``, ``UserNotConfirmedException`` or ``PasswordResetRequiredException``.
    """
    check_enabled(user)
    if status(user) == "UNCONFIRMED":
        raise CognitoError("UserNotConfirmedException", "User is not confirmed.")
    if status(user) == "RESET_REQUIRED":
        raise CognitoError("PasswordResetRequiredException", "Password reset required for the user")


def create(pool: Any, username: str | None, password: str | None, attributes: Mapping[str, str], *, state: str) -> Any:
    """Add a user to moto's pool.

    Args:
        pool: moto's pool.
        username: None for a UUID, as in pools whose users are called by an attribute.
        password: None for a user without a password.
        attributes: All attributes but ``sub``.
        state: Status of the new user, such as ``UNCONFIRMED``.
    """
    from moto.cognitoidp.models import CognitoIdpUser, UserStatus

    listed = [{"Name": name, "Value": value} for name, value in attributes.items()]
    user: Any = CognitoIdpUser(
        user_pool_id=pool.id,
        username=username,
        password=password,
        status=UserStatus[state],
        attributes=listed,
    )
    pool.users[user.username] = user
    user_state(pool, user)
    return user


def attributes_of(user: Any) -> dict[str, str]:
    """The user's attributes, ``sub`` among them."""
    return dict(user.attribute_lookup)


def set_attributes(user: Any, changes: Mapping[str, str]) -> None:
    """Change or add attributes, unchecked."""
    user.update_attributes([{"Name": name, "Value": value} for name, value in changes.items()])


def is_true(value: object) -> bool:
    """Whether an attribute's text means true."""
    return str(value).lower() == "true"


def is_verified(user: Any, attribute: str) -> bool:
    """Whether the user has the attribute (``email`` or ``phone_number``) and proved to own it."""
    lookup = user.attribute_lookup
    return attribute in lookup and is_true(lookup.get(f"{attribute}_verified"))


def listed_attributes(members: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """``[{"Name": ..., "Value": ...}]`` as a mapping."""
    return {str(member["Name"]): str(member.get("Value", "")) for member in members or ()}


def is_email(value: str) -> bool:
    """Whether a name has the form of an e-mail address."""
    return _EMAIL.fullmatch(value) is not None


def is_phone(value: str) -> bool:
    """Whether a name has the form of a phone number."""
    return _PHONE.fullmatch(value) is not None


def mask(attribute: str, destination: str) -> str:
    """The destination as Cognito shows it: ``a***@e***`` or ``+*******4567``."""
    if attribute == "email":
        local, _, domain = destination.partition("@")
        return f"{local[:1]}***@{domain[:1]}***"
    return f"+{'*' * max(len(destination) - 5, 0)}{destination[-4:]}"


def delivery(attribute: str, destination: str) -> dict[str, str]:
    """``CodeDeliveryDetails`` for a message to ``destination``."""
    return {
        "Destination": mask(attribute, destination),
        "DeliveryMedium": _MEDIUM[attribute],
        "AttributeName": attribute,
    }


def medium(attribute: str) -> str:
    """``EMAIL`` or ``SMS``."""
    return _MEDIUM[attribute]


def check_attributes(call: Call, attributes: Mapping[str, str], *, client: Any, changing: bool = False) -> None:
    """Check attributes a client wants to write against the pool's schema.

    Args:
        call: The request.
        attributes: What is to be written.
        client: The app client that writes.
        changing: Whether the user exists already, so that immutable attributes are refused.

    Raises:
        CognitoError: ``InvalidParameterException`` for an unknown, immutable or malformed attribute;
            ``NotAuthorizedException`` for one the client may not write.
    """
    schema = call.pool.schema_attributes
    writable = client.extended_config.get("WriteAttributes")
    standard = _standard_attributes()
    unknown = [name for name in attributes if name not in schema and name not in standard]
    if not call.strict:
        unknown = [name for name in unknown if not name.startswith("custom:")]
    if unknown:
        # Recorded: https://github.com/aws-amplify/amplify-flutter/issues/509
        raise _nonconforming("".join(f"{name}: Attribute does not exist in the schema.\n" for name in unknown))
    for name, value in attributes.items():
        known = schema.get(name)
        immutable = name == "sub" or (changing and known is not None and not known.mutable)
        if immutable:
            raise invalid_parameter(f"user.{name}: Attribute cannot be updated.\n")
        if name.endswith("_verified") and name in standard:
            raise not_authorized("A client attempted to write unauthorized attribute")
        if call.strict and writable and name not in writable:
            raise not_authorized("A client attempted to write unauthorized attribute")
        _check_form(name, value, known)


def _check_form(name: str, value: str, schema: Any | None) -> None:
    if name == "phone_number" and value and not is_phone(value):
        raise invalid_parameter("Invalid phone number format.")
    if name == "email" and value and not is_email(value):
        raise invalid_parameter("Invalid email address format.")
    limits: Mapping[str, Any] = getattr(schema, "string_constraints", None) or {}
    shortest, longest = int(limits.get("MinLength") or 0), int(limits.get("MaxLength") or 2048)
    if len(value) < shortest:
        raise _nonconforming(f"{name}: String must be longer than {shortest}.\n")
    if len(value) > longest:
        raise _nonconforming(f"{name}: String must be shorter than {longest}.\n")


def missing_required(pool: Any, attributes: Mapping[str, str]) -> list[str]:
    """Names of attributes the pool requires and these lack, ``sub`` aside, in the schema's order."""
    required = (name for name, known in pool.schema_attributes.items() if known.required and name != "sub")
    return [name for name in required if not attributes.get(name)]


def check_required(pool: Any, attributes: Mapping[str, str]) -> None:
    """Refuse attributes that lack what the pool requires.

    Raises:
        CognitoError: ``InvalidParameterException``.
    """
    lacking = missing_required(pool, attributes)
    if lacking:
        raise _nonconforming("\n".join(f"{name}: The attribute {name} is required" for name in lacking))


def _nonconforming(detail: str) -> CognitoError:
    return invalid_parameter(f"Attributes did not conform to the schema: {detail}")


def _standard_attributes() -> frozenset[str]:
    from moto.cognitoidp.models import CognitoIdpUserPoolAttribute

    return frozenset(CognitoIdpUserPoolAttribute.STANDARD_SCHEMA)
