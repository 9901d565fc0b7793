"""A user pool as a test handles it: settings in plain words, users in one line, codes to read.

Nothing here answers a request: it prepares what `_core` answers from, and looks into what that left behind.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, final, overload

from amplify_auth import _clock
from amplify_auth.testing._core.accounts import users
from amplify_auth.testing._core.crypto import totp
from amplify_auth.testing._core.state.store import (
    Message,
    PoolState,
    Trigger,
    UserState,
    expire_codes,
    expire_refresh_tokens,
    expire_sessions,
    state_of,
    user_state,
)
from amplify_auth.testing._core.triggers import TRIGGERS
from amplify_auth.testing._pool.create_user import NewUser, add_user, verified
from amplify_auth.testing._values import DEFAULT_PASSWORD, MfaMethod, MockUser, PoolConfig, UserStatus


@final
class MockPool:
    """A user pool of `mock_cognito`, made by ``create_pool`` or, with boto3, by the code under test.

    Attributes:
        id: The user pool's ID.
    """

    def __init__(self, pool: Any, *, client: Any | None = None) -> None:
        self._pool = pool
        self._client = client
        self.id = str(pool.id)

    def __repr__(self) -> str:
        return f"MockPool({self.id!r})"

    @property
    def config(self) -> PoolConfig:
        """The pool and its client, for ``amplify_auth.configure(pool.config)`` or ``Session(**pool.config)``.

        Raises:
            LookupError: The pool has no client, or several and none was chosen.
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
            LookupError: As of ``config``.
        """
        return str(self._chosen_client().id)

    @property
    def client_secret(self) -> str | None:
        """The secret of the pool's client, None for a public client.

        Raises:
            LookupError: As of ``config``.
        """
        secret: str | None = self.config.get("client_secret")
        return secret

    def with_client(self, client_id: str) -> "MockPool":
        """The same pool with another of its clients chosen.

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
        """Add a user, unchecked: no password policy, no message, no trigger.

        Args:
            username: The name to sign in with: with ``username_attributes`` an e-mail address or phone number.
            password: None for a user who has none.
            attributes: Besides ``email`` and ``phone_number``, which are made up where nothing is said of them:
                without an address there is nothing to send a code to. ``sub`` may be chosen.
            status: A confirmed user's address and number are verified, if nothing is said of
                ``email_verified`` and ``phone_number_verified``.
            mfa: The second factors that are set up.
            preferred: The one among several that is asked for. None: the only one, or Cognito lets the user select.
            totp_secret: In base32; None: a random one.

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
        """The user as he stands now, by name or alias.

        Raises:
            LookupError: The pool has no such user.
        """
        with self._state.lock:
            return self._view(self._user(username))

    def confirm(self, username: str) -> None:
        """Make the user CONFIRMED, and what he signed up with verified, as an administrator would.

        Raises:
            LookupError: The pool has no such user.
        """
        with self._state.lock:
            user = self._user(username)
            users.set_status(user, "CONFIRMED")
            users.set_attributes(user, verified(users.attributes_of(user)))

    @property
    def outbox(self) -> tuple[Message, ...]:
        """Every message the pool sent, oldest first: to whom really, for what, with which code."""
        with self._state.lock:
            return tuple(self._state.outbox)

    def code(self, username: str, purpose: str | None = None) -> str:
        """The newest code that was sent to a user, whether or not it still works.

        Args:
            username: Name or alias.
            purpose: Only one sent for this: ``SignUp``, ``ForgotPassword``, ``Verify:email``,
                ``Verify:phone_number``, ``SMS_MFA``, ``EMAIL_OTP`` or ``SMS_OTP``.

        Raises:
            LookupError: No such user, or nothing was sent. The message says what was.
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
        """A one-time code (RFC 6238) good now, of the authenticator being set up or else the one in use.

        As at Amazon's, a code is good once. After the code of these 30 seconds was used this gives those of the next
        and of the last 30, which are accepted too; after that, only time gives another: ``cognito.clock.advance(30)``.

        Raises:
            LookupError: No such user, or he has no authenticator, or none of its codes is good now.
        """
        with self._state.lock:
            state = self._user_state(self._user(username))
            pending, secret, used = state.totp_pending, state.totp_secret, state.totp_used_steps
        if pending is not None:
            secret, used = pending, frozenset()
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
        """Have a function stand for a Lambda trigger; also as a decorator: ``@pool.on("pre_sign_up")``.

        Args:
            trigger: ``define_auth_challenge``, ``create_auth_challenge``, ``verify_auth_challenge_response``,
                ``pre_sign_up`` or ``pre_token_generation``.
            function: Takes the event, a dict as a Lambda gets it, and returns it with ``response`` filled in.

        Raises:
            ValueError: No such trigger.
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
        """Make every code sent so far too old, and nothing else."""
        self._at_once(expire_codes)

    def expire_sessions(self) -> None:
        """Make every sign-in under way too old to be continued."""
        self._at_once(expire_sessions)

    def expire_refresh_tokens(self) -> None:
        """Make every refresh token too old."""
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

    def _at_once(self, expire: Callable[[PoolState, Any], None]) -> None:
        with self._state.lock:
            expire(self._state, _clock.now())

    def _chosen_client(self) -> Any:
        if self._client is not None:
            return self._client
        clients = list(self._pool.clients.values())
        if len(clients) != 1:
            raise LookupError(f"pool {self.id} has {len(clients)} clients: choose one with with_client()")
        return clients[0]

    def _user(self, username: str) -> Any:
        user = users.find(self._pool, username)
        if user is None:
            raise LookupError(f"pool {self.id} has no user {username!r}")
        return user

    def _user_state(self, user: Any) -> UserState:
        return user_state(self._pool, user)

    def _view(self, user: Any) -> MockUser:
        return MockUser(
            username=str(user.username),
            sub=str(user.id),
            password=user.password,
            status=users.status(user),
            attributes=copy.copy(users.attributes_of(user)),
            devices=tuple(self._user_state(user).devices),
        )
