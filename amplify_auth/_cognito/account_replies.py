"""Reads the answers about the attributes of a user. It sends nothing."""

from __future__ import annotations

from .._arguments import is_list, is_mapping
from .._values import CodeDeliveryDetails, UserAttributes
from .reply import Members, delivery_details, optional_text, protocol_error


def structures(members: Members, name: str, operation: str) -> tuple[Members, ...]:
    """The member as a list of structures, empty if it is missing.

    Raises `AuthProtocolError` if it is something else.
    """
    found = members.get(name)
    if found is None:
        return ()
    listed = [item for item in found if is_mapping(item)] if is_list(found) else []
    if not is_list(found) or len(listed) != len(found):
        raise protocol_error(f"{name} of the answer to {operation} is not a list of structures.", operation=operation)
    return tuple(listed)


def named_values(members: Members, name: str, operation: str) -> dict[str, str]:
    """A list of ``{Name, Value}`` as a mapping. What has no value is an empty text; what has no name is left out."""
    pairs = [
        (optional_text(item, "Name", operation), optional_text(item, "Value", operation))
        for item in structures(members, name, operation)
    ]
    return {key: found or "" for key, found in pairs if key is not None}


def attributes_of_user(answer: Members) -> UserAttributes:
    """``UserAttributes`` of an answer to ``GetUser``."""
    if answer.get("UserAttributes") is None:  # every user has a sub at least
        raise protocol_error("The answer to GetUser has no attributes.", operation="GetUser")
    return UserAttributes(named_values(answer, "UserAttributes", "GetUser"))


def deliveries(answer: Members, operation: str) -> dict[str, CodeDeliveryDetails]:
    """``CodeDeliveryDetailsList`` of an answer, by the attribute. What names no attribute is left out."""
    listed = [
        delivery_details({"CodeDeliveryDetails": item}, operation)
        for item in structures(answer, "CodeDeliveryDetailsList", operation)
    ]
    return {details.attribute_name: details for details in listed if details.attribute_name is not None}
