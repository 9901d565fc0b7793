"""``mock_cognito``: moto with a Cognito that verifies, around a block, a function or a class.

Nothing here answers a request; it is what a test holds in its hand.
"""

import unittest
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar, cast, final, overload

from amplify_auth.testing._active import enter, is_entered, leave
from amplify_auth.testing._calls import Calls, known_operation
from amplify_auth.testing._clock_control import Clock
from amplify_auth.testing._decorate import run_within
from amplify_auth.testing._faults import FaultKind, Faults, fault
from amplify_auth.testing._moto import installation
from amplify_auth.testing._pool.create_pool import (
    ClientSettings,
    DeviceTracking,
    FirstFactor,
    MfaRequirement,
    PoolSettings,
    create_client,
    create_pool,
)
from amplify_auth.testing._pool.pool import MockPool
from amplify_auth.testing._values import MfaMethod

T = TypeVar("T")


@final
class MockCognito:
    """A Cognito for tests: moto's, with everything verified that Amazon's verifies.

    Enter it with ``with``, decorate a function, a coroutine function or a class of tests with it, or use the pytest
    fixture ``mock_cognito``. It may be entered many times, also by several threads at once; like moto's mocks all
    of them share one world, and only the first of them to be entered starts with an empty one.

    Attributes:
        strict: See `mock_cognito`. Of several that are entered at once, the newest decides.
        calls: The requests to cognito-idp that arrived since it was entered.
        clock: The time, to be moved.
    """

    def __init__(self, *, strict: bool = True, config: Any = None) -> None:
        self.strict = strict
        self.calls = Calls()
        self.clock = Clock()
        self.faults = Faults()
        self._config = config

    def start(self, reset: bool = True) -> None:
        """Enter it; what ``with`` does.

        Args:
            reset: Start in an empty world, if no other mock is entered.

        Raises:
            RuntimeError: This moto is not supported, or is told to use a server.
        """
        again = is_entered(self)
        enter(self, reset=reset, config=self._config)
        if reset and not again:
            self.calls.clear()

    def stop(self, remove_data: bool = True) -> None:
        """Leave it, once for every `start`; the last takes back what the clock was advanced, and waiting faults.

        Where no other mock is entered, the default session is again the one that was there before.

        Args:
            remove_data: Empty the world, if no other mock is entered.

        Raises:
            RuntimeError: It is not entered.
        """
        if leave(self, remove_data=remove_data):
            self.clock.restore()
            self.faults.clear()

    def reset(self) -> None:
        """Start over in an empty world: no pools, no users, no calls, no waiting faults, the clock as it was.

        Raises:
            RuntimeError: The mock is not entered.
        """
        self._must_be_entered()
        installation.reset()
        self.calls.clear()
        self.faults.clear()
        self.clock.restore()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def __call__(self, decorated: T, reset: bool = True, remove_data: bool = True) -> T:
        """Decorate a function of any kind, or a class of tests as ``mock_aws`` does."""
        target: Any = decorated
        if isinstance(target, type):
            _keep_data_of_async_set_up(target)
            return cast("T", installation.decorate_class(self, target))

        @contextmanager
        def entering() -> Generator[None]:
            self.start(reset=reset)
            try:
                yield
            finally:
                self.stop(remove_data=remove_data)

        return cast("T", run_within(entering, target))

    def create_pool(
        self,
        name: str = "pool",
        *,
        username_attributes: Sequence[str] = (),
        alias_attributes: Sequence[str] = (),
        auto_verify: Sequence[str] = ("email",),
        mfa: MfaRequirement = "OFF",
        mfa_methods: Sequence[MfaMethod] = ("SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"),
        first_factors: Sequence[FirstFactor] = ("PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"),
        required_attributes: Sequence[str] = (),
        custom_attributes: Sequence[str] = (),
        device_tracking: DeviceTracking = "OFF",
        case_sensitive: bool = False,
        password_policy: Mapping[str, Any] | None = None,
        relying_party_id: str = "localhost",
        client_secret: bool = False,
        flows: Sequence[str] | None = None,
        prevent_user_existence_errors: bool = True,
        access_token_validity: int = 3600,
        id_token_validity: int = 3600,
        refresh_token_validity: int = 30 * 24 * 3600,
        refresh_token_rotation: bool = False,
        region: str = "us-east-1",
        pool_options: Mapping[str, Any] | None = None,
        client_options: Mapping[str, Any] | None = None,
    ) -> MockPool:
        """Make a user pool with one app client; without arguments one that allows about everything.

        Args:
            name: The pool's name.
            username_attributes: ``email``, ``phone_number``: what users are called by; usernames are UUIDs then.
            alias_attributes: ``email``, ``phone_number``, ``preferred_username``: what users may also be called by.
            auto_verify: What sign-up sends its code to: ``email``, ``phone_number``.
            mfa: Whether a second factor is asked for.
            mfa_methods: Which ones there are, unless ``mfa`` is ``OFF``.
            first_factors: What the flow ``USER_AUTH`` offers.
            required_attributes: Names of standard attributes that sign-up must give.
            custom_attributes: Names, without ``custom:``, of further attributes.
            device_tracking: Whether devices are remembered, or offered to be.
            case_sensitive: Whether ``Alice`` and ``alice`` are two users.
            password_policy: ``PasswordPolicyType`` of Cognito's API; None: eight characters of four kinds.
            relying_party_id: The domain passkeys belong to.
            client_secret: Whether the client has a secret.
            flows: What the client may use, as in ``("USER_SRP_AUTH",)``; None: every flow.
            prevent_user_existence_errors: Whether the client hides which users exist.
            access_token_validity: In seconds.
            id_token_validity: In seconds.
            refresh_token_validity: In seconds.
            refresh_token_rotation: Whether a refresh token is replaced when it is used.
            region: The AWS region.
            pool_options: Further or other parameters of ``CreateUserPool``.
            client_options: Further or other parameters of ``CreateUserPoolClient``.

        Raises:
            RuntimeError: The mock is not entered.
            ValueError: No such region.
        """
        self._must_be_entered()
        backend = installation.backend_of(installation.default_account(), region)
        pool = create_pool(
            backend,
            name,
            PoolSettings(
                username_attributes=username_attributes,
                alias_attributes=alias_attributes,
                auto_verify=auto_verify,
                first_factors=first_factors,
                required_attributes=required_attributes,
                custom_attributes=custom_attributes,
                device_tracking=device_tracking,
                case_sensitive=case_sensitive,
                password_policy=password_policy,
                more=pool_options or {},
            ),
            mfa=mfa,
            mfa_methods=mfa_methods,
            relying_party_id=relying_party_id,
        )
        settings = ClientSettings(
            client_secret=client_secret,
            flows=flows,
            prevent_user_existence_errors=prevent_user_existence_errors,
            access_token_validity=access_token_validity,
            id_token_validity=id_token_validity,
            refresh_token_validity=refresh_token_validity,
            refresh_token_rotation=refresh_token_rotation,
            more=client_options or {},
        )
        return MockPool(pool, client=create_client(backend, pool, settings))

    def pool(self, pool_id: str) -> MockPool:
        """A pool that was made with boto3, Terraform or CloudFormation, by its ID.

        Raises:
            RuntimeError: The mock is not entered.
            LookupError: There is no such pool.
        """
        self._must_be_entered()
        for pool in installation.pools_of(installation.default_account()):
            if pool.id == pool_id:
                return MockPool(pool)
        raise LookupError(f"there is no user pool {pool_id!r}")

    def fail_next(
        self,
        operation: str | None,
        kind: FaultKind | None = None,
        *,
        times: int = 1,
        after: bool = False,
        code: str | None = None,
        message: str | None = None,
        status: int | None = None,
    ) -> None:
        """Have the next requests for an operation fail.

        Args:
            operation: For instance ``"InitiateAuth"``; None: whichever comes next.
            kind: The connection is ``"dropped"``, the answer does not come in time (``"timeout"``), or the service
                is ``"unreachable"``; or it answers ``"throttled"`` (TooManyRequestsException), ``"throttled_429"``
                (the same as HTTP status 429), ``"internal_error"`` (500), ``"unavailable"`` (503), or something
                ``"malformed"``. In this process a failing connection is the exception botocore raises for it, at
                once; a server drops the connection.
            times: How many requests. An AWS client repeats one that failed so, two to four times by default.
            after: The operation acts all the same, and only then its answer is lost or replaced.
            code: Instead of ``kind``: the name of the error to answer with.
            message: Its message.
            status: Its HTTP status, 400 if nothing is said.

        Raises:
            ValueError: Cognito has no such operation, or the arguments describe no fault.
        """
        if operation is not None and not known_operation(operation):
            raise ValueError(f"Cognito has no operation {operation!r}")
        if times < 1:
            raise ValueError("times is at least 1")
        ordered = fault(operation, kind, code=code, message=message, status=status, after=after)
        self.faults.add(ordered, times=times)

    def _must_be_entered(self) -> None:
        if not is_entered(self):
            raise RuntimeError("mock_cognito() is not entered: use it in a with block, as a decorator or a fixture")


@overload
def mock_cognito(decorated: T) -> T: ...
@overload
def mock_cognito(*, strict: bool = ..., config: Any = ...) -> MockCognito: ...
def mock_cognito(decorated: Any = None, *, strict: bool = True, config: Any = None) -> Any:
    """A Cognito for tests that refuses what Amazon's refuses; in place of moto's ``mock_aws``, which it starts.

    SRP proofs, codes, sessions, one-time codes, passkeys and tokens are verified. Every other service, and what an
    administrator does to Cognito with AWS credentials, is moto's as ever.

        with mock_cognito() as cognito:
            pool = cognito.create_pool()
            pool.create_user("alice", "Passw0rd!")
            amplify_auth.configure(pool.config)
            amplify_auth.sign_in("alice", "Passw0rd!")

    Args:
        decorated: A function or class of tests, when used as a decorator without arguments.
        strict: False tolerates what suites written for moto alone tend to do: flows the client does not allow,
            a missing secret hash, errors that tell which users exist. Nothing unproven is accepted either way.
        config: moto's configuration, as ``mock_aws`` takes it.
    """
    mock = MockCognito(strict=strict, config=config)
    return mock if decorated is None else mock(decorated)


def _keep_data_of_async_set_up(decorated: type) -> None:
    # moto keeps what setUp made for the test, but does not know asyncSetUp.
    if "asyncSetUp" not in vars(decorated) or "setUp" in vars(decorated):
        return
    inherited: Callable[[Any], None] = getattr(decorated, "setUp", unittest.TestCase.setUp)

    def setUp(self: Any) -> None:
        inherited(self)

    decorated.setUp = setUp  # type: ignore[attr-defined]
