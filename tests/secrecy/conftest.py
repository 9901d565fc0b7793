"""A Cognito that verifies, on a real port; each flow is played once, and everything it shows is kept as evidence."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import attrs
import pytest

from amplify_auth import SensitiveDataFilter
from amplify_auth.testing import MockCognitoServer
from secrecy.bed import Bed
from secrecy.flows import FLOWS
from secrecy.instruments import Observer, Recorder, Wire

#: The loggers of the libraries beneath.
BENEATH = ("botocore", "boto3", "urllib3")


@attrs.frozen
class Evidence:
    """What one flow has shown: of objects, in the library's log, and in the log beneath, in clear and filtered."""

    observer: Observer
    own_log: list[str]
    clear: list[str]
    filtered: list[str]


@pytest.fixture(scope="package")
def server() -> Iterator[MockCognitoServer]:
    with MockCognitoServer() as running:
        yield running


@contextmanager
def recorded(*names: str, through: logging.Filter | None = None) -> Iterator[list[str]]:
    """Everything that these loggers say, at every level."""
    recorder = Recorder()
    if through is not None:
        recorder.addFilter(through)
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(recorder)
        logger.setLevel(1)
    try:
        yield recorder.texts
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.removeHandler(recorder)
            logger.setLevel(level)


@pytest.fixture(scope="package", params=FLOWS)
def evidence(request: pytest.FixtureRequest, server: MockCognitoServer) -> Evidence:
    """One flow after the other."""
    observer = Observer(Wire())
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith(("AMPLIFY_AUTH_", "AWS_")) or name.upper().endswith("_PROXY"):
                patch.delenv(name)
        patch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))
        patch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda self, amount: True)
        for name in BENEATH:  # a filtering handler that another test left would be the first to see the records
            patch.setattr(logging.getLogger(name), "handlers", [])
        observer.wire.tap(patch)
        # The filter changes records, so that its handler has to be the last that sees them.
        with (
            recorded("amplify_auth") as own,
            recorded(*BENEATH) as clear,
            recorded(*BENEATH, through=SensitiveDataFilter()) as filtered,
        ):
            try:
                FLOWS[request.param](Bed(server.cognito, server.url, observer))
            finally:
                server.cognito.faults.clear()
    return Evidence(observer, own, clear, filtered)
