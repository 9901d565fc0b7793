"""``CodeDeliveryDetails``: where a message goes, with the destination masked.

Never here: the message, or its code.
"""

from typing import Final

from .attributes import is_email, is_phone

_MEDIUM: Final = {"email": "EMAIL", "phone_number": "SMS"}


def mask(attribute: str, destination: str) -> str:
    """The destination as Cognito shows it: ``a***@e***`` or ``+*******4567``."""
    if attribute == "email":
        local, _, domain = destination.partition("@")
        return f"{local[:1]}***@{domain[:1]}***"
    return f"+{'*' * max(len(destination) - 5, 0)}{destination[-4:]}"


def medium(attribute: str) -> str:
    """``EMAIL`` or ``SMS``."""
    return _MEDIUM[attribute]


def delivery(attribute: str, destination: str) -> dict[str, str]:
    """``CodeDeliveryDetails`` of a message to ``destination``."""
    return {
        "Destination": mask(attribute, destination),
        "DeliveryMedium": _MEDIUM[attribute],
        "AttributeName": attribute,
    }


def simulated_delivery(name: str) -> dict[str, str]:
    """``CodeDeliveryDetails`` for a user who does not exist. No message is sent. The same name has the same details.

    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
    """
    if is_phone(name):
        return delivery("phone_number", name)
    return delivery("email", name if is_email(name) else f"{name}@y")
