"""Cognito's answers as checked values. Pure: the only file that knows how an answer is spelled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, final

from .._arguments import is_text
from .._masking import Masked, secret, value
from .._values import CodeDeliveryDetails
from ..errors import AuthProtocolError


def wrong(what: str, *, name: str = "InvalidResponse", operation: str | None = None) -> AuthProtocolError:
    """The error for an answer that cannot be right. ``what`` repeats no value but a challenge's name."""
    return AuthProtocolError(what, name=name, operation=operation)


def text_of(values: Mapping[str, Any], name: str, operation: str) -> str | None:
    """A member that is text, if it is there at all; an empty one is not."""
    value = values.get(name)
    if value is not None and not is_text(value):
        raise wrong(f"{name} of the answer to {operation} is not text.", operation=operation)
    return value or None


@final
@value(kw_only=True)
class Reply(Masked):
    """An answer to ``InitiateAuth`` or ``RespondToAuthChallenge``: a challenge, or the ``result`` with tokens."""

    operation: str
    challenge_name: str | None
    session: str | None = secret()
    parameters: Mapping[str, str] = secret()
    result: Mapping[str, Any] | None = secret()
    available_challenges: tuple[str, ...] = ()

    @classmethod
    def parse(cls, operation: str, answer: Mapping[str, Any]) -> Reply:
        """The checked form of ``answer``; raises `AuthProtocolError` for what Cognito would not say."""
        name = text_of(answer, "ChallengeName", operation)
        result = answer.get("AuthenticationResult")
        if result == {} and name:  # how a server spells null where botocore reads a structure of nulls
            result = None
        parameters = {} if answer.get("ChallengeParameters") is None else answer["ChallengeParameters"]
        available = answer.get("AvailableChallenges") or ()
        if result is not None and not isinstance(result, Mapping):
            raise wrong(f"AuthenticationResult of {operation} is not a structure.", operation=operation)
        if not isinstance(parameters, Mapping):
            raise wrong(f"ChallengeParameters of {operation} are not a structure.", operation=operation)
        parameters = {key: value for key, value in parameters.items() if value is not None}
        odd = [repr(key)[:80] for key, value in parameters.items() if not is_text(value)]
        if odd:
            raise wrong(f"ChallengeParameters of {operation} are not text: {', '.join(odd)}.", operation=operation)
        if not isinstance(available, list | tuple) or not all(map(is_text, available)):
            raise wrong(f"AvailableChallenges of {operation} are not a list of text.", operation=operation)
        if result is None and not name:
            raise wrong(f"The answer to {operation} has neither tokens nor a challenge.", operation=operation)
        return cls(
            operation=operation,
            challenge_name=None if result is not None else name,
            session=text_of(answer, "Session", operation),
            parameters=parameters,
            result=result,
            available_challenges=tuple(available),
        )

    @property
    def username(self) -> str | None:
        """Cognito's name for the user, where it says so."""
        return self.parameters.get("USERNAME") or self.parameters.get("USER_ID_FOR_SRP")

    def required(self, name: str, error: str = "InvalidResponse") -> str:
        """A challenge parameter that must be there."""
        value = self.parameters.get(name)
        if not value:
            raise wrong(f"{name} was not found in challengeParameters of {self.challenge_name}.", name=error)
        return value

    def json_list(self, name: str) -> tuple[str, ...]:
        """A challenge parameter that is a JSON list of text; empty where it is missing."""
        text = self.parameters.get(name)
        if not text:
            return ()
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, list) or not all(map(is_text, value)):
            raise wrong(f"{name} of {self.challenge_name} is not a JSON list of text: {text[:80]!r}.")
        return tuple(value)

    def code_delivery(self) -> CodeDeliveryDetails:
        """Where the code of this challenge went."""
        return CodeDeliveryDetails(
            destination=self.parameters.get("CODE_DELIVERY_DESTINATION"),
            delivery_medium=self.parameters.get("CODE_DELIVERY_DELIVERY_MEDIUM"),
        )


def delivery_details(answer: Mapping[str, Any], operation: str) -> CodeDeliveryDetails:
    """``CodeDeliveryDetails`` of an answer; empty where there is none."""
    details = answer.get("CodeDeliveryDetails") or {}
    if not isinstance(details, Mapping):
        raise wrong(f"CodeDeliveryDetails of {operation} are not a structure.", operation=operation)
    return CodeDeliveryDetails(
        destination=text_of(details, "Destination", operation),
        delivery_medium=text_of(details, "DeliveryMedium", operation),
        attribute_name=text_of(details, "AttributeName", operation),
    )
