"""The mocks that are entered in this process, and what each request does to them.

moto's mocking belongs to the whole process, so this does too: whichever thread enters, requests of all threads
are answered here. Every entered mock records them; the newest says how strict to be.
"""

import threading
from collections.abc import Callable
from typing import Any, Protocol

from amplify_auth._api.configure import remember_default
from amplify_auth.testing import _environment
from amplify_auth.testing._answering.admin import answer_signed
from amplify_auth.testing._answering.code_header import with_header, without_prefix
from amplify_auth.testing._calls import Calls, recorded
from amplify_auth.testing._core import Call, CognitoError, handle
from amplify_auth.testing._faults import ConnectionFailed, Fault, Faults
from amplify_auth.testing._moto import installation
from amplify_auth.testing._wire import Answer, Incoming, refusal, success


class Mock(Protocol):
    """What a request needs of a mock that is entered."""

    strict: bool
    calls: Calls
    faults: Faults


class _Entered:
    """Who is entered, newest last, the one mock of moto's that serves them all, and what was there before."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.mocks: tuple[Mock, ...] = ()
        self.moto: Any = None
        self.hidden: dict[str, str] = {}
        self.default_outside = _nothing
        self.default_inside = _nothing


def _nothing() -> None:
    """Where there is no default session to put back."""


_entered = _Entered()


def enter(mock: Mock, *, reset: bool, config: Any) -> None:
    """Have ``mock`` see every request from now on, once more if it does so already.

    moto is started by the first one only. moto's own mocks take the environment variables they change back one by
    one, which leaves threads without credentials, or with false ones for good, if they overlap.

    Args:
        mock: What is entered.
        reset: Whether moto forgets what it holds, if this is the first. If not, the default session that was
            configured in that world is there again, too: moto leaves a ``setUp`` before it enters the test.
        config: moto's configuration, if this is the first.

    Raises:
        RuntimeError: This moto is not supported. Nothing has changed then.
    """
    with _entered.lock:
        installation.install(_answer)
        if not _entered.mocks:
            try:
                _entered.moto = installation.mock_aws(config)
                _entered.moto.start(reset=reset)
            except BaseException:
                installation.uninstall()
                raise
            _entered.hidden = _environment.hide()
            _entered.default_outside = remember_default()
            if not reset:
                _entered.default_inside()
        _entered.mocks = (*_entered.mocks, mock)


def leave(mock: Mock, *, remove_data: bool) -> bool:
    """Undo the newest entering of ``mock``. Returns whether that was its last.

    Args:
        mock: What is left.
        remove_data: Whether moto forgets what it holds, if this is the last.

    Raises:
        RuntimeError: It is not entered.
    """
    with _entered.lock:
        mocks = list(_entered.mocks)
        newest = next((index for index in reversed(range(len(mocks))) if mocks[index] is mock), None)
        if newest is None:
            raise RuntimeError("this mock_cognito() is not entered")
        del mocks[newest]
        _entered.mocks = tuple(mocks)
        try:
            if not mocks:
                _environment.restore(_entered.hidden)
                _entered.default_inside = _nothing if remove_data else remember_default()
                _entered.default_outside()
                _entered.moto.stop(remove_data=remove_data)
        finally:
            installation.uninstall()
        return all(other is not mock for other in mocks)


def is_entered(mock: Mock) -> bool:
    """Whether ``mock`` sees requests."""
    return any(other is mock for other in _entered.mocks)


def _answer(incoming: Incoming, moto: Callable[[], Answer]) -> Answer:
    mocks = _entered.mocks
    error: str | None = None
    try:
        answer = _with_faults(mocks, incoming, moto)
        error = answer.error
        return answer
    except Exception as raised:
        error = raised.failure if isinstance(raised, ConnectionFailed) else type(raised).__name__
        raise
    finally:
        call = recorded(incoming.operation, incoming.parameters, error)
        for mock in {id(mock): mock for mock in mocks}.values():
            mock.calls.add(call)


def _with_faults(mocks: tuple[Mock, ...], incoming: Incoming, moto: Callable[[], Answer]) -> Answer:
    fault = _fault_for(mocks, incoming.operation)
    strict = mocks[-1].strict if mocks else True
    if fault is None:
        return _operate(incoming, moto, strict=strict)
    if fault.after:
        _operate(incoming, moto, strict=strict)
    if isinstance(fault.failure, Answer):
        return fault.failure
    raise ConnectionFailed(fault.failure)


def _fault_for(mocks: tuple[Mock, ...], operation: str) -> Fault | None:
    for mock in reversed(mocks):
        if (fault := mock.faults.take(operation)) is not None:
            return fault
    return None


def _operate(incoming: Incoming, moto: Callable[[], Answer], *, strict: bool) -> Answer:
    call = Call(
        operation=incoming.operation,
        params=without_prefix(incoming.operation, incoming.parameters),
        pools=installation.pools_of(incoming.account),
        strict=strict,
    )
    try:
        result = handle(call)
        return answer_signed(call, moto) if result is None else with_header(call, success(result))
    except CognitoError as refused:
        return refusal(refused.code, refused.message, refused.status)
