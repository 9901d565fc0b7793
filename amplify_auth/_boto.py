"""How boto3 clients are made: unsigned, without any AWS set-up, shared by all who need the same one.

The only file that creates clients. It knows no operation; botocore is imported with the first client.
"""

from __future__ import annotations

import gc
import json
import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from ._locks import ForkSafeLock
from ._service_errors import is_throttling

#: What botocore reads from the environment when it makes a client; a change must lead to another client.
_ENVIRONMENT = (
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_COGNITO_IDENTITY",
    "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    *(name for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY") for name in (proxy, proxy.lower())),
)
#: The settings of botocore that those variables stand for, and where its data files are.
_HONOURED = frozenset(
    {"ca_bundle", "data_path", "ignore_configured_endpoint_urls", "use_dualstack_endpoint", "use_fips_endpoint"}
)
_ATTEMPTS = 3
# No Cognito answer to one of these says that the first request was not acted on, and a second could do harm: spend a
# session twice, create a second user, replace a secret that was shown already.
_NEVER_TWICE = frozenset(
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
# Refusals that botocore would take for passing ones: of a user who tries too often, and an emulator's (cognito-local's,
# with status 500) of what it has not got.
_FINAL = frozenset({"LimitExceededException", "Unsupported"})
#: Names the operation under way and whether it may be sent again; set while this library calls a client.
may_repeat: ContextVar[bool | None] = ContextVar("amplify_auth_may_repeat", default=None)

_clients: dict[tuple[Any, ...], Any] = {}
_lock = ForkSafeLock()


def shared_client(
    service: str, region: str, endpoint_url: str | None, connect_timeout: float, read_timeout: float
) -> Any:
    """The process's unsigned client for these settings (clients are thread-safe, their creation is not)."""
    from botocore.handlers import BUILTIN_HANDLERS

    # moto answers through a handler that it adds to botocore when imported: a client older than that misses it.
    # A forked process must not talk over its parent's connections.
    circumstances = (os.getpid(), len(BUILTIN_HANDLERS), *map(os.environ.get, _ENVIRONMENT))
    key = (service, region, endpoint_url, connect_timeout, read_timeout, *circumstances)
    with _lock:
        if key not in _clients:
            with _collector_at_rest():
                _clients[key] = _new_client(service, region, endpoint_url, connect_timeout, read_timeout)
        return _clients[key]


@contextmanager
def _collector_at_rest() -> Generator[None]:
    """Let Python not look for garbage: a service's model is a great many objects, which it would walk again and again.

    That is a third of the time that a client takes to be made, once in a process.
    """
    if not gc.isenabled():  # by somebody else, who will see to it
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _new_client(service: str, region: str, endpoint_url: str | None, connect: float, read: float) -> Any:
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.session import Session

    # No profile, no config file, no setting meant for other services: none is needed, and a broken one must not matter.
    nowhere = (None, None, os.devnull, None)
    ignored = {
        name: (None, None, default, convert)
        for name, (_, _, default, convert) in Session.SESSION_VARIABLES.items()
        if name not in _HONOURED
    }
    core = Session(session_vars={**ignored, "config_file": nowhere, "credentials_file": nowhere})
    # botocore would walk through the folders of all services, twice, to find that it knows this one.
    core.get_component("data_loader").list_available_services = lambda type_name: [service]
    # The client that boto3.Session gives, without the import of boto3 itself, which a sign-in has no use for.
    client: Any = core.create_client(
        service,
        region_name=region,
        endpoint_url=endpoint_url,
        config=Config(
            signature_version=UNSIGNED,
            connect_timeout=connect,
            read_timeout=read,
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
            defaults_mode="legacy",  # type: ignore[arg-type]  # the stubs err; "auto" would ask the instance metadata service
            max_pool_connections=50,
            # Arguments are checked before; the model's least lengths would refuse the short sessions of emulators.
            parameter_validation=False,
        ),
    )
    return guard(client)


def guard(client: Any) -> Any:
    """``client``, with retries held back for requests of this library that must not be sent twice."""
    event = f"needs-retry.{client.meta.service_model.service_id.hyphenize()}"
    handler = partial(_hold_back_retry, client)
    client.meta.events.register_first(event, handler, unique_id="amplify-auth-hold-back-retry")
    event = f"before-parse.{client.meta.service_model.service_id.hyphenize()}"
    client.meta.events.register_first(event, _make_parsable, unique_id="amplify-auth-make-parsable")
    return client


def is_repeatable(operation: str, parameters: dict[str, Any]) -> bool:
    """Whether a second request does no harm when the first may have been acted on."""
    if operation == "InitiateAuth":
        return "Session" not in parameters  # the session of a sign-up is good for one sign-in
    return operation not in _NEVER_TWICE


def _hold_back_retry(client: Any, operation: Any, response: Any, caught_exception: Any, **_: Any) -> None:
    """End botocore's retries (by raising what it has) unless the service surely did not act or a repeat is harmless."""
    repeatable = may_repeat.get()
    if repeatable is None:
        return
    if caught_exception is not None:
        if not (repeatable or _is_unsent(caught_exception)):
            raise caught_exception
        return
    http, parsed = response
    _check_body(http)
    _name_error(http, parsed)
    status, code = http.status_code, parsed.get("Error", {}).get("Code")
    is_final = code in _FINAL if repeatable else status != 429 and not (status < 500 and is_throttling(code))
    if status >= 400 and is_final:
        raise client.exceptions.from_code(code)(parsed, operation.name)


def _make_parsable(response_dict: dict[str, Any], **_: Any) -> None:
    """Let botocore read an error's status also where the body is no UTF-8 or no JSON object: its parser would fail."""
    if response_dict["status_code"] >= 300:
        body = response_dict["body"].decode("utf-8", "replace")
        try:
            is_error = isinstance(json.loads(body), dict)
        except ValueError:
            is_error = True  # a page, which becomes the message
        except RecursionError:
            is_error = False
        response_dict["body"] = body.encode() if is_error else b""


def _is_unsent(error: Exception) -> bool:
    """Whether there was no connection that the request could have gone over."""
    from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError
    from urllib3.exceptions import ConnectTimeoutError as NoConnectionInTime
    from urllib3.exceptions import NewConnectionError

    if isinstance(error, ProxyConnectionError):  # also what urllib3 calls an answer that a proxy cut off
        reason = getattr(error.kwargs.get("error"), "original_error", None)
        is_refused = str(reason).startswith("Tunnel connection failed")  # by http.client, before TLS begins
        return is_refused or isinstance(reason, NewConnectionError | NoConnectionInTime)
    return isinstance(error, EndpointConnectionError | ConnectTimeoutError)


def _check_body(http: Any) -> None:
    """Refuse what botocore takes for an empty success: an answer that was cut off, and one that is no JSON object."""
    from botocore.exceptions import ConnectionClosedError
    from botocore.parsers import ResponseParserError

    body, length = http.content, http.headers.get("content-length", "")
    if length.isdigit() and len(body) < int(length):
        raise ConnectionClosedError(endpoint_url=http.url)
    if http.status_code < 300 and body:
        try:
            is_object = isinstance(json.loads(body), dict)
        except ValueError:
            is_object = False
        if not is_object:
            raise ResponseParserError("The answer is not a JSON object.")


def _name_error(http: Any, parsed: dict[str, Any]) -> None:
    """Call an error as its header or its ``code`` does, where it has no ``__type``: botocore reads nothing else."""
    error = parsed.get("Error", {})
    if http.status_code < 300 or not str(error.get("Code", "")).isdigit():  # the status, botocore's stand-in
        return
    name = http.headers.get("x-amzn-errortype")
    if name is None:
        try:
            name = json.loads(http.content)["code"]
        except (ValueError, TypeError, LookupError, RecursionError):
            return
    if isinstance(name, str):
        error["Code"] = re.split("[,:]", name)[0].rpartition("#")[2] or error["Code"]
