"""The session: what a program holds of one user and one user pool client. No request is made here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Never, NoReturn

from .._bridges import BearerAuth, TokenHeader, bearer_source
from .._events import Listener
from .._public_call import public
from .._settings import load_config, made_config
from .._values import (
    AuthConfig,
    AuthFlowType,
    AuthTokens,
    ClientMetadata,
    Device,
    FirstFactor,
    Passkey,
    PendingSignIn,
    SignInDetails,
    SignUpVerificationMethod,
    TokenUse,
)
from ..storage import Storage
from .snapshot import StoredRecord, read_exported, write_record
from .state import State

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


class Session:
    """One user of one user pool client: configuration, tokens, and a sign-in under way.

    Threads may share a session. Two sessions never share a user. Tokens are kept in memory. Sessions of the same
    region, endpoint and timeouts share one boto3 client, which needs no AWS credentials.

    Args:
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

    Raises:
        AuthConfigurationError: A setting is wrong or missing.

    Example:
        >>> session = Session(user_pool_id="eu-west-1_AbC123", user_pool_client_id="1h57kf5cpq17m0eml12EXAMPLE")
        >>> session.config.region, session.is_signed_in
        ('eu-west-1', False)
    """

    @public
    def __init__(
        self,
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
    ) -> None:
        options = {name: given for name, given in locals().items() if name not in ("self", "unknown")}
        self._open(load_config(None, {**options, **unknown}))

    def _open(self, config: AuthConfig) -> None:
        self._state = State(config, self)
        self._bearers: dict[tuple[str, str, str], BearerAuth] = {}

    @classmethod
    @public
    def from_config(cls, config: AuthConfig) -> Session:
        """A session with a configuration that is already made.

        Raises:
            AuthValidationError: It is not an `AuthConfig`.
        """
        session = cls.__new__(cls)
        session._open(made_config(config))
        return session

    def __repr__(self) -> str:
        who = f"signed in as {self.username!r}" if self.is_signed_in else "signed out"
        return f"<Session {self.config.user_pool_id} {who}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A Session cannot be pickled: it holds secrets and locks. Use export_state().")

    @property
    def config(self) -> AuthConfig:
        """The configuration; it never changes."""
        return self._state.config

    @property
    def tokens(self) -> AuthTokens | None:
        """The tokens of the signed-in user, even if they have expired. `fetch_auth_session` gives fresh ones."""
        signed_in = self._state.signed_in
        return None if signed_in is None else signed_in.tokens

    @property
    def is_signed_in(self) -> bool:
        """True if a user is signed in."""
        return self._state.signed_in is not None

    @property
    def username(self) -> str | None:
        """Cognito's own name for the signed-in user, which may differ from what was typed."""
        signed_in = self._state.signed_in
        return None if signed_in is None else signed_in.username

    @property
    def user_id(self) -> str | None:
        """The ``sub`` of the signed-in user: it never changes and is never used again."""
        signed_in = self._state.signed_in
        return None if signed_in is None else signed_in.user_id

    @property
    def sign_in_details(self) -> SignInDetails | None:
        """How the signed-in user signed in."""
        signed_in = self._state.signed_in
        return None if signed_in is None else signed_in.details

    @property
    def pending_sign_in(self) -> PendingSignIn | None:
        """The sign-in that waits for `confirm_sign_in`."""
        return self._state.pending

    @property
    def devices(self) -> tuple[Device, ...]:
        """This machine as Cognito knows it: one registered device for each user who signed in here."""
        return self._state.devices.all()

    @public
    def forget_devices(self) -> None:
        """Forget the keys of all registered devices, here and in the storage; Cognito still lists them.

        `sign_out` keeps them, so that the next sign-in of the same user needs no second factor.

        Raises:
            AuthError: They are still in the session's storage.
        """
        for device in self._state.devices.all():
            self._state.devices.forget(device.key)
        self._state.store.forget_devices()

    @public
    def add_listener(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` when a user signs in or out of this session, and when its tokens are refreshed or not.

        It is called once for each event, in the thread that caused it, after the session is in its new state. If a
        listener fails, that is logged. It stops neither the session nor the other listeners.

        Args:
            listener: Called with an `AuthEvent`.

        Returns:
            The function that removes it.

        Raises:
            AuthValidationError: It cannot be called.

        Example:
            >>> session = Session(user_pool_id="eu-west-1_AbC123", user_pool_client_id="1h57kf5cpq17m0eml12EXAMPLE")
            >>> remove = session.add_listener(lambda event: print(event.name))
        """
        return self._state.listeners.add(listener)

    @public
    def boto3_session(self, **options: Any) -> boto3.Session:
        """A boto3 session that acts as the user, with credentials of the identity pool that refresh themselves.

        botocore fetches the credentials with the first request, and refreshes them when they must be. They belong to
        the user who is signed in now, or to a guest. After that user has signed out they are not used any more.

        With ``reauthenticate``, a user is signed in by this call if none is, and again by a client of the session when
        the user's session has ended. If that signs in another user, the clients raise `UserUnAuthenticatedException`.

        Args:
            **options: As for ``boto3.Session``, except credentials. Default region: the user pool's.

        Returns:
            A session whose clients sign with the user's credentials.

        Raises:
            AuthConfigurationError: There is no identity pool, or the profile that ``options`` ask for cannot be used.
            UserUnAuthenticatedException: No user is signed in, and guests have no access.
            AuthError: ``reauthenticate`` was called and failed.
            AuthValidationError: Other credentials are given.

        Clients of the session raise what `fetch_auth_session` raises, such as `SessionEnded`, and what it gives as
        ``credentials_error``.

        Identity pool operations: ``GetId``, ``GetCredentialsForIdentity``.

        Example:
            >>> s3 = session.boto3_session().client("s3")  # doctest: +SKIP
        """
        from .._bridges.boto3_session import boto3_session

        state = self._state
        return boto3_session(
            state.identity_pool, state.user, state.listeners, region=self.config.region, options=options
        )

    @public
    def http_auth(
        self,
        *,
        token_use: TokenUse = "access",  # noqa: S107
        header: str = "Authorization",
        scheme: str = "Bearer",
    ) -> BearerAuth:
        """An object for ``auth=`` of requests and of httpx (sync and async): the user's token.

        Each request gets a token that is good to use. If the answer is 401, the request is sent once more with a newer
        token of the same user, if its body can be sent again. The token goes to every server that a request is made
        for: use it only with the APIs that it is meant for. A redirect to another server does not carry it.

        Args:
            token_use: ``"access"``, or ``"id"`` for APIs that want the ID token.
            header: The header that carries the token.
            scheme: The word before the token. ``""``: the token alone, as AppSync and the Cognito authorizers of API
                Gateway take it.

        Returns:
            The object; the same one each time for the same arguments.

        Raises:
            AuthValidationError: ``token_use`` is another value, ``header`` is no header for a token, or ``scheme`` is
                not one word.

        Requests with it raise what `get_current_user` raises, such as `SessionEnded`. They raise
        `UserUnAuthenticatedException` if a request was refused and another user has signed in since it was sent.
        With another header than ``Authorization`` they raise `AuthConfigurationError` if this version of httpx would
        carry it to another server.

        Example:
            >>> requests.get("https://api.example.com/orders", auth=session.http_auth())  # doctest: +SKIP
            >>> raw = session.http_auth(token_use="id", scheme="")  # doctest: +SKIP
        """
        source = bearer_source(self._state.user, self._state.listeners, token_use)
        carrier = TokenHeader.checked(header, scheme)
        # The same object, because it knows which token was refused.
        return self._bearers.setdefault((token_use, *carrier.key), BearerAuth(source, carrier))

    @public
    def export_state(self) -> str:
        """Everything that another process needs to continue: JSON of tokens, device keys and pending sign-ins.

        The text holds secrets in clear: protect it like a password. It never holds the password. A flow that needs
        the password again takes it as an argument.

        Returns:
            JSON for `restore_state` of a session with the same user pool client.
        """
        return write_record(self.config, StoredRecord(snapshot=self._state.snapshot()))

    @public
    def restore_state(self, text: str) -> None:
        """Continue from what `export_state` returned, in the place of everything that this session knows.

        Args:
            text: What `export_state` returned.

        Raises:
            AuthValidationError: The text is not such a state, or it is another user pool client's.
            SignInException: ``reauthenticate`` calls this, and the user has signed out since it was called.
            AuthError: The session's storage cannot be used; the state is restored in memory, and stored when it can be.
        """
        self._state.restore(read_exported(self.config, text))
        self._state.store.save_sign_in()
