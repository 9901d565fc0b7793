"""The attributes of users: read, written, and checked against the schema of the pool.

Never here: the aliases of users.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from ..._moto import MotoAttribute, MotoClient, MotoPool, MotoUser, standard_attributes, status_of
from ..request import Call, CognitoError, Members, invalid_parameter, names, not_authorized, number

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE: Final = re.compile(r"\+[0-9]{1,15}")


def attributes_of(user: MotoUser) -> dict[str, str]:
    """The user's attributes, with ``sub``."""
    return dict(user.attribute_lookup)


def attributes_for_triggers(user: MotoUser) -> dict[str, str]:
    """``request.userAttributes`` of a trigger's event: the attributes, and the status that Cognito adds."""
    return {**attributes_of(user), "cognito:user_status": status_of(user)}


def set_attributes(user: MotoUser, changes: Mapping[str, str]) -> None:
    """Change or add attributes, without checks."""
    user.update_attributes([{"Name": name, "Value": value} for name, value in changes.items()])


def is_true(value: object) -> bool:
    """True if the text of an attribute means true."""
    return str(value).lower() == "true"


def is_verified(user: MotoUser, attribute: str) -> bool:
    """True if the user has the attribute (``email`` or ``phone_number``) and it is verified."""
    lookup = user.attribute_lookup
    return attribute in lookup and is_true(lookup.get(f"{attribute}_verified"))


def listed_attributes(members: Iterable[Members]) -> dict[str, str]:
    """``[{"Name": ..., "Value": ...}]`` as a mapping."""
    return {str(member["Name"]): str(member.get("Value", "")) for member in members}


def is_email(value: str) -> bool:
    """True if the text has the form of an e-mail address."""
    return _EMAIL.fullmatch(value) is not None


def is_phone(value: str) -> bool:
    """True if the text has the form of a phone number."""
    return _PHONE.fullmatch(value) is not None


def check_attributes(call: Call, attributes: Mapping[str, str], *, client: MotoClient, changing: bool = False) -> None:
    """Check the attributes that a client wants to write.

    Args:
        call: The request.
        attributes: The attributes.
        client: The app client that writes.
        changing: True if the user exists already, so that immutable attributes are refused.

    Raises:
        CognitoError: ``InvalidParameterException`` for an unknown, immutable or malformed attribute;
            ``NotAuthorizedException`` for one that the client may not write.
    """
    schema = call.pool.schema_attributes
    writable = names(client.extended_config, "WriteAttributes")
    standard = standard_attributes()
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


def _check_form(name: str, value: str, schema: MotoAttribute | None) -> None:
    if name == "phone_number" and value and not is_phone(value):
        raise invalid_parameter("Invalid phone number format.")
    if name == "email" and value and not is_email(value):
        raise invalid_parameter("Invalid email address format.")
    limits: Members = getattr(schema, "string_constraints", None) or {}
    shortest, longest = number(limits, "MinLength"), number(limits, "MaxLength", 2048)
    if len(value) < shortest:
        raise _nonconforming(f"{name}: String must be longer than {shortest}.\n")
    if len(value) > longest:
        raise _nonconforming(f"{name}: String must be shorter than {longest}.\n")


def missing_required(pool: MotoPool, attributes: Mapping[str, str]) -> list[str]:
    """The names of the required attributes that are missing, without ``sub``, in the order of the schema."""
    required = (name for name, known in pool.schema_attributes.items() if known.required and name != "sub")
    return [name for name in required if not attributes.get(name)]


def check_required(pool: MotoPool, attributes: Mapping[str, str]) -> None:
    """Refuse attributes if one that the pool requires is missing.

    Raises:
        CognitoError: ``InvalidParameterException``.
    """
    lacking = missing_required(pool, attributes)
    if lacking:
        raise _nonconforming("\n".join(f"{name}: The attribute {name} is required" for name in lacking))


def _nonconforming(detail: str) -> CognitoError:
    return invalid_parameter(f"Attributes did not conform to the schema: {detail}")
