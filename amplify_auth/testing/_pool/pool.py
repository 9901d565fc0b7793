"""A user pool as a test uses it: its configuration, its users, its messages, its triggers.

Never here: the answer to a request.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import final, overload

from ... import _clock
from .._core.accounts import attributes_of, find, set_attributes
from .._core.crypto import totp
from .._core.state import (
    PoolState,
    Trigger,
    UserState,
    expire_codes,
    expire_refresh_tokens,
    expire_sessions,
    state_of,
    user_state,
)
from .._core.triggers import TRIGGERS
from .._moto import MotoClient, MotoPool, MotoUser, set_status, status_of
from .._values import DEFAULT_PASSWORD, Message, MfaMethod, MockUser, PoolConfig, UserStatus
from .new_user import NewUser, add_user, verified


@final
class MockPool:
    """A user pool of `mock_cognito`, made by ``create_pool``, or with boto3 by the code under test.

    Attributes:
        id: The user pool's ID.
    """

    def __init__(self, pool: MotoPool, *, client: MotoClient | None = None) -> None:
        self._pool = pool
        self._client = client
        self.id = str(pool.id)

    def __repr__(self) -> str:
        return f"MockPool({self.id!r})"

    @property
    def config(self) -> PoolConfig:
        """The pool and its client, for ``amplify_auth.configure(pool.config)`` or ``Session(**pool.config)``.

        Raises:
            LookupError: The pool has no client, or it has several and none is chosen.
        """
        client = self._chosen_client()
        options = {"user_pool_id": self.id, "user_pool_client_id": str(client.id)}
        if client.generate_secret:
            options["client_secret"] = str(client.secret)
        return PoolConfig(options)

    @property
    def client_id(self) -> str:
        """The ID of the pool's client.

        Raises:
            LookupError: As for ``config``.
        """
        return str(self._chosen_client().id)

    @property
    def client_secret(self) -> str | None:
        """The secret of the pool's client; None for a public client.

        Raises:
            LookupError: As for ``config``.
        """
        client = self._chosen_client()
        return str(client.secret) if client.generate_secret else None

    def with_client(self, client_id: str) -> "MockPool":
        """The same pool, with one of its clients chosen.

        Raises:
            LookupError: The pool has no such client.
        """
        if client_id not in self._pool.clients:
            raise LookupError(f"pool {self.id} has no client {client_id!r}")
        return MockPool(self._pool, client=self._pool.clients[client_id])

    def create_user(
        self,
        username: str,
        password: str | None = DEFAULT_PASSWORD,
        *,
        attributes: Mapping[str, str] | None = None,
        status: UserStatus = "CONFIRMED",
        mfa: Sequence[MfaMethod] = (),
        preferred: MfaMethod | None = None,
        totp_secret: str | None = None,
    ) -> MockUser:
        """Add a user without checks: no password policy, no message, no trigger.

        Args:
            username: The name for a sign-in; with ``username_attributes`` an e-mail address or phone number.
            password: None for a user without a password.
            attributes: The attributes. ``email`` and ``phone_number`` are made up if they are not given, so that codes
                can be sent. ``sub`` may be given.
            status: If it is not ``UNCONFIRMED``, the address and the number are verified, except if
                ``email_verified`` or ``phone_number_verified`` is given.
            mfa: The second factors that are set up.
            preferred: The second factor that Cognito asks for. None: the only one, or the user selects one.
            totp_secret: The secret in base32; None for a random secret.

        Raises:
            ValueError: The pool has such a user, or ``preferred`` is not among ``mfa``.
        """
        new = NewUser(
            username=username,
            password=password,
            attributes=attributes or {},
            status=status,
            mfa=mfa,
            preferred=preferred,
            totp_secret=totp_secret,
        )
        with self._state.lock:
            return self._view(add_user(self._pool, new))

    def user(self, username: str) -> MockUser:
        """The user as the pool has it now, by name or alias.

        Raises:
            LookupError: The pool has no such user.
        """
        with self._state.lock:
            return self._view(self._user(username))

    def confirm(self, username: str) -> None:
        """Set the status CONFIRMED, and mark the address and the number as verified, as an administrator can.

        Raises:
            LookupError: The pool has no such user.
        """
        with self._state.lock:
            user = self._user(username)
            set_status(user, "CONFIRMED")
            set_attributes(user, verified(attributes_of(user)))

    @property
    def outbox(self) -> tuple[Message, ...]:
        """Every message that the pool sent, oldest first."""
        with self._state.lock:
            return tuple(self._state.outbox)

    def code(self, username: str, purpose: str | None = None) -> str:
        """The newest code that was sent to a user, also if it does not work any more.

        Args:
            username: Name or alias.
            purpose: Only a code that was sent for this: ``SignUp``, ``ForgotPassword``, ``Verify:email``,
                ``Verify:phone_number``, ``SMS_MFA``, ``EMAIL_OTP`` or ``SMS_OTP``.

        Raises:
            LookupError: The pool has no such user, or no such code was sent. The message lists what was sent.
        """
        with self._state.lock:
            name = str(self._user(username).username)
            sent = [message for message in self._state.outbox if message.username == name]
        for message in reversed(sent):
            if purpose in (None, message.purpose):
                return message.code
        wanted = "no code was sent" if purpose is None else f"no code was sent for {purpose}"
        purposes = ", ".join(message.purpose for message in sent) or "nothing"
        raise LookupError(f"{wanted} to {username!r}; what was sent: {purposes}")

    def totp(self, username: str) -> str:
        """A one-time code (RFC 6238) that works now. An authenticator that is being set up comes before one in use.

        A code works once, as at Amazon. If the code of this time step was used, the result is that of the next or the
        last step, which are accepted too. If all three were used, let time pass: ``cognito.clock.advance(30)``.

        Raises:
            LookupError: The pool has no such user, the user has no authenticator, or all three codes were used.
        """
        with self._state.lock:
            state = self._user_state(self._user(username))
            pending, secret, used = state.totp_pending, state.totp_secret, state.totp_used_steps
        if pending is not None:
            secret, used = pending, frozenset[int]()
        if secret is None:
            raise LookupError(f"{username!r} has no authenticator app, and is not setting one up")
        step = totp.unused_step(used, _clock.now().timestamp())
        if step is None:
            raise LookupError(
                f"{username!r} has used every one-time code that is good now: let time pass, cognito.clock.advance(30)"
            )
        return totp.code_at(secret, step * totp.STEP)

    @overload
    def on(self, trigger: str, function: Trigger) -> Trigger: ...
    @overload
    def on(self, trigger: str) -> Callable[[Trigger], Trigger]: ...
    def on(self, trigger: str, function: Trigger | None = None) -> Trigger | Callable[[Trigger], Trigger]:
        """Set a function as a Lambda trigger; also as a decorator: ``@pool.on("pre_sign_up")``.

        Args:
            trigger: ``define_auth_challenge``, ``create_auth_challenge``, ``verify_auth_challenge_response``,
                ``pre_sign_up`` or ``pre_token_generation``.
            function: It gets the event, a dict as a Lambda gets it, and returns it with ``response`` filled in.

        Raises:
            ValueError: The trigger is not one of these.
        """
        if trigger not in TRIGGERS:
            raise ValueError(f"no trigger {trigger!r}: there are {', '.join(TRIGGERS)}")
        if function is None:

            def decorate(decorated: Trigger) -> Trigger:
                return self.on(trigger, decorated)

            return decorate
        with self._state.lock:
            self._state.triggers[trigger] = function
        return function

    def expire_codes(self) -> None:
        """Let every code that was sent expire."""
        self._at_once(expire_codes)

    def expire_sessions(self) -> None:
        """Let every sign-in expire that waits for an answer."""
        self._at_once(expire_sessions)

    def expire_refresh_tokens(self) -> None:
        """Let every refresh token expire."""
        self._at_once(expire_refresh_tokens)

    def forget_devices(self, username: str) -> None:
        """Remove every device of a user, as an administrator can.

        Raises:
            LookupError: The pool has no such user.
        """
        with self._state.lock:
            self._user_state(self._user(username)).devices.clear()

    @property
    def _state(self) -> PoolState:
        return state_of(self._pool)

    def _at_once(self, expire: Callable[[PoolState, datetime], None]) -> None:
        with self._state.lock:
            expire(self._state, _clock.now())

    def _chosen_client(self) -> MotoClient:
        if self._client is not None:
            return self._client
        clients = list(self._pool.clients.values())
        if len(clients) != 1:
            raise LookupError(f"pool {self.id} has {len(clients)} clients: choose one with with_client()")
        return clients[0]

    def _user(self, username: str) -> MotoUser:
        user = find(self._pool, username)
        if user is None:
            raise LookupError(f"pool {self.id} has no user {username!r}")
        return user

    def _user_state(self, user: MotoUser) -> UserState:
        return user_state(self._pool, user)

    def _view(self, user: MotoUser) -> MockUser:
        return MockUser(
            username=str(user.username),
            sub=str(user.id),
            password=user.password,
            status=status_of(user),
            attributes=attributes_of(user),
            devices=tuple(self._user_state(user).devices),
        )
