"""``mock_cognito``: moto with a Cognito that verifies, for a block, a function or a class of tests.

Never here: the answer to a request.
"""

import unittest
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TypeVar, cast, final, overload

from ._active import enter, is_entered, leave
from ._calls import Calls, known_operation
from ._clock_control import Clock
from ._decorate import run_within
from ._faults import FaultKind, Faults, fault
from ._moto import backend_of, decorate_class, default_account, pools_of, reset_data
from ._pool import (
    ClientSettings,
    DeviceTracking,
    FirstFactor,
    MfaRequirement,
    MockPool,
    PoolSettings,
    create_client,
    create_pool,
)
from ._values import MfaMethod

T = TypeVar("T")


@final
class MockCognito:
    """A Cognito for tests: that of moto, which also verifies what Amazon Cognito verifies.

    Enter it with ``with``, decorate a function, a coroutine function or a class of tests with it, or use the pytest
    fixture ``mock_cognito``. It can be entered many times, also by several threads at once. All mocks share the same
    data, as moto's mocks do, and only the first one that is entered starts without data.

    Attributes:
        strict: See `mock_cognito`. If several mocks are entered, the newest decides.
        calls: The requests to cognito-idp that arrived since the mock was entered.
        clock: The time, which a test can advance.
        faults: The outages that `fail_next` ordered.
    """

    def __init__(self, *, strict: bool = True, config: Mapping[str, object] | None = None) -> None:
        self.strict = strict
        self.calls = Calls()
        self.clock = Clock()
        self.faults = Faults()
        self._config = config

    def start(self, reset: bool = True) -> None:
        """Enter the mock, as ``with`` does.

        Args:
            reset: Start without data, if no other mock is entered.

        Raises:
            RuntimeError: This moto is not supported, or is set to use a server.
        """
        again = is_entered(self)
        enter(self, reset=reset, config=self._config)
        if reset and not again:
            self.calls.clear()

    def stop(self, remove_data: bool = True) -> None:
        """Leave the mock, once for every `start`. The last time puts the clock back and cancels the ordered faults.

        If no other mock is entered, the default session is again the one before.

        Args:
            remove_data: Delete the data, if no other mock is entered.

        Raises:
            RuntimeError: The mock is not entered.
        """
        if leave(self, remove_data=remove_data):
            self.clock.restore()
            self.faults.clear()

    def reset(self) -> None:
        """Delete all pools, users, recorded calls and ordered faults, and put the clock back.

        Raises:
            RuntimeError: The mock is not entered.
        """
        self._must_be_entered()
        reset_data()
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
        if isinstance(decorated, type):
            _keep_data_of_async_set_up(decorated)
            return cast("T", decorate_class(self, decorated))

        @contextmanager
        def entering() -> Generator[None]:
            self.start(reset=reset)
            try:
                yield
            finally:
                self.stop(remove_data=remove_data)

        return cast("T", run_within(entering, cast("Callable[..., object]", decorated)))

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
        password_policy: Mapping[str, object] | None = None,
        relying_party_id: str = "localhost",
        client_secret: bool = False,
        flows: Sequence[str] | None = None,
        prevent_user_existence_errors: bool = True,
        access_token_validity: int = 3600,
        id_token_validity: int = 3600,
        refresh_token_validity: int = 30 * 24 * 3600,
        refresh_token_rotation: bool = False,
        region: str = "us-east-1",
        pool_options: Mapping[str, object] | None = None,
        client_options: Mapping[str, object] | None = None,
    ) -> MockPool:
        """Make a user pool with one app client. Without arguments it allows every flow and factor, and needs no MFA.

        Args:
            name: The name of the pool.
            username_attributes: ``email``, ``phone_number``: the attributes that are names; usernames are UUIDs then.
            alias_attributes: ``email``, ``phone_number``, ``preferred_username``: the attributes that are aliases.
            auto_verify: ``email``, ``phone_number``: the attributes that sign-up sends its code to.
            mfa: When a second factor is necessary.
            mfa_methods: The second factors, if ``mfa`` is not ``OFF``.
            first_factors: The first factors that the flow ``USER_AUTH`` offers.
            required_attributes: The names of standard attributes that a sign-up must have.
            custom_attributes: The names of additional attributes, without ``custom:``.
            device_tracking: When devices are remembered: never, always, or if the user wants it.
            case_sensitive: True if ``Alice`` and ``alice`` are two users.
            password_policy: ``PasswordPolicyType`` of Cognito's API. None: eight characters of four kinds.
            relying_party_id: The domain of passkeys.
            client_secret: True if the client has a secret.
            flows: The flows that the client allows, such as ``("USER_SRP_AUTH",)``. None: every flow.
            prevent_user_existence_errors: True if the client hides which users exist.
            access_token_validity: In seconds.
            id_token_validity: In seconds.
            refresh_token_validity: In seconds.
            refresh_token_rotation: True if every use of a refresh token replaces it.
            region: The AWS region.
            pool_options: More or other parameters of ``CreateUserPool``.
            client_options: More or other parameters of ``CreateUserPoolClient``.

        Raises:
            RuntimeError: The mock is not entered.
            ValueError: AWS has no such region.
        """
        self._must_be_entered()
        backend = backend_of(default_account(), region)
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
            LookupError: No pool has this ID.
        """
        self._must_be_entered()
        for pool in pools_of(default_account()):
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
        """Let the next requests for an operation fail.

        Args:
            operation: For example ``"InitiateAuth"``; None for the next request of any operation.
            kind: The connection is ``"dropped"``, the answer does not come in time (``"timeout"``), or the service
                is ``"unreachable"``; or the answer is ``"throttled"`` (TooManyRequestsException), ``"throttled_429"``
                (the same with HTTP status 429), ``"internal_error"`` (500), ``"unavailable"`` (503) or
                ``"malformed"``. If the client is in this process, a connection that fails raises botocore's exception
                at once; a server drops the connection.
            times: The number of requests. By default an AWS client repeats such a request two to four times.
            after: True if the operation acts, and then its answer is lost or replaced.
            code: Instead of ``kind``: the name of the error in the answer.
            message: The message of the error.
            status: The HTTP status of the error; 400 by default.

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
def mock_cognito(*, strict: bool = ..., config: Mapping[str, object] | None = ...) -> MockCognito: ...
def mock_cognito(
    decorated: object = None, *, strict: bool = True, config: Mapping[str, object] | None = None
) -> object:
    """A Cognito for tests that refuses what Amazon Cognito refuses. Use it instead of moto's ``mock_aws``.

    It verifies SRP proofs, codes, sessions, one-time codes, passkeys and tokens. moto answers for every other service,
    and for most operations that an administrator sends to Cognito with AWS credentials.

        with mock_cognito() as cognito:
            pool = cognito.create_pool()
            pool.create_user("alice", "Passw0rd!")
            amplify_auth.configure(pool.config)
            amplify_auth.sign_in("alice", "Passw0rd!")

    Args:
        decorated: A function or class of tests, if this is a decorator without arguments.
        strict: False accepts what test suites for plain moto often do: flows that the client does not allow, missing
            secret hashes. It also lets errors show which users exist. Proofs are always verified.
        config: moto's configuration, as ``mock_aws`` takes it.
    """
    mock = MockCognito(strict=strict, config=config)
    return mock if decorated is None else mock(decorated)


def _keep_data_of_async_set_up(decorated: type) -> None:
    # moto keeps the data of setUp for the test, but does not know asyncSetUp.
    if "asyncSetUp" not in vars(decorated) or "setUp" in vars(decorated):
        return
    inherited: Callable[[unittest.TestCase], None] = getattr(decorated, "setUp", unittest.TestCase.setUp)

    def setUp(self: unittest.TestCase) -> None:
        inherited(self)

    decorated.setUp = setUp  # type: ignore[attr-defined]
