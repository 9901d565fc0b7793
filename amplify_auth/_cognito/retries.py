"""The veto on botocore's retries of a request that must not be sent twice.

After an error it is not known if Cognito has done what the request asks. ``effects`` says whether a second request does
harm then. If so, it is not repeated, except after throttling, and if there was no connection.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any
from weakref import proxy

from .effects import effect_of
from .foreign_servers import check_body, make_parsable, name_error
from .refusals import is_throttling

# botocore would take these refusals for passing ones: of a user who tries too often, and of an emulator (cognito-local,
# with status 500) that lacks the operation.
_FINAL = frozenset({"LimitExceededException", "Unsupported"})
#: Whether the request under way may be sent again; None while this library calls nothing.
_retry_is_safe: ContextVar[bool | None] = ContextVar("amplify_auth_retry_is_safe", default=None)


@contextmanager
def retrying(operation: str, parameters: Mapping[str, object]) -> Generator[None]:
    """Let the veto know which operation this thread calls in the block."""
    token = _retry_is_safe.set(effect_of(operation, parameters).is_repeatable)
    try:
        yield
    finally:
        _retry_is_safe.reset(token)


def veto_unsafe_retries(client: Any) -> None:
    """Keep ``client`` from repeating requests of this library that must not be sent twice."""
    service = client.meta.service_model.service_id.hyphenize()
    register = client.meta.events.register_first
    register(f"needs-retry.{service}", partial(_veto, proxy(client)), unique_id="amplify-auth-hold-back-retry")
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


def surely_did_not_arrive(error: Exception) -> bool:
    """True if the request was certainly not sent: no address, no connection, or no trust in the other end of it."""
    from ssl import SSLCertVerificationError

    from urllib3.exceptions import LocationValueError

    # The certificate is refused, or the bundle of those that are trusted cannot be read.
    no_trust = SSLCertVerificationError, FileNotFoundError, PermissionError
    parts = list(_parts(error))
    # The address of a proxy: urllib3 and urllib.parse refuse it in these ways, before they connect.
    has_no_address = any(isinstance(part, LocationValueError) or type(part) is ValueError for part in parts)
    return _is_unsent(error) or has_no_address or any(isinstance(part, no_trust) for part in parts)


def _parts(error: object) -> Generator[object]:
    """``error`` and the errors that it was made of. botocore and urllib3 hand them on as arguments."""
    yield error
    below = (*error.args, getattr(error, "kwargs", {}).get("error")) if isinstance(error, BaseException) else ()
    for part in below:
        yield from _parts(part)
