"""A Cognito that verifies, on a real port; each flow is played once, and everything it shows is kept as evidence."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from amplify_auth import SensitiveDataFilter
from amplify_auth.testing import MockCognitoServer
from tests.secrecy.bed import Bed
from tests.secrecy.evidence import Evidence
from tests.secrecy.flows import FLOWS
from tests.secrecy.instruments import Observer, Recorder, Wire
from tests.support.environment import retry_at_once

#: The loggers of the libraries beneath.
BENEATH = ("botocore", "boto3", "urllib3")


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


@pytest.fixture(scope="module", params=FLOWS)
def evidence(request: pytest.FixtureRequest, cognito_server: MockCognitoServer) -> Evidence:
    """One flow after the other."""
    observer = Observer(Wire())
    with pytest.MonkeyPatch.context() as patch:
        retry_at_once(patch)
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
                FLOWS[request.param](Bed(cognito_server.cognito, cognito_server.url, observer))
            finally:
                cognito_server.cognito.faults.clear()
    return Evidence(observer, own, clear, filtered)
