"""Checks the structure of Cognito's answers: the members of an answer become values. Tokens are read in ``tokens``.

It sends nothing and keeps nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import final

from .._arguments import is_list, is_mapping, is_text
from .._masking import Masked, Value, secret, value
from .._values import CodeDeliveryDetails
from ..errors import AuthProtocolError

Members = Mapping[str, object]
"""The members of a structure in an answer: nothing in it is checked."""

_NO_MEMBERS: Members = {}


def protocol_error(what: str, *, name: str = "InvalidResponse", operation: str | None = None) -> AuthProtocolError:
    """The error for an answer that cannot be right. ``what`` repeats no value except a challenge's name."""
    return AuthProtocolError(what, name=name, operation=operation)


def optional_text(members: Members, name: str, operation: str) -> str | None:
    """The member as str, or None if it is missing or empty. Raises `AuthProtocolError` if it is not text."""
    found = members.get(name)
    if found is not None and not is_text(found):
        raise protocol_error(f"{name} of the answer to {operation} is not text.", operation=operation)
    return found or None


def optional_texts(members: Members, name: str, operation: str) -> tuple[str, ...]:
    """The member as a list of text, empty if it is missing. Raises `AuthProtocolError` if it is something else."""
    found = members.get(name) or ()
    texts = [item for item in found if is_text(item)] if is_list(found) else []
    if not is_list(found) or len(texts) != len(found):
        raise protocol_error(f"{name} of {operation} are not a list of text.", operation=operation)
    return tuple(texts)


def optional_time(members: Members, name: str, operation: str) -> datetime | None:
    """The member as a time in UTC, or None if it is missing. Raises `AuthProtocolError` if it is not a time."""
    found = members.get(name)
    if found is None:
        return None
    try:
        if isinstance(found, datetime) and found.tzinfo is not None:
            return found.astimezone(UTC)
    except OverflowError:  # the first or the last hours of the calendar
        pass
    raise protocol_error(f"{name} of {operation} is not a time.", operation=operation)


def structure_or_empty(members: object, name: str) -> Members:
    """The member as a structure, empty if it is missing or something else."""
    found = members.get(name) if is_mapping(members) else None
    return found if is_mapping(found) else _NO_MEMBERS


def optional_structure(members: Members, name: str, operation: str, verb: str = "is") -> Members:
    """The member as a structure, empty if it is missing. Raises `AuthProtocolError` if it is something else."""
    found = members.get(name) or _NO_MEMBERS
    if not is_mapping(found):
        raise protocol_error(f"{name} of {operation} {verb} not a structure.", operation=operation)
    return found


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


@final
@value(kw_only=True, eq=False)
class Reply(Masked):
    """An answer to ``InitiateAuth`` or ``RespondToAuthChallenge``: a challenge, or the ``result`` with tokens."""

    operation: str
    challenge_name: str | None
    session: str | None = secret()
    parameters: Mapping[str, str] = secret()
    result: Members | None = secret()
    available_challenges: tuple[str, ...] = ()

    @classmethod
    def parse(cls, operation: str, answer: Members) -> Reply:
        """The checked form of ``answer``. Raises `AuthProtocolError` for what Cognito would not say."""
        name = optional_text(answer, "ChallengeName", operation)
        result = answer.get("AuthenticationResult")
        if result == {} and name:  # some emulators send {} instead of null
            result = None
        if result is not None and not is_mapping(result):
            raise protocol_error(f"AuthenticationResult of {operation} is not a structure.", operation=operation)
        parameters = _parameters(answer, operation)
        available = optional_texts(answer, "AvailableChallenges", operation)
        if result is None and not name:
            raise protocol_error(f"The answer to {operation} has neither tokens nor a challenge.", operation=operation)
        return cls(
            operation=operation,
            challenge_name=None if result is not None else name,
            session=optional_text(answer, "Session", operation),
            parameters=parameters,
            result=result,
            available_challenges=available,
        )

    @property
    def username(self) -> str | None:
        """Cognito's name for the user, if the answer has it."""
        return self.parameters.get("USERNAME") or self.parameters.get("USER_ID_FOR_SRP")

    def required(self, name: str, error: str = "InvalidResponse") -> str:
        """A challenge parameter that must be there."""
        found = self.parameters.get(name)
        if not found:
            raise protocol_error(f"{name} was not found in ChallengeParameters of {self.challenge_name}.", name=error)
        return found

    def json_list(self, name: str) -> tuple[str, ...]:
        """A challenge parameter that is a JSON list of text; empty if it is missing."""
        text = self.parameters.get(name)
        if not text:
            return ()
        try:
            found: object = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        listed = [item for item in found if is_text(item)] if is_list(found) else []
        if not is_list(found) or len(listed) != len(found):
            raise protocol_error(f"{name} of {self.challenge_name} is not a JSON list of text: {text[:80]!r}.")
        return tuple(listed)

    def code_delivery(self) -> CodeDeliveryDetails:
        """Where the code of this challenge went."""
        return CodeDeliveryDetails(
            destination=self.parameters.get("CODE_DELIVERY_DESTINATION"),
            delivery_medium=self.parameters.get("CODE_DELIVERY_DELIVERY_MEDIUM"),
        )


def _parameters(answer: Members, operation: str) -> Mapping[str, str]:
    found = answer.get("ChallengeParameters")
    if found is None:
        return {}
    if not is_mapping(found):
        raise protocol_error(f"ChallengeParameters of {operation} are not a structure.", operation=operation)
    odd = [repr(key)[:80] for key, item in found.items() if item is not None and not is_text(item)]
    if odd:
        raise protocol_error(f"ChallengeParameters of {operation} are not text: {', '.join(odd)}.", operation=operation)
    return {key: item for key, item in found.items() if is_text(item)}


def authentication_result(answer: Members, operation: str) -> Members:
    """``AuthenticationResult`` of an answer that must have it."""
    result = answer.get("AuthenticationResult")
    if not is_mapping(result):
        raise protocol_error(f"The answer to {operation} has no tokens.", name="InvalidTokens", operation=operation)
    return result


def delivery_details(answer: Members, operation: str) -> CodeDeliveryDetails:
    """``CodeDeliveryDetails`` of an answer; empty if they are missing."""
    details = optional_structure(answer, "CodeDeliveryDetails", operation, "are")
    return CodeDeliveryDetails(
        destination=optional_text(details, "Destination", operation),
        delivery_medium=optional_text(details, "DeliveryMedium", operation),
        attribute_name=optional_text(details, "AttributeName", operation),
    )


@final
@value(kw_only=True, eq=False)
class SignUpReply(Value):
    """An answer to ``SignUp``."""

    is_confirmed: bool
    user_id: str | None
    delivery: CodeDeliveryDetails

    @classmethod
    def parse(cls, answer: Members) -> SignUpReply:
        """The checked form of ``answer``. Raises `AuthProtocolError` for what Cognito would not say."""
        operation = "SignUp"
        delivery = delivery_details(answer, operation)
        confirmed, user_id = answer.get("UserConfirmed"), optional_text(answer, "UserSub", operation)
        if not isinstance(confirmed, bool):
            raise protocol_error(
                "The answer to SignUp does not say whether the user is confirmed.", operation=operation
            )
        return cls(is_confirmed=confirmed, user_id=user_id, delivery=delivery)


@final
@value(kw_only=True, eq=False)
class NewDevice(Value):
    """``NewDeviceMetadata``: the device that Cognito offers to register."""

    key: str
    group_key: str

    @classmethod
    def of(cls, result: Members) -> NewDevice | None:
        """The device that an ``AuthenticationResult`` offers; None if it offers no device."""
        name = "NewDeviceMetadata"
        metadata = result.get(name)
        if not metadata:
            return None
        if not is_mapping(metadata):
            raise protocol_error(f"{name} is not a structure.")
        key, group_key = (optional_text(metadata, member, name) for member in ("DeviceKey", "DeviceGroupKey"))
        if not key or not group_key:
            raise protocol_error(f"{name} lacks a key.")
        return cls(key=key, group_key=group_key)
