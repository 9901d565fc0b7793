"""What tests change in the process: the environment, and how botocore waits."""

import os
from types import SimpleNamespace

import pytest


def clean_environment(patch: pytest.MonkeyPatch) -> None:
    """Remove the settings of this machine: those of amplify_auth, AWS and proxies."""
    for name in list(os.environ):
        if name.startswith(("AMPLIFY_AUTH_", "AWS_")) or name.upper().endswith("_PROXY"):
            patch.delenv(name)


def _never_used_up(quota: object, amount: int) -> bool:
    return True


def retry_at_once(patch: pytest.MonkeyPatch) -> list[float]:
    """Let botocore retry without waiting. Returns the list of the seconds that it would have waited.

    botocore has an allowance of retries for the whole process. It is never used up, as no test is about it.
    """
    naps: list[float] = []
    patch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=naps.append))
    patch.setattr("botocore.retries.quota.RetryQuota.acquire", _never_used_up)
    return naps
