"""Where settings come from, and who wins: options, a file, the environment, the current folder's file."""

from __future__ import annotations

import contextlib
import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from amplify_auth import AuthConfigurationError, AuthValidationError, Session, configure, get_session, use_session
from amplify_auth._settings import config_sources
from tests.support.rows import EveryRow

OUTPUTS = {
    "version": "1.4",
    "auth": {
        "user_pool_id": "eu-west-1_File",
        "user_pool_client_id": "client-of-file",
        "aws_region": "eu-west-1",
        "identity_pool_id": "eu-west-1:0123-file",
        "unauthenticated_identities_enabled": True,
        "username_attributes": ["email"],
        "mfa_configuration": "OPTIONAL",
        "oauth": {"domain": "x.auth.eu-west-1.amazoncognito.com", "scopes": ["openid"], "response_type": "code"},
        "passwordless": {"email_otp_enabled": True, "preferred_challenge": "EMAIL_OTP"},
    },
    "data": {"url": "https://example.com/graphql"},
}


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def outputs(empty_folder: Path) -> Path:
    """An Amplify project's file, in another folder than the process's."""
    path = empty_folder / "project" / "amplify_outputs.json"
    path.parent.mkdir()
    path.write_text(json.dumps(OUTPUTS))
    return path


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "USER_POOL_ID": "us-east-1_Env",
        "USER_POOL_CLIENT_ID": "client-of-env",
        "CLIENT_SECRET": "secret-of-env",
        "ENDPOINT_URL": "http://127.0.0.1:1",
        "IDENTITY_POOL_ID": "us-east-1:0123-env",
        "IDENTITY_POOL_ENDPOINT_URL": "http://127.0.0.1:2",
    }.items():
        monkeypatch.setenv(f"AMPLIFY_AUTH_{name}", value)


def test_options_alone() -> None:
    config = configure(user_pool_id="us-east-1_Option", user_pool_client_id="client-of-option").config

    assert (config.user_pool_id, config.user_pool_client_id) == ("us-east-1_Option", "client-of-option")


@pytest.mark.parametrize("form", [str, Path, os.fspath], ids=["str", "Path", "fspath"])
def test_a_file_of_amplify(outputs: Path, form: Any) -> None:
    config = configure(form(outputs)).config

    assert (config.user_pool_id, config.user_pool_client_id) == ("eu-west-1_File", "client-of-file")
    assert (config.identity_pool_id, config.allow_guest_access) == ("eu-west-1:0123-file", True)
    assert config.oauth == OUTPUTS["auth"]["oauth"]  # type: ignore[index]
    assert config.preferred_challenge == "EMAIL_OTP"
    assert config.passwordless == {"email_otp_enabled": True, "preferred_challenge": "EMAIL_OTP"}


def test_a_path_in_the_home_directory(outputs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(outputs.parent))
    monkeypatch.setenv("USERPROFILE", str(outputs.parent))

    assert configure("~/amplify_outputs.json").config.user_pool_id == "eu-west-1_File"


def test_the_content_of_such_a_file() -> None:
    assert configure(OUTPUTS).config.user_pool_id == "eu-west-1_File"


def test_a_backend_without_the_rest() -> None:
    auth = {"user_pool_id": "eu-west-1_File", "user_pool_client_id": "x"}
    config = configure({"version": "1", "auth": auth}).config

    assert (config.identity_pool_id, config.allow_guest_access, config.oauth) == (None, False, None)
    assert (config.passwordless, config.preferred_challenge) == (None, None)


def test_a_mapping_of_options() -> None:
    config = configure({"user_pool_id": "us-east-1_Flat", "user_pool_client_id": "x", "read_timeout": 3}).config

    assert (config.user_pool_id, config.read_timeout) == ("us-east-1_Flat", 3)


def test_a_file_of_options(empty_folder: Path) -> None:
    (empty_folder / "mine.json").write_text('{"user_pool_id": "us-east-1_Flat", "user_pool_client_id": "x"}')

    assert configure("mine.json").config.user_pool_id == "us-east-1_Flat"


def test_the_environment(environment: None) -> None:
    for session in (configure(), Session()):
        assert session.config.user_pool_id == "us-east-1_Env"
        assert session.config.user_pool_client_id == "client-of-env"
        assert session.config.client_secret == "secret-of-env"
        assert session.config.endpoint_url == "http://127.0.0.1:1"
        assert session.config.identity_pool_id == "us-east-1:0123-env"
        assert session.config.identity_pool_endpoint_url == "http://127.0.0.1:2"


def test_an_emulator_needs_one_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMPLIFY_AUTH_ENDPOINT_URL", "http://127.0.0.1:1")
    config = configure(user_pool_id="us-east-1_A", user_pool_client_id="x", identity_pool_id="us-east-1:0-1").config

    assert config.identity_pool_endpoint_url == "http://127.0.0.1:1"


def test_the_file_in_the_current_folder(outputs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(outputs.parent)

    assert configure().config.user_pool_id == Session().config.user_pool_id == "eu-west-1_File"


@pytest.mark.parametrize("value", [1, None], ids=repr)
@pytest.mark.parametrize("make", [Session, configure])
def test_an_option_that_there_is_not_is_told_with_those_that_there_are(make: Any, value: Any) -> None:
    """Also one that is None, and before anything is missed: JavaScript's names are a likely slip."""
    with pytest.raises(AuthConfigurationError) as caught:
        make(userPoolId=value, user_pool_client_id="x")

    assert "unknown settings: userPoolId." in caught.value.message
    assert "user_pool_id, user_pool_client_id, client_secret" in (caught.value.recovery_suggestion or "")


def test_options_win_over_a_file(outputs: Path) -> None:
    config = configure(outputs, user_pool_client_id="client-of-option", preferred_challenge="SMS_OTP").config

    assert (config.user_pool_id, config.user_pool_client_id) == ("eu-west-1_File", "client-of-option")
    assert config.preferred_challenge == "SMS_OTP"


def test_an_option_that_is_none_is_not_given(outputs: Path) -> None:
    assert configure(outputs, user_pool_id=None).config.user_pool_id == "eu-west-1_File"


def test_a_file_wins_over_the_environment(outputs: Path, environment: None) -> None:
    config = configure(outputs).config

    assert (config.user_pool_id, config.user_pool_client_id) == ("eu-west-1_File", "client-of-file")
    assert config.identity_pool_id == "eu-west-1:0123-file"


def test_the_environment_wins_over_the_file_in_the_current_folder(
    outputs: Path, environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(outputs.parent)

    assert configure().config.user_pool_id == "us-east-1_Env"


def test_a_secret_of_the_environment_belongs_to_the_client_of_the_environment(environment: None) -> None:
    other = Session(user_pool_id="us-east-1_Option", user_pool_client_id="client-of-option").config
    same = Session(user_pool_client_id="client-of-env").config

    assert other.client_secret is None
    assert same.client_secret == "secret-of-env"


def test_an_identity_pool_of_the_environment_belongs_to_the_pool_of_the_environment(environment: None) -> None:
    other = Session(user_pool_id="us-east-1_Option", user_pool_client_id="x").config

    assert other.identity_pool_id is None


def test_a_secret_alone_in_the_environment_is_for_the_client_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMPLIFY_AUTH_CLIENT_SECRET", "secret-of-env")

    assert Session(user_pool_id="us-east-1_Option", user_pool_client_id="x").config.client_secret == "secret-of-env"


@pytest.mark.parametrize("blank", ["", " ", "\n", " \t\r\n"], ids=repr)
def test_a_blank_variable_is_not_set(monkeypatch: pytest.MonkeyPatch, environment: None, blank: str) -> None:
    for name in ("CLIENT_SECRET", "ENDPOINT_URL", "IDENTITY_POOL_ID", "IDENTITY_POOL_ENDPOINT_URL"):
        monkeypatch.setenv(f"AMPLIFY_AUTH_{name}", blank)
    config = Session().config

    assert config.user_pool_client_id == "client-of-env"
    assert (config.client_secret, config.endpoint_url, config.identity_pool_id) == (None, None, None)
    assert config.identity_pool_endpoint_url is None


@pytest.mark.parametrize("name", ["user_pool_id", "user_pool_client_id"])
def test_a_blank_variable_is_missing_where_it_is_needed(
    monkeypatch: pytest.MonkeyPatch, environment: None, name: str
) -> None:
    monkeypatch.setenv(f"AMPLIFY_AUTH_{name.upper()}", "  ")
    with pytest.raises(AuthConfigurationError, match=f": {name} not given"):
        Session()


@pytest.mark.parametrize("name", ["CLIENT_SECRET", "USER_POOL_CLIENT_ID", "USER_POOL_ID", "IDENTITY_POOL_ID"])
def test_a_variable_with_a_line_break_is_told_by_name(
    monkeypatch: pytest.MonkeyPatch, environment: None, name: str
) -> None:
    monkeypatch.setenv(f"AMPLIFY_AUTH_{name}", os.environ[f"AMPLIFY_AUTH_{name}"] + "\n")
    with pytest.raises(AuthConfigurationError) as caught:
        Session()

    assert name.lower() in caught.value.message.replace(" ", "_")


@pytest.mark.parametrize(
    ("variable", "sentence"),
    [
        ("ENDPOINT", "AMPLIFY_AUTH_ENDPOINT is not read: did you mean AMPLIFY_AUTH_ENDPOINT_URL?"),
        ("CLIENT_SECERT", "AMPLIFY_AUTH_CLIENT_SECERT is not read: did you mean AMPLIFY_AUTH_CLIENT_SECRET?"),
        ("REGION", "AMPLIFY_AUTH_REGION is not read: the region is that of the user pool id."),
        ("READ_TIMEOUT", "AMPLIFY_AUTH_READ_TIMEOUT is not read: pass read_timeout to configure() or Session()."),
    ],
)
def test_a_variable_that_is_not_read_is_logged_once_without_its_value(
    monkeypatch: pytest.MonkeyPatch,
    environment: None,
    caplog: pytest.LogCaptureFixture,
    variable: str,
    sentence: str,
) -> None:
    monkeypatch.setenv(f"AMPLIFY_AUTH_{variable}", "canary")
    config_sources._log_once.cache_clear()
    for _ in range(2):
        Session()

    assert [record.getMessage() for record in caplog.records if record.name == "amplify_auth"] == [sentence]


def test_a_variable_of_another_program_is_not_logged(
    monkeypatch: pytest.MonkeyPatch, environment: None, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("DEBUG", "ROLE", "LOG", "SETTINGS_FILE"):
        monkeypatch.setenv(f"AMPLIFY_AUTH_{name}", "x")
    Session()

    assert caplog.records == []


def test_without_anything_the_error_says_what_to_set() -> None:
    with pytest.raises(AuthConfigurationError) as caught:
        configure()

    assert caught.value.name == "AuthUserPoolException"
    assert caught.value.message.startswith("Auth UserPool not configured")
    for word in [
        "user_pool_id",
        "AMPLIFY_AUTH_USER_POOL_ID",
        "AMPLIFY_AUTH_USER_POOL_CLIENT_ID",
        "amplify_outputs.json",
    ]:
        assert word in (caught.value.recovery_suggestion or "")


@pytest.mark.parametrize("missing", ["user_pool_id", "user_pool_client_id"])
def test_half_a_configuration_names_the_other_half(missing: str) -> None:
    options = {"user_pool_id": "us-east-1_Option", "user_pool_client_id": "x"}
    del options[missing]
    with pytest.raises(AuthConfigurationError) as caught:
        Session(**options)

    assert f": {missing} not given." in caught.value.message


DAMAGED = {
    "no JSON": '{"user_pool_id": "us-east-1_A", "client_secret": "s3cr3t"',
    "no mapping": '["s3cr3t"]',
    "a text": '"s3cr3t"',
    "nothing": "",
    "another version": '{"version": "2", "auth": {"user_pool_id": "a_b", "user_pool_client_id": "x"}}',
    "no auth": '{"version": "1", "data": {}}',
    "auth is no mapping": '{"version": "1", "auth": ["s3cr3t"]}',
    "no version": '{"version": null, "auth": {}}',
    "too deep": "[" * 100_000,
    "an unknown setting": '{"user_pool_id": "us-east-1_A", "user_pool_client_id": "x", "user_pool": "s3cr3t"}',
    "a number for an id": '{"version": "1", "auth": {"user_pool_id": 5, "user_pool_client_id": "x"}}',
    "a text for oauth": '{"version": "1", "auth": {"user_pool_id": "a_b", "user_pool_client_id": "x", "oauth": "s"}}',
    "an unknown preference": '{"version": "1", "auth": {"user_pool_id": "a_b", "user_pool_client_id": "x", '
    '"passwordless": {"preferred_challenge": "TELEPATHY"}}}',
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_file_that_is_no_configuration_is_refused_and_not_shown(empty_folder: Path, damage: str) -> None:
    (empty_folder / "mine.json").write_text(DAMAGED[damage])
    with pytest.raises(AuthConfigurationError) as caught:
        configure("mine.json")

    error: BaseException | None = caught.value
    while error is not None:
        assert "s3cr3t" not in f"{error!r}{error.args}{vars(error)}{getattr(error, 'doc', '')}"
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"version": "1",\n "auth": }', r"it is no JSON \(Expecting value in line 2, column 10\)"),
        (b"", r"it is no JSON \(Expecting value in line 1, column 1\)"),
        (b'{"version": "\xe9"}', "it is no text in UTF-8"),
        (b"\xff\xfe\x00", "it is no text in UTF-8"),
        (b"[" * 100_000, "JSON array"),
    ],
    ids=["JSON", "empty", "Latin-1", "half UTF-16", "deep"],
)
@pytest.mark.parametrize("source", ["amplify_outputs.json", None], ids=["given", "in the current folder"])
def test_a_broken_file_is_told_by_name_with_what_is_wrong(
    empty_folder: Path, source: str | None, content: bytes, reason: str
) -> None:
    (empty_folder / "amplify_outputs.json").write_bytes(content)

    with pytest.raises(AuthConfigurationError, match=rf"amplify_outputs\.json' cannot be read: .*{reason}"):
        configure(source)


@pytest.mark.parametrize("content", ["[]", '{"version": "2", "auth": {}}', '{"pool": 1}'])
def test_a_file_with_something_else_in_it_is_told_by_name(empty_folder: Path, content: str) -> None:
    (empty_folder / "mine.json").write_text(content)

    with pytest.raises(AuthConfigurationError, match=r"The configuration file 'mine\.json' (is|has)"):
        configure("mine.json")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_file_that_windows_wrote_is_read(empty_folder: Path, encoding: str) -> None:
    """PowerShell's ``>`` writes UTF-16, other tools a byte order mark."""
    (empty_folder / "mine.json").write_text(json.dumps(OUTPUTS), encoding=encoding)

    assert configure("mine.json").config.user_pool_id == "eu-west-1_File"


@pytest.mark.parametrize(
    "content",
    [
        '{"client_secret": "s3cr3t"}',
        "{'client_secret': 's3cr3t'}",
        "user_pool_id: eu-west-1_AbC123\nclient_secret: s3cr3t",
        "AMPLIFY_AUTH_CLIENT_SECRET=s3cr3t\n",
        "s3cr3t" * 200,
    ],
    ids=lambda content: content[:16],
)
def test_content_in_place_of_a_path_is_not_shown(content: str) -> None:
    with pytest.raises(AuthConfigurationError, match="The configuration file cannot be read") as caught:
        configure(content)

    assert "s3cr3t" not in f"{caught.value!r}{vars(caught.value)}{caught.value.__context__!r}"


@pytest.mark.parametrize(
    "source",
    ["missing.json", ".", "a\0b", 5, b"mine.json", ["mine.json"], object()],
    ids=lambda value: repr(value)[:14],
)
def test_what_cannot_be_read_is_refused(source: Any) -> None:
    with pytest.raises(AuthConfigurationError) as caught:
        configure(source)

    assert caught.value.name == "InvalidConfiguration"


@pytest.fixture
def closed_folder(empty_folder: Path) -> Iterator[Path]:
    """The current folder, which this process may not look into."""
    empty_folder.chmod(0)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)  # nothing is closed to root
    yield empty_folder
    if is_root:
        os.seteuid(0)
    empty_folder.chmod(0o700)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="folders are closed otherwise on this system")
def test_a_current_folder_that_is_closed_has_no_file(closed_folder: Path) -> None:
    with pytest.raises(AuthConfigurationError, match="not configured"):
        configure()
    with pytest.raises(AuthConfigurationError, match="cannot be read: Permission denied"):
        configure("amplify_outputs.json")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such files")
@pytest.mark.parametrize("end", ["", ".json", ".js", ".env"])
def test_a_pipe_or_a_device_is_refused_at_once(empty_folder: Path, end: str) -> None:
    """A pipe without a writer never answers, and /dev/zero never ends."""
    os.mkfifo(empty_folder / f"pipe{end}")
    (empty_folder / f"endless{end}").symlink_to("/dev/zero")
    for name in (f"pipe{end}", f"endless{end}"):
        with pytest.raises(AuthConfigurationError, match="cannot be read: it is no regular file"):
            configure(name)


@pytest.mark.parametrize("end", [".json", ".js", ".txt"])
def test_a_very_large_file_is_refused_before_it_is_read(
    empty_folder: Path, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amplify_auth._settings.config_files._LARGEST", 1 << 20)
    (empty_folder / f"mine{end}").write_text(json.dumps(OUTPUTS).ljust(1 << 20))
    assert configure(f"mine{end}").config.user_pool_id == "eu-west-1_File"
    (empty_folder / f"mine{end}").write_text(json.dumps(OUTPUTS).ljust((1 << 20) + 1))
    with pytest.raises(AuthConfigurationError, match=f"mine{end}' cannot be read: it is larger than 1 MiB"):
        configure(f"mine{end}")


ODD: list[Any] = [None, True, 0, -1, 1.5, "", "\0", [], [None], [[]], {}, {"": None}, {"a": {"b": [None]}}]
PLACES = ["version", "auth", *(f"auth.{name}" for name in OUTPUTS["auth"])]  # type: ignore[attr-defined]
PLACES += ["auth.unauthenticated_identities_enabled", "auth.passwordless.preferred_challenge", "auth.oauth.domain"]


@pytest.mark.parametrize("place", PLACES)
def test_a_file_of_odd_shape_is_taken_or_refused_but_harms_nobody(place: str) -> None:
    *folders, name = place.split(".")
    with EveryRow() as every:
        for value in ODD:
            outputs = copy.deepcopy(OUTPUTS)
            within: Any = outputs
            for folder in folders:
                within = within[folder]
            within[name] = value
            with every.row(repr(value)), contextlib.suppress(AuthConfigurationError):
                config = configure(outputs).config
                assert config.user_pool_id == "eu-west-1_File"
                assert config.allow_guest_access in (True, False)


def test_a_broken_file_in_the_current_folder_does_not_matter_to_who_gives_options(empty_folder: Path) -> None:
    (empty_folder / "amplify_outputs.json").write_text("{")

    assert Session(user_pool_id="us-east-1_Option", user_pool_client_id="x").config.user_pool_client_id == "x"


def test_a_failed_configure_leaves_the_default_session() -> None:
    session = configure(user_pool_id="us-east-1_Option", user_pool_client_id="x")
    with pytest.raises(AuthConfigurationError):
        configure("missing.json")

    assert get_session() is session


def test_without_configure_every_function_says_so() -> None:
    with pytest.raises(AuthConfigurationError) as caught:
        get_session()

    assert caught.value.name == "AuthUserPoolException"
    assert "configure()" in (caught.value.recovery_suggestion or "")


def test_the_session_that_is_given_wins_over_the_block_and_the_block_over_the_default() -> None:
    options = {"user_pool_id": "us-east-1_Option", "user_pool_client_id": "x"}
    default, chosen, given = configure(options), Session(**options), Session(**options)
    with use_session(chosen):
        assert get_session() is chosen
        assert get_session(given) is given

    assert get_session() is default


def test_a_secret_alone_in_the_environment_is_for_the_client_of_the_file(
    outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMPLIFY_AUTH_CLIENT_SECRET", "secret-of-env")

    assert configure(outputs).config.client_secret == "secret-of-env"


@pytest.mark.parametrize("value", [0, "", "session", object(), {}, False], ids=lambda value: repr(value)[:14])
def test_what_is_no_session_is_refused(value: Any) -> None:
    configure(user_pool_id="us-east-1_Option", user_pool_client_id="x")
    with pytest.raises(AuthValidationError, match="session must be a Session"):
        get_session(value)
    with pytest.raises(AuthValidationError, match="session must be a Session"), use_session(value):
        pass


def test_other_names_in_an_outputs_file_are_asked_about(tmp_path: Path) -> None:
    content = {"version": "1.3", "auth": {"userPoolId": "eu-west-1_AbC123", "userPoolClientId": "c", "aws_region": "x"}}
    path = tmp_path / "amplify_outputs.json"
    path.write_text(json.dumps(content))
    sources: tuple[Any, ...] = (content, path)
    for source in sources:
        with pytest.raises(AuthConfigurationError) as caught:
            configure(source)

        advice = str(caught.value.recovery_suggestion)
        assert "Did you mean user_pool_id in place of userPoolId?" in advice
        assert "Did you mean user_pool_client_id in place of userPoolClientId?" in advice
        assert "aws_region" not in advice


def test_a_name_that_is_only_missing_is_not_asked_about() -> None:
    with pytest.raises(AuthConfigurationError) as caught:
        configure({"version": "1", "auth": {"user_pool_id": "eu-west-1_AbC123", "username_attributes": ["email"]}})

    assert "Did you mean" not in str(caught.value.recovery_suggestion)
