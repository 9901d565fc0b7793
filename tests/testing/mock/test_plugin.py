"""The pytest plugin: a fixture, a marker, and nothing imported where it is not used."""

import pytest

from amplify_auth.testing import MockCognito
from tests.support.clients import is_mocked, refused, sign_in

pytestmark = pytest.mark.slow


def test_the_fixture_gives_an_entered_mock(mock_cognito: MockCognito) -> None:
    assert isinstance(mock_cognito, MockCognito)
    assert mock_cognito.strict
    assert is_mocked()


def test_the_fixture_of_another_test_is_left(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from moto.cognitoidp.responses import CognitoIdpResponse

        def test_one(mock_cognito):
            assert mock_cognito.create_pool().config["user_pool_id"].startswith("us-east-1_")

        def test_two():
            assert "call_action" not in vars(CognitoIdpResponse)
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_the_default_session_of_another_test_is_left_behind(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        import amplify_auth as auth

        def test_one(mock_cognito):
            pool = mock_cognito.create_pool()
            pool.create_user("alice", "Passw0rd!")
            auth.configure(pool.config)
            assert auth.sign_in("alice", "Passw0rd!").is_signed_in

        def test_two():
            with pytest.raises(auth.AuthConfigurationError):
                auth.get_session()
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_the_marker_gives_it_arguments(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.mock_cognito(strict=False)
        def test_lenient(mock_cognito):
            assert not mock_cognito.strict
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "--strict-markers").assert_outcomes(passed=1)


def test_pytest_starts_without_moto_and_boto3(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it():
            assert "amplify_auth.testing._plugin" in sys.modules
            assert not {"moto", "boto3", "botocore"} & set(sys.modules)
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_a_run_that_does_not_use_it_imports_the_plugin_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it():
            ours = {name for name in sys.modules if name.partition(".")[0] == "amplify_auth"}
            assert ours == {"amplify_auth", "amplify_auth.testing", "amplify_auth.testing._plugin"}
            assert "attr" not in sys.modules
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_it_can_be_left_out(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it():
            assert "amplify_auth" not in sys.modules
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:amplify_auth").assert_outcomes(passed=1)


def test_flows_are_enforced_by_default(mock_cognito: MockCognito) -> None:
    pool = mock_cognito.create_pool(flows=("USER_SRP_AUTH",))
    pool.create_user("alice")
    with refused("InvalidParameterException"):
        sign_in(pool)
