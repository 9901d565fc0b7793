"""Reads the answers about the attributes of a user. It sends nothing."""

from __future__ import annotations

from .._cognito import Answer, delivery_details, optional_text, protocol_error, structures
from .._values import CodeDeliveryDetails
from .values import UserAttributes


def named_values(members: Answer, name: str, operation: str) -> dict[str, str]:
    """A list of ``{Name, Value}`` as a mapping. What has no value is an empty text; what has no name is left out."""
    pairs = [
        (optional_text(item, "Name", operation), optional_text(item, "Value", operation))
        for item in structures(members, name, operation)
    ]
    return {key: found or "" for key, found in pairs if key is not None}


def attributes_of_user(answer: Answer) -> UserAttributes:
    """``UserAttributes`` of an answer to ``GetUser``."""
    if answer.get("UserAttributes") is None:  # every user has a sub at least
        raise protocol_error("The answer to GetUser has no attributes.", operation="GetUser")
    return UserAttributes(named_values(answer, "UserAttributes", "GetUser"))


def deliveries(answer: Answer, operation: str) -> dict[str, CodeDeliveryDetails]:
    """``CodeDeliveryDetailsList`` of an answer, by the attribute. What names no attribute is left out."""
    listed = [
        delivery_details({"CodeDeliveryDetails": item}, operation)
        for item in structures(answer, "CodeDeliveryDetailsList", operation)
    ]
    return {details.attribute_name: details for details in listed if details.attribute_name is not None}
