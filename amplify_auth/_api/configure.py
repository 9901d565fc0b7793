"""Which session a call uses: the one it is given, that of the block, or the default. Nothing else is kept here."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any, Final, Never

from .._arguments import wrong_type
from .._locks import ForkSafeLock
from .._public_call import public, warn
from .._session import Session, State
from .._settings import Source, load_config
from .._values import AuthFlowType, ClientMetadata, FirstFactor, Passkey, SignUpVerificationMethod
from ..errors import AuthConfigurationError, AuthStateError, SharedSessionWarning
from ..storage import Storage
from .callers import runs_as_a_step_of_a_pool

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

_SPLIT: Final = (
    "The block of use_session() is left in another context than it was entered in: "
    "what ran in between may have used another session."
)
_WITHOUT_SPLIT: Final = (
    "Pass the session as session=. As a dependency of FastAPI, a generator must be async: "
    "a plain one is run in other threads than the endpoint."
)
_NONE_IN_THREAD: Final = (
    "Call configure(). A thread does not see the session of a use_session() block around the code that started it: "
    "pass session= there, or start the work with asyncio.to_thread or contextvars.copy_context().run."
)

_default: Session | None = None
_made_by: tuple[weakref.ref[Session], weakref.ref[threading.Thread]] | None = None
_has_warned = False
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
    total_timeout: float | None = None,
    client: CognitoIdentityProviderClient | None = None,
    refresh_margin: float | None = None,
    client_metadata: ClientMetadata | None = None,
    reauthenticate: Callable[[Session], object] | None = None,
    storage: Storage | None = None,
    **unknown: Never,
) -> Session:
    """Make a session, and let every function use it that is not given another one.

    All threads and tasks of the process use it. In a server it would be the session of all users: make a `Session` for
    each request or each user there, and pass it as ``session=``.

    The options are those of `Session`. They win over ``source``.

    Args:
        source: Path or content of an Amplify Gen 2 ``amplify_outputs.json`` (version 1), or a mapping of options. Also
            of Amplify Gen 1: ``aws-exports.js``, ``amplifyconfiguration.json``, ``awsconfiguration.json``, the object
            given to ``Amplify.configure``, and their forms in TypeScript and Dart. Programs are not run: what they
            compute is left out. Without it and without options: the environment (``AMPLIFY_AUTH_USER_POOL_ID`` and so
            on), else ``./amplify_outputs.json``.
        user_pool_id: The user pool, such as ``"eu-west-1_AbC123"``. From the environment if not given.
        user_pool_client_id: The app client. From the environment if not given.
        client_secret: The app client's secret, if it has one.
        region: The AWS region. Default: the text before the first underscore of the pool id. Another one is refused,
            except with ``endpoint_url`` or ``client``: for a replica of the pool, and for emulators.
        endpoint_url: Replaces the service endpoint (emulators, VPC endpoints), such as ``"http://localhost:5000"``.
        auth_flow_type: Default flow of `sign_in`; default ``"USER_SRP_AUTH"``.
        preferred_challenge: Default preferred first factor of ``"USER_AUTH"``.
        sign_up_verification_method: ``"code"`` (default) or ``"link"``.
        identity_pool_id: The identity pool for AWS credentials.
        identity_pool_endpoint_url: Replaces the identity pool's endpoint. Default: ``endpoint_url``, if that is the
            address of an emulator: on this machine, or HTTP to a name without a point, to ``host.docker.internal`` or
            to a private address.
        allow_guest_access: Whether the identity pool gives credentials to guests.
        oauth: Managed login, as in an amplify_outputs file.
        passwordless: Which first factors the backend has, as in an amplify_outputs file.
        passkey: Performs WebAuthn ceremonies: ``get(options)`` and ``create(options)`` in W3C JSON forms.
        connect_timeout: Seconds to wait for a connection; default 5.
        read_timeout: Seconds to wait for an answer, and from one part of it to the next; default 15.
        total_timeout: Seconds that one call may take, with all its requests, their retries and slow answers, and the
            wait for another thread. Default: ``connect_timeout`` (3 at least) and three times ``read_timeout``; 50 with
            their defaults. The look-up of a host name, which the operating system does, cannot be interrupted.
        client: A ``cognito-idp`` boto3 client to use instead of the shared one. ``total_timeout`` bounds the calls of
            this library with it too.
        refresh_margin: Seconds before their end from which tokens are refreshed; default 60. At most half their life.
        client_metadata: Passed to the pool's Lambda triggers with every request that takes it, also with the refreshes
            of tokens that the library makes by itself: a mapping, or a function without arguments that gives one, which
            is called for each request. The function must not ask for tokens of this session: if they have expired, that
            is an error, because the refresh waits for the function. The argument ``client_metadata`` of a call takes
            its place. Cognito does not pass what comes with the first request of a sign-in to every trigger (API
            reference, ``InitiateAuth``). It is no place for secrets: Cognito does not encrypt it.
        reauthenticate: Signs the session's user in, for programs that run without a person: a function that takes the
            session. It is called if a user is needed and there has been no sign-in yet, or the session has ended; not
            after `sign_out`. One thread calls it, and the others wait. What it raises is raised. After a refusal it is
            not called again for a growing time, 30 seconds at first, so that it does not lock the account.
        storage: Where to keep the sign-in between runs and to share it with other processes, such as a
            ``FileStorage`` of `amplify_auth.storage`. It is an error if it cannot be used. Default: memory only.
        **unknown: No other option is known.

    Returns:
        The new default session.

    Raises:
        AuthConfigurationError: A setting is wrong, missing or unknown; its text says what to set.

    Warns:
        SharedSessionWarning: Another thread made the default session, and a user is signed in to it. It is given once
            in a process, and not in the main thread if the other one has ended.
    """
    global _default, _made_by
    options = {name: given for name, given in locals().items() if name not in ("source", "unknown")}
    session = Session.from_config(load_config(source, {**options, **unknown}))
    _warn_if_it_is_anothers()
    with _default_lock:
        _default, _made_by = session, (weakref.ref(session), weakref.ref(threading.current_thread()))
    return session


def _warn_if_it_is_anothers() -> None:
    """Warn if the user of the default session has signed in by another thread's work, as in a web handler."""
    global _has_warned
    default, made = _default, _made_by
    if default is None or made is None or made[0]() is not default or not default.is_signed_in:
        return
    maker, here = made[1](), threading.current_thread()
    is_at_work = maker is not None and maker.is_alive()
    if maker is here or (here is threading.main_thread() and not is_at_work):  # a script or a notebook goes on
        return
    with _default_lock:
        if _has_warned:
            return
        _has_warned = True
    try:
        warn(
            "configure() replaces the default session, to which a user is signed in by another thread. All threads "
            "use the default session, so one user could act as another. "
            f"{SharedSessionWarning.default_recovery_suggestion}",
            SharedSessionWarning,
        )
    except SharedSessionWarning:  # the program makes errors of warnings: the next call is not to succeed silently
        _has_warned = False
        raise


@contextmanager
def use_session(session: Session) -> Generator[Session]:
    """Let functions use ``session`` within the block, in this thread or task only.

    Tasks that the block starts, and ``asyncio.to_thread``, use it too. Other threads do not, such as those of
    ``loop.run_in_executor``, ``ThreadPoolExecutor.submit`` and ``threading.Thread``: they use the default session. Pass
    ``session=`` there.

    Args:
        session: The session to use.

    Yields:
        The session.

    Raises:
        AuthValidationError: It is not a session.
        AuthStateError: What runs within the block would not use the session, or may not have. The block is in a
            generator that a pool of threads runs step by step, such as a dependency of FastAPI that is not async.

    Example:
        >>> other = Session(user_pool_id="eu-west-1_AbC123", user_pool_client_id="1h57kf5cpq17m0eml12EXAMPLE")
        >>> with use_session(other):
        ...     get_session() is other
        True
    """
    _checked(session)
    if runs_as_a_step_of_a_pool():  # else an endpoint of FastAPI would silently use the default session
        raise AuthStateError(
            "use_session() would have no effect here: a pool of threads runs this step of a generator, and what "
            "follows runs in another context.",
            name="InvalidContext",
            recovery_suggestion=_WITHOUT_SPLIT,
        )
    token = _chosen.set(session)
    try:
        yield session
    except BaseException as error:
        if not _is_left(token):
            error.add_note(f"{_SPLIT} {_WITHOUT_SPLIT}")
        raise
    if not _is_left(token):
        raise AuthStateError(_SPLIT, name="InvalidContext", recovery_suggestion=_WITHOUT_SPLIT)


def _is_left(token: Token[Session | None]) -> bool:
    """Whether the session before the block counts again; False if this is not the context of the block."""
    try:
        _chosen.reset(token)
    except ValueError:
        return False
    return True


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
        advice = None if threading.current_thread() is threading.main_thread() else _NONE_IN_THREAD
        raise AuthConfigurationError(
            "Auth UserPool not configured.", name="AuthUserPoolException", recovery_suggestion=advice
        )
    return found


def _checked(session: object) -> Session:
    if not isinstance(session, Session):
        raise wrong_type(
            session,
            "session",
            "a Session",
            "Pass what Session() or configure() of this library returned; a session of boto3 or requests is another "
            "thing. Without session=, the default session is used.",
        )
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
