"""The attributes of the signed-in user: read, changed, deleted, and verified."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from .. import _arguments as arguments
from .._account import attributes_of_user, deliveries
from .._cognito import delivery_details
from .._public_call import public
from .._session import Session
from .._values import CodeDeliveryDetails, ConfirmAttributeWithCode, Done, UpdateUserAttributeOutput
from ..errors import AuthValidationError
from .as_user import as_user


@public
def fetch_user_attributes(*, session: Session | None = None) -> Mapping[str, str]:
    """The attributes of the signed-in user, as Cognito has them now, such as ``email`` and ``custom:tier``.

    The claims of the ID token may be older: they are those of the last refresh.

    Args:
        session: The session; default: the default session.

    Returns:
        The values by name, of the attributes that the app client may read. An attribute without a value is an empty
        text. The ``repr`` shows the names only, because values are personal.

    Raises:
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        AuthServiceError: Cognito refused.
        AuthNetworkError: There was no answer.
        AuthProtocolError: The answer cannot be right.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``GetUser``.

    Example:
        >>> fetch_user_attributes()["email"]  # doctest: +SKIP
        'alice@example.com'
    """
    return attributes_of_user(as_user(session).call("GetUser"))


@public
def update_user_attributes(
    user_attributes: Mapping[str, str],
    *,
    client_metadata: Mapping[str, str] | None = None,
    session: Session | None = None,
) -> Mapping[str, UpdateUserAttributeOutput]:
    """Change attributes of the signed-in user. Cognito changes all of them, or none.

    A new ``email`` or ``phone_number`` can need a code. If the pool verifies the attribute, Cognito sends one, and
    ``is_updated`` is False. Pass the code to `confirm_user_attribute`, not to `confirm_sign_up`. Which value counts
    until then depends on the pool, and Cognito's answer does not say it:

    - Usually the new value **counts at once**, unverified. The old value is gone. A user who signs in with the address
      may be unable to sign in until the code is confirmed.
    - If the pool has ``AttributesRequireVerificationBeforeUpdate``, the old value counts until then.

    `fetch_user_attributes` shows which value counts. If the code is lost, change the attribute again, to the same
    value: that sends another code.

    An empty text deletes the attribute. ``sub``, ``email_verified`` and ``phone_number_verified`` cannot be written.
    The tokens have the former values until ``fetch_auth_session(force_refresh=True)``.

    Args:
        user_attributes: The new values by name.
        client_metadata: Passed to the pool's Lambda triggers.
        session: The session; default: the default session.

    Returns:
        What became of each attribute, by name. It has all names that were asked for. Cognito may add others that it
        has sent a code for.

    Raises:
        AuthValidationError: ``user_attributes`` is empty, or an argument has the wrong type; nothing was sent.
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        AttributeNotWritable: The app client may not write one of the attributes.
        InvalidParameterException: A value is malformed, an attribute does not exist in the pool, or it cannot be
            changed.
        AliasExistsException: The address belongs to another account.
        CodeDeliveryFailureException: The code could not be sent. The value may be changed.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer. The request is never sent twice, because it sends codes.
        AuthProtocolError: The answer cannot be right. The values may be changed.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``UpdateUserAttributes``.
    """
    return _update(
        arguments.some_texts(user_attributes, "user_attributes"),
        arguments.texts(client_metadata, "client_metadata"),
        session,
    )


@public
def update_user_attribute(
    attribute_key: str,
    value: str,
    *,
    client_metadata: Mapping[str, str] | None = None,
    session: Session | None = None,
) -> UpdateUserAttributeOutput:
    """Change one attribute of the signed-in user; see `update_user_attributes`.

    Args:
        attribute_key: The name of the attribute, such as ``"email"``. White space around it is removed.
        value: The new value. An empty text deletes the attribute.
        client_metadata: Passed to the pool's Lambda triggers.
        session: The session; default: the default session.

    Returns:
        What became of it.

    Raises:
        AuthValidationError: An argument is missing or has the wrong type; nothing was sent.
        AuthError: As `update_user_attributes`.

    Cognito operation: ``UpdateUserAttributes``.

    Example:
        >>> if not update_user_attribute("email", "alice@example.com").is_updated:  # doctest: +SKIP
        ...     confirm_user_attribute("email", input("Code: "))
    """
    key = _key(attribute_key, "attribute_key", "update_user_attribute")
    changed = arguments.optional(value, "value")
    if changed is None:
        raise AuthValidationError(
            "value is required to update_user_attribute",
            name="InvalidArgument",
            recovery_suggestion='Pass value. The empty text "" deletes the attribute.',
        )
    return _update({key: changed}, arguments.texts(client_metadata, "client_metadata"), session)[key]


def _update(
    values: Mapping[str, str], client_metadata: Mapping[str, str] | None, session: Session | None
) -> Mapping[str, UpdateUserAttributeOutput]:
    answer = as_user(session).call(
        "UpdateUserAttributes", UserAttributes=arguments.wire_attributes(values), ClientMetadata=client_metadata
    )
    done = UpdateUserAttributeOutput(is_updated=True, next_step=Done())
    unconfirmed = {
        name: UpdateUserAttributeOutput(
            is_updated=False, next_step=ConfirmAttributeWithCode(code_delivery_details=details)
        )
        for name, details in deliveries(answer, "UpdateUserAttributes").items()
    }
    return {**dict.fromkeys(values, done), **unconfirmed}


@public
def delete_user_attributes(user_attribute_keys: Collection[str], *, session: Session | None = None) -> None:
    """Delete attributes of the signed-in user. Attributes that the pool requires cannot be deleted.

    The tokens have the former values until ``fetch_auth_session(force_refresh=True)``.

    Args:
        user_attribute_keys: The names of the attributes.
        session: The session; default: the default session.

    Raises:
        AuthValidationError: ``user_attribute_keys`` is empty, or has the wrong type; nothing was sent.
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        AttributeNotWritable: The app client may not write one of the attributes.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer.
        AuthProtocolError: The answer is not Cognito's, but for example the page of a proxy.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``DeleteUserAttributes``.
    """
    keys = arguments.several(user_attribute_keys, "user_attribute_keys")
    as_user(session).call("DeleteUserAttributes", UserAttributeNames=list(keys))


@public
def send_user_attribute_verification_code(
    user_attribute_key: str,
    *,
    client_metadata: Mapping[str, str] | None = None,
    session: Session | None = None,
) -> CodeDeliveryDetails:
    """Send a code that proves the present value of ``email`` or ``phone_number``; `confirm_user_attribute` takes it.

    If a new value waits for its code, because the pool has ``AttributesRequireVerificationBeforeUpdate``, this may send
    the code for the old value. To get another code for the new one, call `update_user_attribute` with it again.

    Args:
        user_attribute_key: ``"email"`` or ``"phone_number"``. White space around it is removed.
        client_metadata: Passed to the pool's Lambda triggers.
        session: The session; default: the default session.

    Returns:
        Where the code went. The details are None if Cognito does not say it.

    Raises:
        AuthValidationError: An argument is missing or has the wrong type; nothing was sent.
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        InvalidParameterException: The attribute cannot be verified, or the user has no such attribute.
        LimitExceededException: Codes were asked for too often.
        AuthServiceError: Cognito refused for another reason, such as a code that could not be sent.
        AuthNetworkError: There was no answer. The request is never sent twice, because it sends a message.
        AuthProtocolError: The answer cannot be right.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``GetUserAttributeVerificationCode``.
    """
    operation = "GetUserAttributeVerificationCode"
    key = _key(user_attribute_key, "user_attribute_key", "send_user_attribute_verification_code")
    metadata = arguments.texts(client_metadata, "client_metadata")
    return delivery_details(as_user(session).call(operation, AttributeName=key, ClientMetadata=metadata), operation)


@public
def confirm_user_attribute(user_attribute_key: str, confirmation_code: str, *, session: Session | None = None) -> None:
    """Verify ``email`` or ``phone_number`` with the code that was sent.

    The code comes from `update_user_attributes` or `send_user_attribute_verification_code`. A value that waited for
    this code becomes the value of the attribute. After a wrong code, call it again.

    Args:
        user_attribute_key: ``"email"`` or ``"phone_number"``. White space around it is removed.
        confirmation_code: The code. White space in it is removed.
        session: The session; default: the default session.

    Raises:
        AuthValidationError: ``EmptyConfirmUserAttributeCode``, or another argument is missing or has the wrong type;
            nothing was sent.
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        CodeMismatchException: The code is wrong.
        ExpiredCodeException: The code has expired or was used, or the attribute changed since it was sent.
        AliasExistsException: The address belongs to another account.
        LimitExceededException: Too many codes were wrong.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer. The request is never sent twice, because it spends the code.
        AuthProtocolError: The answer is not Cognito's, but for example the page of a proxy.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``VerifyUserAttribute``.
    """
    key = _key(user_attribute_key, "user_attribute_key", "confirm_user_attribute")
    code = arguments.code(
        confirmation_code,
        "confirmation_code",
        "EmptyConfirmUserAttributeCode",
        "confirmation code is required to confirm_user_attribute",
    )
    as_user(session).call("VerifyUserAttribute", AttributeName=key, Code=code)


def _key(value: object, argument: str, function: str) -> str:
    return arguments.trimmed(value, argument, f"{argument} is required to {function}")
