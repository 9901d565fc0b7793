"""botocore's own log: in clear at DEBUG, masked by `SensitiveDataFilter`."""

from __future__ import annotations

import logging

import pytest

from amplify_auth import SensitiveDataFilter
from amplify_auth._sensitive import sensitive_members
from secrecy.bed import PASSWORD
from secrecy.conftest import Evidence
from secrecy.instruments import leaks


def test_the_filter_masks_every_secret_and_loses_no_record(evidence: Evidence) -> None:
    secrets = evidence.observer.wire.secrets
    shown = {(text[:60], secret[:12]) for text in evidence.filtered for secret in leaks(text, secrets)}

    assert shown == set()
    assert len(evidence.filtered) == len(evidence.clear)


def test_without_the_filter_they_show(evidence: Evidence) -> None:
    """So that the test above can fail."""
    operations, secrets = evidence.observer.wire.operations, evidence.observer.wire.secrets

    assert any(leaks(text, secrets) for text in evidence.clear) == bool(operations)


def test_what_is_no_secret_stays_readable(evidence: Evidence) -> None:
    text = "\n".join(evidence.filtered)

    for operation in set(evidence.observer.wire.operations):
        assert operation in text
    for word in ("USER_SRP_AUTH", "PASSWORD_VERIFIER", "NotAuthorizedException"):
        assert (word in text) == any(word in line for line in evidence.clear)


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
    ],
    ids=lambda arguments: repr(arguments)[:40],
)
def test_what_botocore_may_log_is_masked(arguments: tuple[object, ...]) -> None:
    own = record("botocore.parsers", "said: %r", *arguments)

    assert SensitiveDataFilter().filter(own)
    assert "canary-token" not in own.getMessage()
    assert own.getMessage().startswith("said: ")


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
    sensitive_members.cache_clear()
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    own = record("botocore.parsers", "body %s", b'{"Session": "canary-token"}')

    assert SensitiveDataFilter().filter(own)
    assert own.getMessage() == 'body {"Session": "***"}'
