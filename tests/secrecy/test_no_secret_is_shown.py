"""Whatever happens, no password, code, token, session, secret or SRP value shows anywhere."""

from __future__ import annotations

from secrecy.conftest import Evidence
from secrecy.instruments import leaks


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
