"""Whom account messages (confirmation, recovery) go to, users who are hidden included. Never here: the messages."""

from typing import Any

from amplify_auth.testing._core.accounts.users import delivery, find, hides_users, is_email, is_phone
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import user_not_found


def account_user(call: Call, name: str) -> Any | None:
    """The user called ``name``; None for one that is not there and whose absence the client must hide.

    Raises:
        CognitoError: ``UserNotFoundException`` where nothing is hidden.
    """
    user = find(call.pool, name)
    if user is None and not hides_users(call):
        raise user_not_found("Username/client id combination not found.")
    return user


def simulated_delivery(call: Call, name: str) -> dict[str, str]:
    """``CodeDeliveryDetails`` of a message nobody gets; by the form of the name, always the same.

    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
    """
    if is_phone(name):
        return delivery("phone_number", name)
    return delivery("email", name if is_email(name) else f"{name}@y")
