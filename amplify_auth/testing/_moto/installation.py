"""The one file that knows how moto is built: it lets another function answer moto's cognito-idp requests.

``CognitoIdpResponse.call_action`` is where every way into moto meets (clients in this process, the `requests`
library, moto's servers), and has looked the same since long before the oldest moto supported. Nothing here knows an
operation of Cognito.
"""

import logging
import socket
import sys
import threading
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Final, Never

import botocore.exceptions
import botocore.httpsession
import moto
import moto.cognitoidp.models
import moto.cognitoidp.responses
import moto.core.base_backend
import moto.core.models
import moto.settings
import requests

from amplify_auth.testing._faults import ConnectionFailed, NetworkFailure
from amplify_auth.testing._moto.contract import missing_names
from amplify_auth.testing._moto.keys import KeysReadOnce
from amplify_auth.testing._wire import Answer, Incoming, parameters_of, refusal

Answering = Callable[[Incoming, Callable[[], Answer]], Answer]
"""Answers a request; its second argument has moto answer it."""

# Untyped here, because what is used is checked when it is installed, and partly private.
_moto: Any = moto
_responses: Any = moto.cognitoidp.responses
_models: Any = moto.cognitoidp.models
_core_models: Any = moto.core.models
_base_backend: Any = moto.core.base_backend
_settings: Any = moto.settings
_URLLib3Session: Any = botocore.httpsession.URLLib3Session

_log = logging.getLogger(__name__)


class _Installation:
    """The state of this process: who answers, and what stood where we stand now."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.count = 0
        self.checked = False
        self.answering: Answering | None = None
        self.replaced: dict[str, Any] = {}
        self.inherited: set[str] = set()


_installation = _Installation()


def install(answering: Answering) -> None:
    """Have ``answering`` answer every cognito-idp request that reaches moto in this process.

    Counted: as many calls of `uninstall` take it away. From any thread.

    Raises:
        RuntimeError: This moto lacks something needed, or is told to use a server. Nothing has changed then.
    """
    with _installation.lock:
        _refuse_unsupported()
        _installation.count += 1
        _installation.answering = answering
        if _installation.count == 1:
            _installation.replaced = {name: getattr(owner, name) for owner, name, _ in _REPLACEMENTS}
            _installation.inherited = {name for owner, name, _ in _REPLACEMENTS if name not in vars(owner)}
            for owner, name, ours in _REPLACEMENTS:
                setattr(owner, name, ours)


def uninstall() -> None:
    """Undo one `install`; the last puts moto back as it was."""
    with _installation.lock:
        _installation.count -= 1
        if _installation.count:
            return
        # Where another library stands on top of ours, it stays; ours passes everything on from now.
        _installation.answering = None
        for owner, name, ours in _REPLACEMENTS:
            if getattr(owner, name) is ours:
                if name in _installation.inherited:
                    delattr(owner, name)
                else:
                    setattr(owner, name, _installation.replaced[name])


def mock_aws(config: Any) -> Any:
    """The mock of moto itself, not started."""
    return _moto.mock_aws(config=config)


def reset() -> None:
    """Empty moto's world, as its ``/moto-api/reset`` does."""
    _base_backend.BackendDict.reset()


def decorate_class(decorator: Any, decorated: type) -> Any:
    """Decorate a class of tests method by method, as this version of moto does."""
    return _core_models.MockAWS._decorate_class(decorator, decorated)


def default_account() -> str:
    """The AWS account of requests that name none."""
    return str(_core_models.DEFAULT_ACCOUNT_ID)


def backend_of(account: str, region: str) -> Any:
    """The cognito-idp backend of moto.

    Raises:
        ValueError: AWS has no such region.
    """
    try:
        return _models.cognitoidp_backends[account][region]
    except KeyError:
        raise ValueError(f"Cognito is in no region named {region!r}") from None


def pools_of(account: str) -> Sequence[Any]:
    """The user pools of moto, in every region; those of ``account`` first.

    Of every account, because a request that is not signed says nothing of its account.
    """
    backends = _models.cognitoidp_backends
    accounts = sorted(backends, key=lambda other: other != account)
    return [
        pool
        for each in accounts
        for backend in list(backends[each].values())
        for pool in list(backend.user_pools.values())
    ]


def signing_keys() -> str:
    """The key set (RFC 7517) with the public half of what every pool signs its tokens with."""
    return str(_responses.CognitoIdpJsonWebKeyResponse.json_web_key, "ascii")


def version() -> str:
    """The version of moto."""
    return str(_moto.__version__)


def _refuse_unsupported() -> None:
    if not _installation.checked and (missing := missing_names()):
        raise RuntimeError(
            f"moto {version()} is not supported: it has no {', '.join(missing)}. "
            "amplify_auth.testing was made for moto 5.1.0 to 5.2.5"
        )
    _installation.checked = True
    if _settings.TEST_SERVER_MODE or _settings.is_test_proxy_mode():
        raise RuntimeError(
            "mock_cognito() answers within this process, but moto is told to use a server (TEST_SERVER_MODE, "
            "TEST_PROXY_MODE): unset that, or use `python -m amplify_auth.testing`"
        )


def _call_action(self: Any) -> Any:
    """Stands in for ``CognitoIdpResponse.call_action``."""
    answering, operation = _installation.answering, self._get_action()
    if answering is None or not operation:
        return _installation.replaced["call_action"](self)
    by_server = _by_server()
    try:
        answer = _answer(self, str(operation), answering)
    except ConnectionFailed as failed:
        _fail_connection(failed.failure, by_server=by_server, url=str(self.uri))
    except Exception as error:
        # In this process the test sees the exception. Over HTTP it would be a page of HTML, which clients retry.
        if not by_server:
            raise
        answer = _as_answer(error)
    headers = {**self.response_headers, "x-amzn-requestid": str(uuid.uuid4()), **answer.headers}
    return answer.status, headers, answer.body


def _answer(response: Any, operation: str, answering: Answering) -> Answer:
    try:
        parameters = parameters_of(response.body)
    except ValueError:
        return refusal("SerializationException", "The request is not a JSON object")
    incoming = Incoming(operation=operation, parameters=parameters, account=str(response.current_account))
    return answering(incoming, lambda: _moto_answer(response))


def _moto_answer(response: Any) -> Answer:
    status, headers, body = _installation.replaced["call_action"](response)
    headers = {str(name): str(value) for name, value in headers.items()}
    named = next((value for name, value in headers.items() if name.lower() == "x-amzn-errortype"), "error")
    return Answer(status=status, body=body, headers=headers, error=None if status < 400 else named)


def _as_answer(error: Exception) -> Answer:
    if isinstance(error, NotImplementedError):
        return refusal("UnsupportedOperationException", f"moto {version()}: {error}")
    _log.error("a request could not be answered", exc_info=error)
    return refusal("InternalErrorException", f"{type(error).__name__} in the emulator: see its log", 500)


class _Dropped(botocore.exceptions.ConnectionClosedError, requests.exceptions.ConnectionError):
    """What either HTTP library raises; moto stands in for both, and does not say for which."""


class _TimedOut(botocore.exceptions.ReadTimeoutError, requests.exceptions.ReadTimeout):
    """See `_Dropped`."""


class _Unreachable(botocore.exceptions.EndpointConnectionError, requests.exceptions.ConnectTimeout):
    """See `_Dropped`."""


_IN_PROCESS: Final[dict[NetworkFailure, Callable[..., Exception]]] = {
    "dropped": _Dropped,
    "timeout": _TimedOut,
    "unreachable": _Unreachable,
}


def _by_server() -> bool:
    # moto's own word for it was also true of the `requests` library before 5.2.4.
    flask: Any = sys.modules.get("flask")
    return flask is not None and bool(flask.has_request_context())


def _fail_connection(failure: NetworkFailure, *, by_server: bool, url: str) -> Never:
    if not by_server:
        raise _IN_PROCESS[failure](endpoint_url=url, error=failure)
    import flask

    connection = flask.request.environ.get("werkzeug.socket")
    if connection is not None:
        # Else werkzeug would wait for the next request, and the client for the answer to this one.
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError(f"fault ordered by a test: {failure}")


def _send(self: Any, request: Any) -> Any:
    """Stands in for ``URLLib3Session.send``: clients made before moto was imported do not ask moto by themselves."""
    if ".amazonaws.com" in request.url:
        answer = _core_models.botocore_stubber("before-send", request)
        if answer is not None:
            return answer
    return _installation.replaced["send"](self, request)


# Who has it, its name there, and what stands for it.
_REPLACEMENTS: Final[tuple[tuple[Any, str, Any], ...]] = (
    (_responses.CognitoIdpResponse, "call_action", _call_action),
    (_URLLib3Session, "send", _send),
    (_models, "jwk", KeysReadOnce()),
)
