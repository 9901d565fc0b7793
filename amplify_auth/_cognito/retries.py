"""Which requests may be sent twice, and the veto on botocore's retries of all others.

After an error it is not known if Cognito has done what a request of `_SENT_ONCE` asks. A second request could spend a
session twice, create a second user, or replace a secret that was shown already. So it is not repeated, except after
throttling, and if there was no connection.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from .foreign_servers import check_body, make_parsable, name_error
from .refusals import is_throttling

_SENT_ONCE = frozenset(
    {
        "AssociateSoftwareToken",
        "ChangePassword",
        "CompleteWebAuthnRegistration",
        "ConfirmDevice",
        "ConfirmForgotPassword",
        "ConfirmSignUp",
        "DeleteUser",
        "RespondToAuthChallenge",
        "SignUp",
        "VerifySoftwareToken",
        "VerifyUserAttribute",
    }
)
# botocore would take these refusals for passing ones: of a user who tries too often, and of an emulator (cognito-local,
# with status 500) that lacks the operation.
_FINAL = frozenset({"LimitExceededException", "Unsupported"})
#: Whether the request under way may be sent again; None while this library calls nothing.
_retry_is_safe: ContextVar[bool | None] = ContextVar("amplify_auth_retry_is_safe", default=None)


@contextmanager
def retrying(operation: str, parameters: Mapping[str, object]) -> Generator[None]:
    """Let the veto know which operation this thread calls in the block."""
    token = _retry_is_safe.set(is_repeatable(operation, parameters))
    try:
        yield
    finally:
        _retry_is_safe.reset(token)


def is_repeatable(operation: str, parameters: Mapping[str, object]) -> bool:
    """True if a second request does no harm when the first may have been acted on."""
    if operation == "InitiateAuth":
        return "Session" not in parameters  # the session of a sign-up is good for one sign-in
    return operation not in _SENT_ONCE


def veto_unsafe_retries(client: Any) -> None:
    """Keep ``client`` from repeating requests of this library that must not be sent twice."""
    service = client.meta.service_model.service_id.hyphenize()
    register = client.meta.events.register_first
    register(f"needs-retry.{service}", partial(_veto, client), unique_id="amplify-auth-hold-back-retry")
    register(f"before-parse.{service}", make_parsable, unique_id="amplify-auth-make-parsable")


def _veto(client: Any, operation: Any, response: Any, caught_exception: Any, **_: Any) -> None:
    """End botocore's retries by raising what it has, unless a repeat is harmless or the service did not act."""
    repeatable = _retry_is_safe.get()
    if repeatable is None:
        return
    if caught_exception is not None:
        if not (repeatable or _is_unsent(caught_exception)):
            raise caught_exception
        return
    http, parsed = response
    check_body(http)
    name_error(http, parsed)
    status, code = http.status_code, parsed.get("Error", {}).get("Code")
    is_final = code in _FINAL if repeatable else status != 429 and not (status < 500 and is_throttling(code))
    if status >= 400 and is_final:
        raise client.exceptions.from_code(code)(parsed, operation.name)


def _is_unsent(error: Exception) -> bool:
    """True if there was no connection that the request could have gone over."""
    from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError
    from urllib3.exceptions import ConnectTimeoutError as NoConnectionInTime
    from urllib3.exceptions import NewConnectionError

    if isinstance(error, ProxyConnectionError):  # urllib3 also calls an answer so that a proxy cut off
        reason = getattr(error.kwargs.get("error"), "original_error", None)
        is_refused = str(reason).startswith("Tunnel connection failed")  # by http.client, before TLS begins
        return is_refused or isinstance(reason, NewConnectionError | NoConnectionInTime)
    return isinstance(error, EndpointConnectionError | ConnectTimeoutError)
