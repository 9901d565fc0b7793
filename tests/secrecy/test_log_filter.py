"""botocore's own log: in clear at DEBUG, masked by `SensitiveDataFilter`."""

from __future__ import annotations

import collections
import logging
import logging.handlers
import queue
import re
import sys
from collections.abc import Iterator, Mapping

import pytest
from botocore.awsrequest import AWSRequest
from botocore.session import Session as Botocore

from amplify_auth import SensitiveDataFilter
from amplify_auth._cognito.sensitive import _member_names
from tests.secrecy.bed import PASSWORD


def record(name: str, message: str, *arguments: object) -> logging.LogRecord:
    return logging.LogRecord(name, logging.DEBUG, "", 1, message, arguments, None)


def test_records_of_others_pass_unchanged() -> None:
    own = record("my.program", "body: %s", f'{{"Password": "{PASSWORD}"}}'.encode())

    assert SensitiveDataFilter().filter(own)
    assert "Canary" in own.getMessage()


@pytest.mark.parametrize(
    "arguments",
    [
        (b'{"AuthenticationResult": {"AccessToken": "canary-token"}}',),
        (b'{"AuthenticationResult": {"AccessToken": "canary-tok',),
        (b"<html>canary-token</html>",),
        (b"canary-token \xff\xfe",),
        ({"body": b'{"Password": "canary-token"}', "url": "http://x/"},),
        ({"body": '{"Password": "canary-token"}', "url": "http://x/"},),
        ({"body": object(), "context": {"Session": "canary-token"}},),
        ({"AccessToken": "canary-token"},),
        ({"x-amzn-errormessage": "canary-token"},),
        ({"ChallengeParameters": {"SRP_B": "canary-token", "SOMETHING_NEW": "canary-token"}},),
        ([{"Token": "canary-token"}],),
        (b"[" * 100_000 + b"canary-token",),
        (b'{"Session": ' + b"[" * 100_000,),
        (b'"canary-token"',),
        (b'["canary-token"]',),
        (b'{"errorMessage": "canary-token", "detail": ["canary-token"]}',),
        (b'{"NewSecretOfTomorrow": "canary-token"}',),
        (b'{"CredentialCreationOptions": {"challenge": "canary-token"}}',),
        ('{"Password": "canary-token"}',),
        (bytearray(b'{"Password": "canary-token"}'),),
        (memoryview(b'{"Password": "canary-token"}'),),
        ({"request": {"body": b'{"Password": "canary-token"}'}},),
        ([b'{"Password": "canary-token"}', (bytearray(b"canary-token"),)],),
        ({"body": {"WebIdentityToken": "canary-token"}},),
        ({"x-amzn-ErrorMessage": "canary-token"},),
        ({"password": "canary-token", "X-AMZ-SECURITY-TOKEN": b"canary-token"},),
        ({"Authorization": "Bearer canary-token", "Cookie": "a=1; b=canary-token", "Set-Cookie": "canary-token"},),
        ("POST\n/\n\nhost:x\nx-amz-security-token:canary-token\n\nhost;x-amz-security-token\n0",),
        ("https://x/?X-Amz-Security-Token=canary-token&X-Amz-SignedHeaders=host",),
        ("Proxy-Authorization: Basic canary-token",),
        (AWSRequest("POST", "http://x/", {"X-Amz-Security-Token": b"canary-token"}).prepare(),),
        (
            AWSRequest(
                "POST", "http://x/", {"authorization": 'it\'s "canary-token"', "cookie": "canary-token"}
            ).prepare(),
        ),
        (AWSRequest("GET", "http://x/?X-Amz-Security-Token=canary-token").prepare(),),
        (ValueError("canary-token"),),
        ({"error": ValueError("canary-token")},),
    ],
    ids=lambda arguments: re.sub(r" at 0x\w+", "", repr(arguments))[:40],
)
def test_what_botocore_may_log_is_masked(arguments: tuple[object, ...]) -> None:
    own = record("botocore.parsers", "said: %r", *arguments)

    assert SensitiveDataFilter().filter(own)
    assert "canary-token" not in own.getMessage()
    assert own.getMessage().startswith("said: ")


@pytest.mark.parametrize(
    ("argument", "shown"),
    [
        (b'{"ChallengeName": "SMS_MFA", "Session": "s"}', '{"ChallengeName": "SMS_MFA", "Session": "***"}'),
        (
            b'{"__type": "CodeMismatchException", "message": "s"}',
            '{"__type": "CodeMismatchException", "message": "***"}',
        ),
        (
            "POST\nhost:x\nx-amz-security-token:s\n\nhost;x-amz-security-token\n0",
            "POST\nhost:x\nx-amz-security-token:***\n\nhost;x-amz-security-token\n0",
        ),
        ("https://x/?X-Amz-Security-Token=s&X-Amz-Date=1", "https://x/?X-Amz-Security-Token=***&X-Amz-Date=1"),
        (
            AWSRequest("POST", "http://x/", {"X-Amz-Security-Token": b"it's", "Host": b"x"}).prepare(),
            "<AWSPreparedRequest stream_output=False, method=POST, url=http://x/, "
            "headers={'X-Amz-Security-Token': ***, 'Host': b'x', 'Content-Length': '0'}>",
        ),
        ({"Date": "today", "Set-Cookie": "s"}, "{'Date': 'today', 'Set-Cookie': '***'}"),
        ("before-send.cognito-identity-provider.InitiateAuth", "before-send.cognito-identity-provider.InitiateAuth"),
        (5, "5"),
    ],
)
def test_what_stands_around_a_secret_stays_readable(argument: object, shown: str) -> None:
    own = record("botocore.endpoint", "%s", argument)
    SensitiveDataFilter().filter(own)

    assert own.getMessage() == shown


@pytest.mark.parametrize(
    "body",
    [b'{"AnalyticsMetadata": "canary-token"}', b'{"New": "canary-token"}', b'"canary-token"'],
)
def test_a_request_that_is_not_as_its_model_says_is_masked(body: bytes) -> None:
    operation = Botocore().get_service_model("cognito-idp").operation_model("InitiateAuth")
    own = record("botocore.endpoint", "Making request for %s with params: %s", operation, {"body": body})
    SensitiveDataFilter().filter(own)

    assert "canary-token" not in own.getMessage()
    assert "InitiateAuth" in own.getMessage()


class Odd(collections.UserDict[str, str]):
    """A mapping that nobody can read."""

    def __iter__(self) -> Iterator[str]:
        raise ValueError("canary-token")


class Worse:
    """An argument that nobody can look at."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError("canary-token")


def endless() -> Mapping[str, object]:
    found: dict[str, object] = {"a": "canary-token"}
    found["b"] = found
    return found


def deep() -> object:
    found: object = "canary-token"
    for _ in range(3000):
        found = {"a": found}
    return found


@pytest.mark.parametrize(
    "argument", [Odd(a="canary-token"), Worse(), endless(), [deep()]], ids=lambda v: type(v).__name__
)
def test_an_argument_that_cannot_be_read_masks_the_whole_record(argument: object) -> None:
    """A filter that raises makes the request fail that botocore was about to send."""
    own = record("botocore.endpoint", "sent %d times: %s", 3, argument)

    assert SensitiveDataFilter().filter(own)
    assert own.getMessage() == "***"


def test_of_an_exception_the_names_are_left() -> None:
    try:
        try:
            raise ValueError("canary-token")
        except ValueError as error:
            raise KeyError("canary-token") from error
    except KeyError:
        own = logging.LogRecord("urllib3.connection", logging.DEBUG, "", 1, "It failed.", (), sys.exc_info())
    logging.Formatter().format(own)  # of a handler without the filter; it leaves the text behind
    SensitiveDataFilter().filter(own)

    assert logging.Formatter().format(own) == "It failed.\nKeyError from ValueError"


@pytest.mark.parametrize(
    ("message", "arguments", "shown"),
    [
        (
            "Making request for %s with params: %s",
            ("InitiateAuth", {"a": "canary-token"}),
            "Making request for InitiateAuth with params: ***",
        ),
        ("Response body:\n%r", (b'{"Session": "canary-token"}',), "Response body:***"),
        ("Error found: %s.", (b"canary-token",), "Error found: ***"),
        (
            "Event %s: calling handler %s",
            ("before-send.x", "<function f>"),
            "Event before-send.x: calling handler <function f>",
        ),
        (
            '%s://%s:%s "%s %s"',
            ("https", "x", 443, "GET", "/?X-Amz-Security-Token=canary-token"),
            'https://x:443 "GET /?X-Amz-Security-Token=***',
        ),
    ],
)
def test_of_what_a_queue_has_formatted_the_beginning_is_left(
    message: str, arguments: tuple[object, ...], shown: str
) -> None:
    own = logging.handlers.QueueHandler(queue.Queue()).prepare(record("botocore.parsers", message, *arguments))
    for _ in range(2):
        SensitiveDataFilter().filter(own)

    assert own.getMessage() == shown


def test_the_filter_of_a_queues_own_handler_masks_as_ever() -> None:
    waiting: queue.Queue[logging.LogRecord] = queue.Queue()
    handler = logging.handlers.QueueHandler(waiting)
    handler.addFilter(SensitiveDataFilter())
    handler.handle(record("botocore.parsers", "body %s of %s", b'{"Session": "canary-token"}', "InitiateAuth"))

    assert waiting.get().getMessage() == 'body {"Session": "***"} of InitiateAuth'


def test_a_filtered_record_can_be_filtered_again() -> None:
    own = record("botocore.parsers", "body %s of %s", b'{"Session": "canary-token"}', "InitiateAuth")
    for _ in range(2):
        SensitiveDataFilter().filter(own)

    assert own.getMessage() == 'body {"Session": "***"} of InitiateAuth'


def test_a_record_without_arguments_passes() -> None:
    own = record("botocore.endpoint", "Max attempts reached.")

    assert SensitiveDataFilter().filter(own)
    assert own.getMessage() == "Max attempts reached."


def test_a_broken_aws_profile_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    _member_names.cache_clear()
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    own = record("botocore.parsers", "body %s", b'{"Session": "canary-token"}')

    assert SensitiveDataFilter().filter(own)
    assert own.getMessage() == 'body {"Session": "***"}'
