"""Whatever happens, no password, code, token, session, secret or SRP value shows anywhere."""

from __future__ import annotations

import inspect
import re

import pytest

from tests.secrecy import flows
from tests.secrecy.evidence import Evidence
from tests.secrecy.instruments import leaks
from tests.support.every_function import OF_SESSIONS, public_functions

pytestmark = pytest.mark.slow


def test_by_no_object_error_or_warning(evidence: Evidence) -> None:
    """Outputs, sessions, configurations, pending sign-ins, devices, events, errors with all they hold; and pickles."""
    assert evidence.observer.texts
    assert evidence.observer.leaked() == set()


def test_by_no_log_record_at_any_level(evidence: Evidence) -> None:
    secrets = evidence.observer.wire.secrets

    assert {text for text in evidence.own_log if leaks(text, secrets)} == set()


def test_secrets_went_over_the_wire(evidence: Evidence) -> None:
    """So that the tests above have something to look for."""
    assert len(evidence.observer.wire.secrets) > 5


def test_every_public_function_is_played() -> None:
    """By name, or as a row of the table of all functions of an account."""
    named = set(re.findall(r"\bauth\.(\w+)", inspect.getsource(flows)))

    assert sorted(public_functions() - OF_SESSIONS - named) == []


# botocore's own log


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
