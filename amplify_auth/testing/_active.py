"""The mocks that are entered in this process, and what they do with each request: faults, an answer, a record.

moto mocks the whole process, so this does too: requests of all threads are answered here. Every entered mock records
them, and the newest decides about ``strict``.

Never here: the answer to an operation.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from .._api.configure import remember_default
from . import _environment
from ._answering import operate
from ._calls import Calls, recorded
from ._faults import ConnectionFailed, Fault, Faults
from ._moto import MotoMock, install, mock_aws, uninstall
from ._wire import Answer, Incoming


class Mock(Protocol):
    """The parts of an entered mock that a request needs."""

    strict: bool
    calls: Calls
    faults: Faults


class _Entered:
    """The entered mocks, the newest last; moto's mock, which serves all of them; and the state to restore."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.mocks: tuple[Mock, ...] = ()
        self.moto: MotoMock | None = None
        self.hidden: dict[str, str] = {}
        self.default_outside = _nothing
        self.default_inside = _nothing


def _nothing() -> None:
    """Used if no default session must be put back."""


_entered = _Entered()


def enter(mock: Mock, *, reset: bool, config: Mapping[str, object] | None) -> None:
    """Let ``mock`` see every request from now on. A mock can be entered more than once.

    Only the first mock starts moto. moto's own mocks restore environment variables one by one. If they overlap, a
    thread can be without credentials, or keep wrong ones.

    Args:
        mock: The mock.
        reset: True to delete moto's data, if this is the first mock. False also restores the default session of those
            data, because moto leaves a ``setUp`` before it enters the test.
        config: moto's configuration, if this is the first mock.

    Raises:
        RuntimeError: This moto is not supported. Nothing has changed then.
    """
    with _entered.lock:
        install(_answer)
        if not _entered.mocks:
            try:
                _entered.moto = mock_aws(config)
                _entered.moto.start(reset=reset)
            except BaseException:
                uninstall()
                raise
            _entered.hidden = _environment.hide()
            _entered.default_outside = remember_default()
            if not reset:
                _entered.default_inside()
        _entered.mocks = (*_entered.mocks, mock)


def leave(mock: Mock, *, remove_data: bool) -> bool:
    """Undo the last ``enter`` of ``mock``. Returns True if the mock is not entered any more.

    Args:
        mock: The mock.
        remove_data: True to delete moto's data, if this is the last mock.

    Raises:
        RuntimeError: The mock is not entered.
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
                assert _entered.moto is not None  # the first ``enter`` set it
                _entered.moto.stop(remove_data=remove_data)
        finally:
            uninstall()
        return all(other is not mock for other in mocks)


def is_entered(mock: Mock) -> bool:
    """True if ``mock`` sees requests."""
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
        return operate(incoming, moto, strict=strict)
    if fault.after:
        operate(incoming, moto, strict=strict)
    if isinstance(fault.failure, Answer):
        return fault.failure
    raise ConnectionFailed(fault.failure)


def _fault_for(mocks: tuple[Mock, ...], operation: str) -> Fault | None:
    for mock in reversed(mocks):
        if (fault := mock.faults.take(operation)) is not None:
            return fault
    return None
