"""What botocore's service models flag as sensitive, and how it is found in requests and answers. It sends nothing.

Cognito's model flags tokens, passwords, sessions, secrets and one-time codes, and user names and client ids. It does
not flag the codes of sign-up and attribute verification, a device's verifier, or a passkey: ``_ALSO`` adds these. In
logs, challenge parameters and client metadata are masked too (``_IN_LOGS``).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from .._arguments import is_list, is_mapping
from .._masking import MASK
from .._values import FIRST_FACTORS

_ALSO = frozenset({"ConfirmationCode", "Code", "Credential", "DeviceSecretVerifierConfig", "SecretAccessKey"})
_IN_LOGS = _ALSO | {"ChallengeParameters", "ClientMetadata"}
#: The headers of any service that carry credentials; in lower case.
CREDENTIAL_HEADERS = (
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "x-amz-security-token",
    "x-amz-s3session-token",
    "x-moto-forgot-password-confirmation-code",  # moto, and the test bed, answer ForgotPassword with the code
)
_LONG = 24
_NAMES = frozenset({"UsernameType", "ClientIdType", "AttributeValueType"})
_NAME_KEYS = frozenset({"USERNAME", "USER_ID_FOR_SRP", "ChallengeName", "CHALLENGE_NAME", "PREFERRED_CHALLENGE"})
#: What the answer to a choice can be.
_CHOICES = frozenset({"SMS_MFA", "SOFTWARE_TOKEN_MFA", *FIRST_FACTORS})


Shape = Any
"""A shape of botocore's models. Which attributes it has depends on its ``type_name``."""


def masked(shape: Shape, value: object) -> object:
    """A copy of ``value``, a structure of botocore's ``shape``, with all that is sensitive masked."""
    if shape.type_name == "structure" and is_mapping(value):
        return {name: _masked_member(shape, name, item) for name, item in value.items()}
    if shape.metadata.get("sensitive"):
        return MASK
    if shape.type_name == "map" and is_mapping(value):
        return {key: masked(shape.value, item) for key, item in value.items()}
    if shape.type_name == "list" and is_list(value):
        return [masked(shape.member, item) for item in value]
    return MASK if shape.type_name in ("structure", "map", "list") and value is not None else value


def _masked_member(shape: Shape, name: str, item: object) -> object:
    if name in _IN_LOGS or name not in shape.members:
        return MASK
    return item if name == "ResponseMetadata" else masked(shape.members[name], item)


def secrets(shape: Shape, value: object, hidden: bool = False) -> Iterator[str]:
    """The secret texts in ``value``: what is sensitive, except names, ids and attributes."""
    hidden = hidden or (bool(shape.metadata.get("sensitive")) and shape.name not in _NAMES)
    if isinstance(value, str):
        if hidden and value not in _CHOICES:
            yield value
    elif getattr(shape, "is_document_type", False):
        if hidden:
            yield from _long_texts(value)
    elif is_mapping(value):
        for key, item in value.items():
            if key not in _NAME_KEYS:
                member = shape.members.get(key) if shape.type_name == "structure" else getattr(shape, "value", None)
                if member is not None:
                    yield from secrets(member, item, hidden or key in _ALSO)
    elif is_list(value) and shape.type_name == "list":
        for item in value:
            yield from secrets(shape.member, item, hidden)


def _long_texts(document: object) -> Iterator[str]:
    """The texts of a JSON document, such as a passkey's credential. Short ones are words, such as "public-key"."""
    waiting = [document]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str) and len(item) >= _LONG:
            yield item
        elif is_mapping(item):
            waiting += item.values()
        elif is_list(item):
            waiting += item


def is_sensitive(name: object) -> bool:
    """True if a member or header of this name, in upper or lower case, is sensitive in some operation of Cognito."""
    return isinstance(name, str) and name.lower() in _member_names()[0]


def is_public(name: str) -> bool:
    """True if a member of this name is known to Cognito's models, and sensitive in no operation."""
    return name == "__type" or name.lower() in _member_names()[1]


@cache
def _member_names() -> tuple[frozenset[str], frozenset[str]]:
    """What is sensitive in some operation of Cognito's two services, and everything else they know; in lower case."""
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    known: set[str] = set()
    sensitive = {
        *_IN_LOGS,
        *CREDENTIAL_HEADERS,
        "SecretKey",
        "SessionToken",
        "Logins",
        "message",
        "x-amzn-errormessage",
    }
    for service in ("cognito-idp", "cognito-identity"):
        # Without a botocore session, which would read the AWS profile: a broken profile must not matter.
        model: Any = ServiceModel(Loader().load_service_model(service, "service-2"))
        for shape in map(model.shape_for, model.shape_names):
            if shape.type_name == "structure":
                known |= shape.members.keys()
                sensitive |= {name for name, member in shape.members.items() if member.metadata.get("sensitive")}
    hidden = frozenset(map(str.lower, sensitive))
    return hidden, frozenset(map(str.lower, known)) - hidden
