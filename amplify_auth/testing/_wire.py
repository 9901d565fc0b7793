"""Requests and answers as Cognito's JSON protocol carries them. Pure translation: no moto, no socket, no state."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

import attrs

JSON: Final = "application/x-amz-json-1.1"


@attrs.frozen(kw_only=True)
class Incoming:
    """A request that arrived: the operation it names, its parameters, and the AWS account it belongs to."""

    operation: str
    parameters: Mapping[str, Any] = attrs.field(repr=False)
    account: str


@attrs.frozen(kw_only=True)
class Answer:
    """What goes back. ``error`` repeats the name of a refusal, so that nobody parses the body for it."""

    status: int = 200
    body: str = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    error: str | None = None


def parameters_of(body: str | bytes) -> Mapping[str, Any]:
    """The parameters in a request's body; none for a body that is empty.

    Raises:
        ValueError: The body is not a JSON object.
    """
    parameters: object = json.loads(body or "{}")
    if not isinstance(parameters, dict):
        raise ValueError("not a JSON object")
    return cast("dict[str, Any]", parameters)


def success(result: Mapping[str, Any]) -> Answer:
    """The answer of an operation that did what was asked."""
    return Answer(body=json.dumps(result, default=_plain), headers={"Content-Type": JSON})


def refusal(code: str, message: str, status: int = 400) -> Answer:
    """An error, named in the body and in the header: clients read the one or the other."""
    return Answer(
        status=status,
        body=json.dumps({"__type": code, "message": message}),
        headers={"Content-Type": JSON, "x-amzn-errortype": code},
        error=code,
    )


def _plain(value: object) -> object:
    # https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html: timestamps are epoch seconds, blobs base64.
    if isinstance(value, datetime):
        return round(value.timestamp(), 3)
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"a {type(value).__name__} is not a JSON value")
