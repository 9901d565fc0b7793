"""``mock_cognito`` around functions of every kind and around classes of tests, as ``mock_aws`` goes around them."""

import asyncio
import unittest

import boto3
import pytest
from moto.cognitoidp.responses import CognitoIdpResponse

import amplify_auth as auth
from amplify_auth._api import configure as _default
from amplify_auth.testing import mock_cognito
from tests.support.clients import is_mocked, sign_in
from tests.support.users import PASSWORD

pytestmark = pytest.mark.slow

cognito = mock_cognito()


def is_entered() -> bool:
    return "call_action" in vars(CognitoIdpResponse)


def test_a_function_without_parentheses() -> None:
    @mock_cognito
    def decorated(left, *, right):
        """Its own words."""
        assert is_mocked()
        return left + right

    assert decorated(1, right=2) == 3
    assert decorated.__doc__ == "Its own words."
    assert not is_entered()


def test_a_function_with_options_meets_an_empty_world_each_time() -> None:
    @mock_cognito(strict=False)
    def decorated():
        idp = boto3.client("cognito-idp", "us-east-1")
        idp.create_user_pool(PoolName="x")
        return len(idp.list_user_pools(MaxResults=10)["UserPools"])

    assert (decorated(), decorated()) == (1, 1)


def test_the_decorator_itself_is_what_makes_pools() -> None:
    @cognito
    def decorated():
        pool = cognito.create_pool()
        pool.create_user("alice", PASSWORD)
        return sign_in(pool)

    assert decorated()["AuthenticationResult"]


def test_an_exception_passes_through() -> None:
    @mock_cognito
    def decorated():
        raise KeyError("x")

    with pytest.raises(KeyError):
        decorated()
    assert not is_entered()


def test_a_coroutine_function_is_within_until_it_is_done() -> None:
    @mock_cognito
    async def decorated():
        await asyncio.sleep(0)
        return is_mocked()

    assert asyncio.iscoroutinefunction(decorated)
    assert asyncio.run(decorated()) is True
    assert not is_entered()


def test_a_generator_is_within_until_it_is_used_up() -> None:
    @mock_cognito
    def fixture():
        yield is_entered()

    values = fixture()

    assert next(values) is True
    assert is_entered()
    assert next(values, "done") == "done"
    assert not is_entered()


def test_an_asynchronous_generator_is_within_until_it_is_used_up() -> None:
    @mock_cognito
    async def fixture():
        yield is_entered()

    async def use():
        return [(value, is_entered()) async for value in fixture()]

    assert asyncio.run(use()) == [(True, True)]
    assert not is_entered()


def run(case: type[unittest.TestCase]) -> list[str]:
    """Run a class of tests; what went wrong."""
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    assert result.testsRun
    return [text for _, text in result.errors + result.failures]


def test_a_class_of_unittest_keeps_what_setup_made_for_each_test() -> None:
    @cognito
    class Case(unittest.TestCase):
        def setUp(self):
            self.pool = cognito.create_pool()
            self.pool.create_user("alice", PASSWORD)

        def test_sign_in(self):
            assert "AuthenticationResult" in sign_in(self.pool)

        def test_is_alone(self):
            idp = boto3.client("cognito-idp", "us-east-1")
            assert len(idp.list_user_pools(MaxResults=10)["UserPools"]) == 1

        @staticmethod
        def helper():
            return is_entered()

    assert run(Case) == []
    assert Case.helper() is False


def test_what_setup_configured_is_the_tests_and_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """setUp is a block of its own for moto: the mock is left and entered again before the test."""
    monkeypatch.setattr(_default, "_default", None)

    @cognito
    class Case(unittest.TestCase):
        def setUp(self):
            self.session = auth.configure(cognito.create_pool().config)

        def test_it(self):
            assert auth.get_session() is self.session

        def test_it_again(self):
            assert auth.get_session() is self.session

        def tearDown(self):
            assert auth.get_session() is self.session

    assert run(Case) == []
    with pytest.raises(auth.AuthConfigurationError):
        auth.get_session()
    with cognito, pytest.raises(auth.AuthConfigurationError):
        auth.get_session()


def test_a_class_with_asynchronous_tests() -> None:
    @cognito
    class Case(unittest.IsolatedAsyncioTestCase):
        async def asyncSetUp(self):
            self.pool = cognito.create_pool()
            self.pool.create_user("alice", PASSWORD)

        async def test_sign_in(self):
            await asyncio.sleep(0)
            assert "AuthenticationResult" in sign_in(self.pool)

    assert run(Case) == []


def test_a_setup_of_its_own_beside_the_asynchronous_one_is_run() -> None:
    seen = []

    class Base(unittest.IsolatedAsyncioTestCase):
        def setUp(self):
            seen.append("setUp")

    @cognito
    class Case(Base):
        async def asyncSetUp(self):
            self.pool = cognito.create_pool()

        async def test_it(self):
            seen.append(cognito.pool(self.pool.id).id == self.pool.id)

    assert run(Case) == []
    assert seen == ["setUp", True]


@mock_cognito
class TestAPlainClassOfPytest:
    def setup_method(self, method):
        self.idp = boto3.client("cognito-idp", "us-east-1")
        self.pool_id = self.idp.create_user_pool(PoolName="x")["UserPool"]["Id"]

    def test_its_setup_is_kept(self) -> None:
        assert self.idp.describe_user_pool(UserPoolId=self.pool_id)["UserPool"]["Name"] == "x"

    def test_each_test_has_its_own(self) -> None:
        assert len(self.idp.list_user_pools(MaxResults=10)["UserPools"]) == 1
