"""The three names that are replaced in moto and botocore, so that the test bed answers cognito-idp requests.

``CognitoIdpResponse.call_action`` of moto: all requests pass it, from clients in this process, from the `requests`
library, and from moto's servers. ``URLLib3Session.send`` of botocore: it is for clients that were made before moto was
imported. ``jwk`` in moto's module of pools: a key is read only once.

Never here: an operation of Cognito.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

import botocore.httpsession
import moto.cognitoidp.models
import moto.cognitoidp.responses
import moto.core.models
import moto.settings

from .._faults import ConnectionFailed
from .._wire import Answer, Incoming, parameters_of, refusal
from .connections import fail, is_served
from .contract import missing_names
from .keys import KeysReadOnce
from .world import version

Answering = Callable[[Incoming, Callable[[], Answer]], Answer]
"""Answers a request; its second argument lets moto answer it."""

# Untyped here, because the contract checks what is used, and because some of it is private.
_responses: Any = moto.cognitoidp.responses
_models: Any = moto.cognitoidp.models
_core_models: Any = moto.core.models
_settings: Any = moto.settings
_URLLib3Session: Any = botocore.httpsession.URLLib3Session

_log = logging.getLogger(__name__)


class _Installation:
    """The state of this process: the function that answers, and what was replaced."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.count = 0
        self.checked = False
        self.answering: Answering | None = None
        self.replaced: dict[str, Any] = {}
        self.inherited: set[str] = set()


_installation = _Installation()


def install(answering: Answering) -> None:
    """Let ``answering`` answer every cognito-idp request that reaches moto in this process.

    Calls are counted: the same number of calls of `uninstall` puts everything back. Any thread may call this.

    Raises:
        RuntimeError: This moto lacks a name that is needed, or its settings name a server. Nothing has changed then.
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
    """Undo one `install`. The last call puts everything back."""
    with _installation.lock:
        _installation.count -= 1
        if _installation.count:
            return
        # If another library has replaced our function, its function stays. From now on, ours only calls moto's.
        _installation.answering = None
        for owner, name, ours in _REPLACEMENTS:
            if getattr(owner, name) is ours:
                if name in _installation.inherited:
                    delattr(owner, name)
                else:
                    setattr(owner, name, _installation.replaced[name])


def _refuse_unsupported() -> None:
    if not _installation.checked and (missing := missing_names()):
        raise RuntimeError(
            f"moto {version()} is not supported: it has no {', '.join(missing)}. "
            "amplify_auth.testing was made for moto 5.1.0 to 5.2.5"
        )
    _installation.checked = True
    if _settings.TEST_SERVER_MODE or _settings.is_test_proxy_mode():
        raise RuntimeError(
            "mock_cognito() answers within this process, but moto is set to use a server (TEST_SERVER_MODE, "
            "TEST_PROXY_MODE): unset that, or use `python -m amplify_auth.testing`"
        )


def _call_action(self: Any) -> Any:
    """Replaces ``CognitoIdpResponse.call_action``."""
    answering, operation = _installation.answering, self._get_action()
    if answering is None or not operation:
        return _installation.replaced["call_action"](self)
    try:
        answer = _answer(self, str(operation), answering)
    except ConnectionFailed as failed:
        fail(failed.failure, url=str(self.uri))
    except Exception as error:
        # In this process the test sees the exception. Over HTTP it would be a page of HTML, which clients retry.
        if not is_served():
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


def _moto_answer(response: object) -> Answer:
    call_action: Callable[[object], tuple[int, Mapping[object, object], str]] = _installation.replaced["call_action"]
    status, given, body = call_action(response)
    headers = {str(name): str(value) for name, value in given.items()}
    named = next((value for name, value in headers.items() if name.lower() == "x-amzn-errortype"), "error")
    return Answer(status=status, body=body, headers=headers, error=None if status < 400 else named)


def _as_answer(error: Exception) -> Answer:
    if isinstance(error, NotImplementedError):
        return refusal("UnsupportedOperationException", f"moto {version()}: {error}")
    _log.error("a request could not be answered", exc_info=error)
    return refusal("InternalErrorException", f"{type(error).__name__} in the emulator: see its log", 500)


def _send(self: object, request: Any) -> object:
    """Replaces ``URLLib3Session.send``: clients that were made before moto was imported do not ask moto."""
    if ".amazonaws.com" in request.url:
        answer = cast(object, _core_models.botocore_stubber("before-send", request))
        if answer is not None:
            return answer
    return cast(object, _installation.replaced["send"](self, request))


# The owner of each name, the name, and its replacement.
_REPLACEMENTS: Final[tuple[tuple[Any, str, object], ...]] = (
    (_responses.CognitoIdpResponse, "call_action", _call_action),
    (_URLLib3Session, "send", _send),
    (_models, "jwk", KeysReadOnce()),
)
