"""What a moto is refused for, and that a refused one is left untouched."""

import subprocess
import sys
from typing import Any

import moto.cognitoidp.models
import moto.core.models
import moto.settings
import pytest
from botocore.httpsession import URLLib3Session
from moto.cognitoidp.responses import CognitoIdpResponse

from amplify_auth.testing import mock_cognito
from amplify_auth.testing._moto import contract, installation


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> Any:
    """As in a process that has not looked at its moto yet."""
    monkeypatch.setattr(installation._installation, "checked", False)


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (moto.core.models.MockAWS, "_decorate_class"),
        (CognitoIdpResponse, "_get_action"),
        (moto.cognitoidp.models, "cognitoidp_backends"),
        (moto.cognitoidp.models.CognitoIdpUser, "update_attributes"),
    ],
)
def test_a_moto_without_a_name_that_is_needed_is_refused_by_that_name(
    unchecked: Any, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str
) -> None:
    holder = next(cls for cls in getattr(owner, "__mro__", [owner]) if name in vars(cls))
    monkeypatch.delattr(holder, name)
    before = (CognitoIdpResponse.call_action, URLLib3Session.send, moto.cognitoidp.models.jwk)

    with pytest.raises(RuntimeError, match=rf"moto {moto.__version__} is not supported.*{name}"):
        mock_cognito().start()

    assert (CognitoIdpResponse.call_action, URLLib3Session.send, moto.cognitoidp.models.jwk) == before
    assert installation._installation.count == 0
    assert moto.core.models.botocore_stubber.enabled is False


def test_a_moto_whose_objects_lack_an_attribute_is_refused(unchecked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(contract.ATTRIBUTES, "user", ("username", "soul"))

    with pytest.raises(RuntimeError, match="the user's soul"):
        mock_cognito().start()

    assert "call_action" not in vars(CognitoIdpResponse)


@pytest.mark.parametrize("name", ["TEST_SERVER_MODE", "is_test_proxy_mode"])
def test_a_moto_that_is_told_to_use_a_server_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(moto.settings, name, lambda: True)

    with pytest.raises(RuntimeError, match=r"python -m amplify_auth\.testing"):
        mock_cognito().start()

    assert "call_action" not in vars(CognitoIdpResponse)
    monkeypatch.undo()
    with mock_cognito() as cognito:
        assert cognito.create_pool()


def test_a_mock_that_moto_cannot_start_is_not_half_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(self, reset=True):
        raise OSError("no")

    monkeypatch.setattr(moto.core.models.MockAWS, "start", start)
    mock = mock_cognito()

    with pytest.raises(OSError, match="no"):
        mock.start()

    assert "call_action" not in vars(CognitoIdpResponse)
    monkeypatch.undo()
    with mock:
        assert mock.create_pool()


def python(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("name", ["amplify_auth", "amplify_auth.testing", "amplify_auth.testing._plugin"])
def test_importing_imports_neither_moto_nor_boto3(name: str) -> None:
    assert python(f"import {name}, sys; print({{'moto', 'boto3', 'botocore'}} & set(sys.modules))") == "set()"


def test_without_moto_its_extra_is_named() -> None:
    program = """if True:
        import sys
        sys.modules["moto"] = None
        import amplify_auth.testing
        try:
            from amplify_auth.testing import mock_cognito
        except ImportError as error:
            print(error)
    """
    assert python(program) == "amplify_auth.testing needs moto: pip install 'amplify-auth-boto3[testing]'"


def test_every_public_name_is_there_and_no_other() -> None:
    import amplify_auth.testing as testing

    assert {name for name in testing.__all__ if getattr(testing, name) is None} == set()
    assert set(testing.__all__) <= set(dir(testing))
    with pytest.raises(AttributeError, match="nonsense"):
        _ = testing.nonsense
