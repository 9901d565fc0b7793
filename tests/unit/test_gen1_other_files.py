"""Files of other tools are refused, and the error names the keys of the ids that are in them, never a value."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from amplify_auth import AuthConfigurationError, configure
from amplify_auth._settings.other_files import ids_in, refuse_text_file

POOL_ID, CLIENT_ID = "eu-west-1_ShopZ9", "1h57kf5cpq17m0eml12example"
IDENTITY_POOL_ID = "eu-west-1:0aa1b2c3-0000-4000-8000-000000000000"
SECRET = "1q2w3e4r5t6y7u8i9o0p1q2w3e4r5t6y7u8i9o0p1q2w3e4r5t6y"
POOL = "looks like the user pool id: pass its value as user_pool_id=."
CLIENT = "looks like the user pool client id: pass its value as user_pool_client_id=."
IDENTITY = "looks like the identity pool id: pass its value as identity_pool_id=."
CLIENT_SECRET = "looks like the secret of an app client: pass its value as client_secret=."
OUTPUT_LIST = [
    {"OutputKey": "UserPoolId", "OutputValue": POOL_ID, "Description": "x"},
    {"OutputKey": "ClientId", "OutputValue": CLIENT_ID},
]
STATE = {"pool_id": {"value": POOL_ID, "type": "string"}, "client_id": {"value": CLIENT_ID, "type": "string"}}
#: The name of a file, its content, what it is, and sentences of the advice.
FILES: dict[str, tuple[str, object, str, tuple[str, ...]]] = {
    "CDK": (
        "cdk-outputs.json",
        {
            "AuthStack": {"UserPoolId": POOL_ID, "WebClientId": CLIENT_ID, "IdentityPool": IDENTITY_POOL_ID},
            "Api": {"Url": "https://x.example/"},
        },
        "as the AWS CDK writes them",
        (
            f"The key UserPoolId of AuthStack {POOL}",
            f"The key WebClientId of AuthStack {CLIENT}",
            f"The key IdentityPool of AuthStack {IDENTITY}",
        ),
    ),
    "CloudFormation": (
        "stack.json",
        {"Stacks": [{"StackName": "shop", "Outputs": OUTPUT_LIST}]},
        "a description of CloudFormation",
        (f"The key UserPoolId of shop {POOL}", f"The key ClientId of shop {CLIENT}"),
    ),
    "a list of outputs": (
        "outputs.json",
        OUTPUT_LIST,
        "outputs of a CloudFormation stack",
        (f"The key UserPoolId {POOL}", f"The key ClientId {CLIENT}"),
    ),
    "terraform output": (
        "outputs.json",
        {
            "pool_id": {"sensitive": False, "type": "string", "value": POOL_ID},
            "client": {"sensitive": True, "type": ["object", {}], "value": {"client_secret": SECRET}},
        },
        "the outputs of Terraform",
        (f"The key pool_id {POOL}", f"The key client_secret of client {CLIENT_SECRET}"),
    ),
    "a state of Terraform": (
        "terraform.tfstate",
        {"version": 4, "terraform_version": "1.9.0", "outputs": STATE, "resources": []},
        "a state of Terraform",
        (f"The key pool_id {POOL}", f"The key client_id {CLIENT}"),
    ),
    "amplify-meta": (
        "amplify-meta.json",
        {"providers": {}, "auth": {"shop": {"output": {"UserPoolId": POOL_ID, "AppClientIDWeb": CLIENT_ID}}}},
        "amplify-meta.json of Amplify Gen 1",
        (f"The key UserPoolId of auth.shop.output {POOL}", f"The key AppClientIDWeb of auth.shop.output {CLIENT}"),
    ),
    "an env-file": (
        ".env.local",
        f'# a\nexport REACT_APP_POOL={POOL_ID}\nVITE_CLIENT_ID="{CLIENT_ID}"\n'
        f"CLIENT_SECRET='{SECRET}'\nKEY={SECRET}\n",
        "an env-file",
        (
            f"The key REACT_APP_POOL {POOL}",
            f"The key VITE_CLIENT_ID {CLIENT}",
            f"The key CLIENT_SECRET {CLIENT_SECRET}",
        ),
    ),
    "Serverless": (
        "serverless.yml",
        f"service: shop\ncustom:\n  userPoolId: {POOL_ID}\n  clientId: '{CLIENT_ID}'\n",
        "a YAML file",
        (f"The key userPoolId {POOL}", f"The key clientId {CLIENT}"),
    ),
    "SAM": (
        "samconfig.toml",
        f'[default.deploy.parameters]\nparameter_overrides = "UserPoolId=\\"{POOL_ID}\\" Stage=\\"x\\""\n',
        "a TOML file",
        (f"The key UserPoolId {POOL}",),
    ),
    "variables of Terraform": ("x.tfvars", f'pool = "{POOL_ID}"', "a file of Terraform", (f"The key pool {POOL}",)),
    "a template without ids": (
        "template.yaml",
        "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n",
        "a YAML file",
        ("Pass user_pool_id= and user_pool_client_id= to configure(), without the file.",),
    ),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_another_tool_is_refused_with_its_keys(folder: Path, kind: str) -> None:
    name, content, says, advice = FILES[kind]
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(AuthConfigurationError) as caught:
        configure(name)

    assert f"'{name}' " in caught.value.message
    assert says in caught.value.message
    assert [sentence for sentence in advice if sentence not in str(caught.value.recovery_suggestion)] == []
    shown = f"{caught.value!r}{vars(caught.value)}{caught.value.__context__!r}"
    assert not [value for value in (POOL_ID, CLIENT_ID, SECRET, IDENTITY_POOL_ID) if value in shown]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("GraphQLApiId", CLIENT_ID),
        ("ApiKey", SECRET),
        ("UserPoolArn", f"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/{POOL_ID}"),
        ("ClientName", "shop"),
    ],
)
def test_a_value_of_another_kind_is_not_named(key: str, value: str) -> None:
    assert ids_in({"Stack": {key: value}}) == []


def test_options_are_no_outputs_of_a_stack() -> None:
    with pytest.raises(AuthConfigurationError, match="unknown settings: passwordles"):
        configure({"oauth": {"domain": "shop.auth.eu-west-1.amazoncognito.com"}, "passwordles": {"a": "b"}})


def test_a_key_is_shown_in_one_short_line() -> None:
    with pytest.raises(AuthConfigurationError) as caught:
        configure({"Stack\n" + "x" * 500: {"Pool\n\x1b[2JId": POOL_ID}})

    advice = str(caught.value.recovery_suggestion)
    assert advice.isprintable()
    assert len(advice) < 400


@pytest.mark.parametrize("piece", ["a", "a.", "a=", "a: ", "a:'", "aaaaaaaa=aaaaaaaa", "\\", " ", "=", "-"])
def test_a_long_text_is_searched_fast(piece: str) -> None:
    begin = time.perf_counter()
    with pytest.raises(AuthConfigurationError):
        refuse_text_file(".env", (piece * 1024 * 1024)[: 1024 * 1024], "It")

    assert time.perf_counter() - begin < 20


def test_a_content_that_is_long_or_deep_is_searched_in_part() -> None:
    deep: Any = POOL_ID
    for _ in range(5_000):
        deep = {"a": deep}

    assert ids_in({"Stack": deep}) == []
    assert len(ids_in({"pools": [POOL_ID] * 100_000})) == 20_000


def test_json_needs_no_reader_of_programs(folder: Path) -> None:
    """Reading JSON loads neither the reader of programs nor the files of other tools."""
    (folder / "aws-exports.json").write_text(
        json.dumps({"aws_user_pools_id": POOL_ID, "aws_user_pools_web_client_id": CLIENT_ID})
    )
    program = (
        "import sys, amplify_auth; amplify_auth.configure('aws-exports.json'); "
        "print([name for name in sys.modules if name.rpartition('.')[2] in "
        "('program_tokens', 'object_literals', 'program_settings', 'other_files')])"
    )
    root = Path(__file__).parents[2]
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(root)}
    )

    assert found.stdout.strip() == "[]"
