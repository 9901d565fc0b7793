"""Requests and answers in Cognito's JSON protocol, translated.

Never here: moto, a socket or state.
"""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final, cast

import attrs

JSON: Final = "application/x-amz-json-1.1"


@attrs.frozen(kw_only=True)
class Incoming:
    """A request that arrived: its operation, its parameters, and the AWS account it belongs to."""

    operation: str
    parameters: Mapping[str, object] = attrs.field(repr=False)
    account: str


@attrs.frozen(kw_only=True)
class Answer:
    """An HTTP answer. ``error`` is the name of the error, so that no caller parses the body for it."""

    status: int = 200
    body: str = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    error: str | None = None


def parameters_of(body: str | bytes) -> Mapping[str, object]:
    """The parameters in the body of a request. An empty body has no parameters.

    Raises:
        ValueError: The body is not a JSON object.
    """
    parameters: object = json.loads(body or "{}")
    if not isinstance(parameters, dict):
        raise ValueError("not a JSON object")
    return cast("dict[str, object]", parameters)


def success(result: Mapping[str, object]) -> Answer:
    """The answer of an operation that succeeded."""
    return Answer(body=json.dumps(result, default=_plain), headers={"Content-Type": JSON})


def refusal(code: str, message: str, status: int = 400) -> Answer:
    """An error. Its name is in the body and in the header, because some clients read only one of the two."""
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
