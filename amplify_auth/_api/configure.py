"""Which session a call uses: the one it is given, that of the block, or the default. Nothing else is kept here."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Never

from .._arguments import wrong_type
from .._locks import ForkSafeLock
from .._public_call import public
from .._session import Session, Source, State, load_config
from .._values import AuthFlowType, FirstFactor, Passkey, SignUpVerificationMethod
from ..errors import AuthConfigurationError
from ..storage import Storage

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

_default: Session | None = None
_default_lock = ForkSafeLock()
_chosen: ContextVar[Session | None] = ContextVar("amplify_auth_session", default=None)


@public
def configure(
    source: Source | None = None,
    *,
    user_pool_id: str | None = None,
    user_pool_client_id: str | None = None,
    client_secret: str | None = None,
    region: str | None = None,
    endpoint_url: str | None = None,
    auth_flow_type: AuthFlowType | None = None,
    preferred_challenge: FirstFactor | None = None,
    sign_up_verification_method: SignUpVerificationMethod | None = None,
    identity_pool_id: str | None = None,
    identity_pool_endpoint_url: str | None = None,
    allow_guest_access: bool | None = None,
    oauth: Mapping[str, Any] | None = None,
    passwordless: Mapping[str, Any] | None = None,
    passkey: Passkey | None = None,
    connect_timeout: float | None = None,
    read_timeout: float | None = None,
    client: CognitoIdentityProviderClient | None = None,
    refresh_margin: float | None = None,
    storage: Storage | None = None,
    **unknown: Never,
) -> Session:
    """Make a session, and let every function use it that is not given another one.

    The options are those of `Session`. They win over ``source``.

    Args:
        source: Path or content of an Amplify Gen 2 ``amplify_outputs.json`` (version 1), or a mapping of options.
            Without it and without options: the environment (``AMPLIFY_AUTH_USER_POOL_ID`` and so on), else
            ``./amplify_outputs.json``.
        user_pool_id: The user pool, such as ``"eu-west-1_AbC123"``. From the environment if not given.
        user_pool_client_id: The app client. From the environment if not given.
        client_secret: The app client's secret, if it has one.
        region: The AWS region. Default: the text before the first underscore of the pool id.
        endpoint_url: Replaces the service endpoint (emulators, VPC endpoints).
        auth_flow_type: Default flow of `sign_in`; default ``"USER_SRP_AUTH"``.
        preferred_challenge: Default preferred first factor of ``"USER_AUTH"``.
        sign_up_verification_method: ``"code"`` (default) or ``"link"``.
        identity_pool_id: The identity pool for AWS credentials.
        identity_pool_endpoint_url: Replaces the identity pool's endpoint.
        allow_guest_access: Whether the identity pool gives credentials to guests.
        oauth: Managed login, as in an amplify_outputs file.
        passwordless: Which first factors the backend has, as in an amplify_outputs file.
        passkey: Performs WebAuthn ceremonies: ``get(options)`` and ``create(options)`` in W3C JSON forms.
        connect_timeout: Seconds to wait for a connection; default 5.
        read_timeout: Seconds to wait for an answer, and from one part of it to the next; default 15.
        client: A ``cognito-idp`` boto3 client to use instead of the shared one.
        refresh_margin: Seconds before their end from which tokens are refreshed; default 60. At most half their life.
        storage: Where to keep the sign-in between runs and to share it with other processes, such as a
            ``FileStorage`` of `amplify_auth.storage`. It is an error if it cannot be used. Default: memory only.
        **unknown: No other option is known.

    Returns:
        The new default session.

    Raises:
        AuthConfigurationError: A setting is wrong, missing or unknown; its text says what to set.
    """
    global _default
    options = {name: given for name, given in locals().items() if name not in ("source", "unknown")}
    session = Session.from_config(load_config(source, {**options, **unknown}))
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


@public
def get_session(session: Session | None = None) -> Session:
    """``session``, else that of `use_session`, else the default one.

    Args:
        session: The session to prefer.

    Returns:
        The session that a function uses if it is given ``session``.

    Raises:
        AuthConfigurationError: There is no session: call `configure`.
        AuthValidationError: What was given is not a session.
    """
    found = _chosen.get() or _default if session is None else _checked(session)
    if found is None:
        raise AuthConfigurationError("Auth UserPool not configured.", name="AuthUserPoolException")
    return found


def _checked(session: object) -> Session:
    if not isinstance(session, Session):
        raise wrong_type(session, "session", "a Session", "Pass what Session() or configure() returned.")
    return session


def state_of(session: Session | None) -> State:
    """The state of the session that a public function uses."""
    if type(session) is Session:  # as every request asks: without another call
        return session._state  # pyright: ignore[reportPrivateUsage]
    return get_session(session)._state  # pyright: ignore[reportPrivateUsage]


def remember_default() -> Callable[[], None]:
    """Remember the default session, or that there is no default. Call the result to put it back. For tests only."""
    remembered = _default

    def put_back() -> None:
        global _default
        with _default_lock:
            _default = remembered

    return put_back
