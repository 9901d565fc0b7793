"""What the tests here look with: which values are secret, and everything in which one could show.

Every text that goes over the wire is a secret unless its name is on the list of public ones, so that a parameter
that Cognito adds is looked for without anybody thinking of it.
"""

from __future__ import annotations

import functools
import gc
import html
import json
import logging
import pickle
import re
import traceback
from collections.abc import Iterator, Mapping
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any
from urllib.parse import quote, quote_plus

import attrs
from botocore.client import BaseClient

#: Names of members, parameters and attributes whose values may be shown.
PUBLIC = frozenset(
    {
        *("AuthFlow", "AvailableChallenges", "ChallengeName", "CHALLENGE_NAME", "ClientId"),
        *("PREFERRED_CHALLENGE", "USERNAME", "USER_ID_FOR_SRP", "Username", "UserSub", "TIMESTAMP", "TokenType"),
        *("CODE_DELIVERY_DESTINATION", "CODE_DELIVERY_DELIVERY_MEDIUM", "Destination", "DeliveryMedium"),
        *("AttributeName", "Name", "DeviceName", "FriendlyDeviceName", "FRIENDLY_DEVICE_NAME", "Status", "EMAIL"),
        *("MFAS_CAN_CHOOSE", "MFAS_CAN_SETUP", "requiredAttributes", "userAttributes", "DeviceKey", "DEVICE_KEY"),
        *(
            "DeviceGroupKey",
            "AccessKeyId",
            "IdentityId",
            "IdentityPoolId",
            "ResponseMetadata",
            "Code",
            "UserAttributes",
            "UserAttributeNames",
        ),
        *("DeviceAttributes", "DeviceRememberedStatus", "CredentialId", "FriendlyCredentialName", "RelyingPartyId"),
        *("AuthenticatorAttachment", "AuthenticatorTransports"),
        *("ConfiguredUserAuthFactors", "PreferredMfaSetting", "UserMFASettingList"),
        *("SessionId", "SessionType", "OriginSessionId", "DeviceType", "RevokeAssociatedSessions"),
        *("City", "Country", "NextToken", "PaginationToken"),
        "LastIPAddress",  # here it is the address of the endpoint
        "question",  # of a custom challenge: Cognito calls its parameters public
    }
)
#: Full of words such as "preferred". The flow of passkeys notes what is secret in them.
NOT_OURS = frozenset({"StartWebAuthnRegistration", "CompleteWebAuthnRegistration", "CreateIdentityPool"})
#: ``ANSWER`` is a choice among public ones here, and a secret for CUSTOM_CHALLENGE.
CHOICES = frozenset({"SELECT_MFA_TYPE", "SELECT_CHALLENGE"})


def values_of(name: str, value: Any, public: frozenset[str]) -> Iterator[str]:
    """The texts in ``value`` that may not be shown."""
    if name in public:
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from values_of(str(key), item, public)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from values_of(name, item, public)


class Wire:
    """Notes what is said to Cognito and what it says, by the words that botocore is given."""

    def __init__(self) -> None:
        self.secrets: set[str] = set()
        self.operations: list[str] = []

    def tap(self, monkeypatch: Any) -> None:
        original = BaseClient._make_api_call

        def call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            if operation in NOT_OURS:
                return original(client, operation, parameters)
            is_choice = parameters.get("ChallengeName") in CHOICES
            self.operations.append(operation)
            self.secrets.update(values_of("", parameters, PUBLIC | {"ANSWER"} if is_choice else PUBLIC))
            answer = original(client, operation, parameters)
            self.secrets.update(values_of("", answer, PUBLIC))
            return answer

        monkeypatch.setattr(BaseClient, "_make_api_call", call)


@functools.cache
def spellings(secret: str) -> set[str]:
    """``secret`` as the usual ways to quote a text write it."""
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        ascii(secret)[1:-1],
        repr(secret.encode())[2:-1],
        repr(json.dumps(secret).encode())[3:-2],
        json.dumps(secret)[1:-1].replace("/", "\\/"),
        html.escape(secret),
        html.escape(json.dumps(secret)[1:-1]),
        quote(secret, errors="replace"),
        quote_plus(secret, errors="replace"),
    }


def leaks(shown: str | bytes, secrets: set[str]) -> list[str]:
    """Those of ``secrets`` that stand in ``shown``; a code of a few digits must stand alone, and not in a number."""
    text = shown.decode("utf-8", "surrogateescape") if isinstance(shown, bytes) else shown
    return [
        secret for secret in secrets if len(secret) > 5 and any(stands_in(text, form) for form in spellings(secret))
    ]


def stands_in(text: str, secret: str) -> bool:
    if secret not in text:
        return False
    return not secret.isdigit() or len(secret) > 8 or re.search(rf"(?<![\w.]){secret}(?!\w)", text) is not None


# Everything that can be reached


_CONTAINERS = (dict, list, tuple, set, frozenset, MappingProxyType)


def is_ours(value: object) -> bool:
    module = type(value).__module__
    return module.startswith("amplify_auth") and not module.startswith("amplify_auth.testing")


def reach(*roots: object) -> Iterator[Any]:
    """Every object of the library, and every exception, that can be reached from ``roots``."""
    seen: dict[int, object] = {}  # keeps them alive, so that no id is given again
    waiting = list(roots)
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen[id(value)] = value
        if isinstance(value, BaseException):
            yield value
            waiting += [value.__cause__, value.__context__, vars(value), value.args]
        elif is_ours(value):
            yield value
            waiting += [getattr(value, name) for name in properties(value)]
            waiting += held_by(value)
        elif isinstance(value, _CONTAINERS):
            waiting += held_by(value)


def held_by(value: object) -> list[Any]:
    """What ``value`` refers to.

    The collector alone does not say it: since Python 3.13 it finds nothing in the ``__dict__`` of an instance, because
    the instance itself keeps the values.
    """
    found = gc.get_referents(value)
    attributes = value if isinstance(value, dict) else getattr(value, "__dict__", None)
    if isinstance(attributes, dict):
        found += [*attributes, *attributes.values()]
    return found


def properties(value: object) -> list[str]:
    kind = type(value)
    return [name for name in dir(kind) if name[0] != "_" and isinstance(getattr(kind, name), property)]


def shown_by(value: Any) -> Iterator[str | bytes]:
    """All texts that ``value`` makes of itself without being asked for a secret."""
    yield from (repr(value), str(value), format(value), f"{value!a}", f"{value:}", "%s %r" % (value, value))  # noqa: UP031
    if isinstance(value, BaseException):
        yield repr(value.args)
        yield repr(vars(value))
        yield from inside([vars(value), value.args])
        yield repr(getattr(value, "__notes__", []))
        yield "".join(traceback.format_exception(value))
        yield from variables(value)
    try:
        yield pickle.dumps(value)
    except Exception as error:  # what cannot be pickled says so, and says no more
        yield repr(error)


def variables(error: BaseException) -> Iterator[str]:
    """The variables of the frames of ``error``, as error trackers and verbose tracebacks show them."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if is_beneath(str(frame.f_globals.get("__name__"))):
            yield from (f"{frame.f_code.co_name}: {name} = {item!r}" for name, item in frame.f_locals.items())


def is_beneath(module: str) -> bool:
    """True for the modules whose frames a program does not see: the library's own, and those that it calls."""
    package = module.partition(".")[0]
    return package in ("boto3", "botocore", "urllib3", "warrant_lite") or (
        package == "amplify_auth" and not module.startswith("amplify_auth.testing")
    )


def inside(*roots: object) -> Iterator[str | bytes]:
    """Every text and all bytes in what an exception holds, such as botocore's request and an answer that was cut."""
    seen: dict[int, object] = {}  # keeps them alive, so that no id is given again
    waiting = list(roots)
    while waiting:
        value = waiting.pop()
        if id(value) in seen or isinstance(value, type | ModuleType | FunctionType):
            continue
        seen[id(value)] = value
        if isinstance(value, str | bytes):
            yield value
        elif isinstance(value, bytearray | memoryview):
            yield bytes(value)
        elif isinstance(value, _CONTAINERS):
            waiting += held_by(value)
        else:
            waiting.append(getattr(value, "__dict__", None))


@attrs.define
class Observer:
    """Collects what a flow shows: of objects, in log records, in warnings."""

    wire: Wire
    texts: list[tuple[str, str | bytes]] = attrs.field(factory=list)

    def look_at(self, what: str, *roots: object) -> None:
        for value in reach(*roots):
            where = f"{what}: {type(value).__name__}"
            self.texts += [(where, text) for text in shown_by(value)]

    def leaked(self) -> set[str]:
        """Where a secret shows, and its beginning."""
        return {
            f"{where}: {secret[:12]!r}..."
            for where, text in set(self.texts)
            for secret in leaks(text, self.wire.secrets)
        }


class Recorder(logging.Handler):
    """Keeps what the records of a logger say, formatted as a handler of a program would."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))
