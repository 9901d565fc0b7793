"""Which session a call works on: the one it is given, that of the block, or the default. Nothing else is kept here."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Unpack

from .._arguments import wrong_type
from .._locks import ForkSafeLock
from .._session import Session, SessionOptions, Source, State, load_config
from ..errors import AuthConfigurationError

_default: Session | None = None
_default_lock = ForkSafeLock()
_chosen: ContextVar[Session | None] = ContextVar("amplify_auth_session", default=None)


def configure(source: Source | None = None, **options: Unpack[SessionOptions]) -> Session:
    """Make a session and let every function use it that is given no other.

    Args:
        source: Path or content of an Amplify Gen 2 ``amplify_outputs.json`` (version 1), or a mapping of options.
            Without it and without options: the environment (``AMPLIFY_AUTH_USER_POOL_ID`` and so on), else
            ``./amplify_outputs.json``.
        **options: As for `Session`; they win over ``source``.

    Returns:
        The new default session.

    Raises:
        AuthConfigurationError: A setting is wrong or missing; its text says what to set.
    """
    global _default
    session = Session.from_config(load_config(source, options))
    with _default_lock:
        _default = session
    return session


@contextmanager
def use_session(session: Session) -> Generator[Session]:
    """Let functions use ``session`` within the block, in this thread or task only.

    Args:
        session: The session to use.

    Yields:
        The session.

    Raises:
        AuthValidationError: It is not a session.

    Example:
        >>> other = Session(user_pool_id="eu-west-1_AbC123", user_pool_client_id="1h57kf5cpq17m0eml12EXAMPLE")
        >>> with use_session(other):
        ...     get_session() is other
        True
    """
    token = _chosen.set(_checked(session))
    try:
        yield session
    finally:
        _chosen.reset(token)


def get_session(session: Session | None = None) -> Session:
    """``session``, else that of `use_session`, else the default one.

    Args:
        session: The session to prefer.

    Returns:
        The session that a function would use that is given ``session``.

    Raises:
        AuthConfigurationError: There is none: call `configure`.
        AuthValidationError: What was given is not a session.
    """
    found = _chosen.get() or _default if session is None else _checked(session)
    if found is None:
        raise AuthConfigurationError("Auth UserPool not configured.", name="AuthUserPoolException")
    return found


def _checked(session: Session) -> Session:
    if not isinstance(session, Session):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise wrong_type(session, "session", "a Session", "Pass what Session() or configure() returned.")
    return session


def state_of(session: Session | None) -> State:
    """The state behind the session that a public function works on."""
    if type(session) is Session:  # as every request asks: without another call
        return session._state  # pyright: ignore[reportPrivateUsage]
    return get_session(session)._state  # pyright: ignore[reportPrivateUsage]


def remember_default() -> Callable[[], None]:
    """Remember the default session, even that there is none; what is returned puts it back. For tests only."""
    remembered = _default

    def put_back() -> None:
        global _default
        with _default_lock:
            _default = remembered

    return put_back
