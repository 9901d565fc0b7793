"""Cognito's behaviour, free of transport: ``handle`` answers one call, or says that it is moto's to answer.

Never here: HTTP, installation, the comfort of the public test API.
"""

import importlib
from functools import cache
from pathlib import Path
from typing import Any

from amplify_auth.testing._core._call import Call
from amplify_auth.testing._core._errors import CognitoError, unsupported
from amplify_auth.testing._core._registry import OPERATIONS
from amplify_auth.testing._core._store import state_of

__all__ = ["Call", "CognitoError", "handle", "unsigned_operations"]

_FILES = ("_sign_up", "_initiate", "_respond", "_passwords")


def handle(call: Call) -> dict[str, Any] | None:
    """Answer a call.

    Returns:
        The members of the response; None when the operation needs an AWS signature and is moto's.

    Raises:
        CognitoError: The service's refusal; ``UnsupportedOperationException`` names what the test bed lacks.
    """
    _load()
    row = OPERATIONS.get(call.operation)
    if row is None:
        if call.operation in unsigned_operations():
            raise unsupported(f"the operation {call.operation}")
        return None
    row.check(call)
    with state_of(call.pool).lock:
        return row.handler(call)


@cache
def unsigned_operations() -> frozenset[str]:
    """Operations of cognito-idp that need no AWS signature, by botocore's model."""
    import botocore.session

    model: Any = botocore.session.get_session().get_service_model("cognito-idp")
    return frozenset(name for name in model.operation_names if model.operation_model(name).auth_type == "none")


@cache
def _load() -> None:
    signed_in = sorted(file.stem for file in Path(__file__).parent.glob("_signed_in_*.py"))
    for name in (*_FILES, *signed_in):
        if (Path(__file__).parent / f"{name}.py").exists():
            importlib.import_module(f"{__name__}.{name}")
