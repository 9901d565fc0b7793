"""Files of Amplify Gen 1, and of Gen 2 for Flutter: which settings are read, in which forms, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from amplify_auth import AuthConfig, AuthConfigurationError, Session, configure
from amplify_auth._settings import config_sources
from tests.support.rows import EveryRow

POOL_ID, CLIENT_ID, IDENTITY_POOL_ID = "eu-west-1_ShopZ9", "1h57kf5cpq17m0eml12example", "eu-west-1:0aa1-b2c3"
SECRET = "1q2w3e4r5t6y7u8i9o0p1q2w3e4r5t6y7u8i9o0p1q2w3e4r5t6y"
DOMAIN = "shop.auth.eu-west-1.amazoncognito.com"
OAUTH = {
    "domain": DOMAIN,
    "scopes": ["openid", "email"],
    "redirect_sign_in_uri": ["http://localhost:3000/", "https://shop.example/"],
    "redirect_sign_out_uri": ["http://localhost:3000/bye"],
    "response_type": "code",
    "identity_providers": ["GOOGLE", "LOGIN_WITH_AMAZON"],
}
EXPORTS: dict[str, Any] = {
    "aws_project_region": "eu-west-1",
    "aws_cognito_identity_pool_id": IDENTITY_POOL_ID,
    "aws_cognito_region": "eu-west-1",
    "aws_user_pools_id": POOL_ID,
    "aws_user_pools_web_client_id": CLIENT_ID,
    "oauth": {
        "domain": DOMAIN,
        "scope": ["openid", "email"],
        "redirectSignIn": "http://localhost:3000/,https://shop.example/",
        "redirectSignOut": "http://localhost:3000/bye",
        "responseType": "code",
    },
    "aws_cognito_social_providers": ["GOOGLE", "AMAZON", "TELEPATHY"],
    "aws_cognito_sign_up_verification_method": "link",
    "aws_mandatory_sign_in": "enable",
    "aws_cognito_mfa_configuration": "OFF",
    "aws_user_files_s3_bucket": "shop-files",
}
VERSION_5: dict[str, Any] = {
    "Auth": {
        "region": "eu-west-1",
        "userPoolId": POOL_ID,
        "userPoolWebClientId": CLIENT_ID,
        "identityPoolId": IDENTITY_POOL_ID,
        "mandatorySignIn": True,
        "signUpVerificationMethod": "link",
        "authenticationFlowType": "USER_PASSWORD_AUTH",
        "cookieStorage": {"domain": "shop.example"},
        "oauth": {
            **{name: EXPORTS["oauth"][name] for name in ("domain", "scope", "redirectSignOut", "responseType")},
            "redirectSignIn": ["http://localhost:3000/", "https://shop.example/"],
        },
    },
    "API": {"endpoints": []},
}
VERSION_6: dict[str, Any] = {
    "Auth": {
        "Cognito": {
            "userPoolId": POOL_ID,
            "userPoolClientId": CLIENT_ID,
            "identityPoolId": IDENTITY_POOL_ID,
            "allowGuestAccess": True,
            "signUpVerificationMethod": "link",
            "userPoolEndpoint": "http://localhost:9229",
            "identityPoolEndpoint": "http://localhost:9230",
            "loginWith": {
                "username": True,
                "oauth": {
                    "domain": DOMAIN,
                    "scopes": ["openid", "email"],
                    "redirectSignIn": ["http://localhost:3000/", "https://shop.example/"],
                    "redirectSignOut": ["http://localhost:3000/bye"],
                    "responseType": "code",
                    "providers": ["Google", "Amazon", {"custom": "Okta"}],
                },
            },
        }
    }
}
PLUGIN: dict[str, Any] = {
    "UserAgent": "aws-amplify-cli/0.1.0",
    "Version": "0.1.0",
    "IdentityManager": {"Default": {}},
    "CredentialsProvider": {"CognitoIdentity": {"Default": {"PoolId": IDENTITY_POOL_ID, "Region": "eu-west-1"}}},
    "CognitoUserPool": {
        "Default": {"PoolId": POOL_ID, "AppClientId": CLIENT_ID, "AppClientSecret": SECRET, "Region": "eu-west-1"}
    },
    "Auth": {
        "Default": {
            "OAuth": {
                "WebDomain": DOMAIN,
                "AppClientId": CLIENT_ID,
                "SignInRedirectURI": "http://localhost:3000/,https://shop.example/",
                "SignOutRedirectURI": "http://localhost:3000/bye",
                "Scopes": ["openid", "email"],
            },
            "authenticationFlowType": "CUSTOM_AUTH_WITH_SRP",
            "socialProviders": ["GOOGLE", "AMAZON"],
        }
    },
}
MOBILE: dict[str, Any] = {
    "UserAgent": "aws-amplify-cli/2.0",
    "Version": "1.0",
    "auth": {"plugins": {"awsCognitoAuthPlugin": PLUGIN}},
}
OUTPUTS: dict[str, Any] = {
    "auth": {"user_pool_id": POOL_ID, "aws_region": "eu-west-1", "user_pool_client_id": CLIENT_ID},
    "version": "1.4",
}
#: The forms, and what else than the two ids they set.
FORMS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "aws-exports": (
        EXPORTS,
        {
            "identity_pool_id": IDENTITY_POOL_ID,
            "allow_guest_access": False,
            "sign_up_verification_method": "link",
            "oauth": OAUTH,
        },
    ),
    "Amplify.configure, version 5": (
        VERSION_5,
        {
            "identity_pool_id": IDENTITY_POOL_ID,
            "allow_guest_access": False,
            "sign_up_verification_method": "link",
            "auth_flow_type": "USER_PASSWORD_AUTH",
            "oauth": {**OAUTH, "identity_providers": []},
        },
    ),
    "Amplify.configure, version 6": (
        VERSION_6,
        {
            "identity_pool_id": IDENTITY_POOL_ID,
            "allow_guest_access": True,
            "sign_up_verification_method": "link",
            "endpoint_url": "http://localhost:9229",
            "identity_pool_endpoint_url": "http://localhost:9230",
            "oauth": OAUTH,
        },
    ),
    "amplifyconfiguration.json": (
        MOBILE,
        {
            "client_secret": SECRET,
            "identity_pool_id": IDENTITY_POOL_ID,
            "auth_flow_type": "CUSTOM_WITH_SRP",
            "oauth": OAUTH,
        },
    ),
    "awsconfiguration.json": (
        PLUGIN,
        {
            "client_secret": SECRET,
            "identity_pool_id": IDENTITY_POOL_ID,
            "auth_flow_type": "CUSTOM_WITH_SRP",
            "oauth": OAUTH,
        },
    ),
    "amplify_outputs": (OUTPUTS, {}),
}
SHORT = f"{{ aws_user_pools_id: '{POOL_ID}', aws_user_pools_web_client_id: '{CLIENT_ID}' }}"
SECTION = f"{{ userPoolId: '{POOL_ID}', userPoolWebClientId: '{CLIENT_ID}' }}"
OTHER = SHORT.replace("ShopZ9", "Other")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(name: str, text: str) -> AuthConfig:
    """The configuration that a file of this name and text gives."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")
    return configure(name).config


def refused(source: Any, text: str = "", **options: Any) -> AuthConfigurationError:
    """The error for this source. A text is that of a file of this name."""
    if text:
        Path(source).write_text(text, encoding="utf-8")
    with pytest.raises(AuthConfigurationError) as caught:
        configure(source, **options)
    shown = f"{caught.value!r}{vars(caught.value)}{caught.value.__cause__!r}{caught.value.__context__!r}"
    assert not [value for value in (POOL_ID, CLIENT_ID, SECRET, IDENTITY_POOL_ID) if value in shown]
    return caught.value


def has(config: AuthConfig, expected: Mapping[str, Any]) -> None:
    """Compare all settings. What is not expected must be as without the file."""
    default = Session(user_pool_id=POOL_ID, user_pool_client_id=CLIENT_ID).config
    names = list(config_sources.OPTIONS)
    assert {name: getattr(config, name) for name in names} == {
        name: expected.get(name, getattr(default, name)) for name in names
    }


@pytest.mark.parametrize("form", FORMS)
def test_a_form_as_a_mapping_as_json_and_as_a_program(form: str) -> None:
    content, expected = FORMS[form]
    text = json.dumps(content, indent=4)
    with EveryRow() as every:
        for name, source in {
            "x.json": text,
            "x.js": f"const awsmobile = {text};\n\n\nexport default awsmobile;\n",
            "x.ts": f"export const config: ResourcesConfig = {text} as const;\n",
            "x.dart": f"const amplifyconfig = ''' {text}''';",
            "raw.dart": f"const amplifyConfig = r'''{text}''';",
            "text.dart": f"const amplifyConfig = {json.dumps(text)};",
            "x.cjs": f"module.exports = {text}",
            "x.mjs": f"import {{ Amplify }} from 'aws-amplify';\nAmplify.configure({text});\n",
            "x.json5": text,
        }.items():
            with every.row(name):
                has(read(name, source), expected)
        with every.row("a mapping"):
            has(configure(content).config, expected)


WRAPPINGS = {
    "generated": "/* eslint-disable */\n// WARNING: DO NOT EDIT. This file is automatically generated.\n"
    "\nconst awsmobile = OBJECT;\n\n\nexport default awsmobile;\n",
    "module.exports": "'use strict';\nmodule.exports = OBJECT;",
    "exports.default": "exports.default = OBJECT",
    "window": "window.awsmobile = OBJECT;",
    "export default": "export default OBJECT",
    "an annotation": "export const awsConfig: Record<string, any> = OBJECT satisfies Config;",
    "a cast before it": "const x = <any>OBJECT;",
    "frozen": "export default Object.freeze(OBJECT);",
    "a call": "import Amplify from 'aws-amplify'\nAmplify.configure(OBJECT)",
    "a call in a component": "useEffect(() => {\n  Amplify.configure(OBJECT, { ssr: true });\n}, []);\n"
    "return <p>Don't</p>",
    "within another object": "export const environment = { production: true, amplify: OBJECT };",
    "after a type": "type Config = { aws_user_pools_id: 'eu-west-1_Type'; aws_user_pools_web_client_id: string };\n"
    "const c: Config = OBJECT;",
    "after an interface": "interface Config { aws_user_pools_id: string }\nconst c: Config = OBJECT;",
    "JSON in a template": "const c = JSON.parse(`JSONTEXT`);",
    "JSON in a text": "const c = JSON.parse('JSONTEXT');",
    "the same object twice": "const a = OBJECT;\nconst b = OBJECT;",
    "another one is exported": "const dev = OTHER;\nconst prod = OBJECT;\nexport default prod;",
    "another one is configured": "const dev = OTHER;\nconst prod = OBJECT;\nAmplify.configure(prod);",
    "another one is logged": "console.log(OTHER);\nexport default OBJECT;",
    "another one is a default argument": "function f(c = OTHER) {}\nAmplify.configure(OBJECT);",
    "merged into an imported one": "Amplify.configure(Object.assign({}, imported, OBJECT));",
    "its section is a variable": f"const auth = {SECTION};\nAmplify.configure({{ Auth: auth }});",
    "its section is given later": f"const c = {{ Auth: {SECTION.replace('ShopZ9', 'Other')} }};\nc.Auth = {SECTION};\n"
    "Amplify.configure(c);",
    "the exported one spreads it": "const base = OBJECT;\nexport default { ...base, oauth: {} };",
    "an id is compared": "const c = OBJECT;\nif (c.aws_user_pools_id === 'x') {}\nexport default c;",
    "a pattern with a quotation mark": "const isQuote = /['\"`]/.test(name);\nconst c = OBJECT;",
    "a division": "const half = width / 2; const c = OBJECT; const third = width / 3;",
    "a template with a text in it": "const t = `a ${b ? `c}` : '`'} d`;\nexport default OBJECT;",
    "after Dart's imports": "import 'package:flutter/material.dart';\n/// Don't edit.\n"
    "final Map<String, String> c = OBJECT;",
    "a line end of Windows": "// generated\r\nconst c = OBJECT;\r\nexport default c;\r\n",
    "a shebang": "#!/usr/bin/env node's\nmodule.exports = OBJECT",
    "a spread before it": "export default { ...base, ...{}, aws_appsync_region: REGION, "
    f"aws_user_pools_id: '{POOL_ID}', aws_user_pools_web_client_id: '{CLIENT_ID}' }};",
    "the section alone": f"Auth.configure({SECTION});",
    "the section within others": f"export const environment = {{ cognito: {SECTION} }};",
    "an empty twin": "export default OBJECT;\nexport const mock = { Auth: {} };",
    "a comment within": "export default { /* a: 'b', } */ 'aws_user_pools_id': // }\n"
    f"  '{POOL_ID}',\n  [`x`]: 1, aws_user_pools_web_client_id: `{CLIENT_ID}`, }}",
    "escapes": f"export default {{ aws_user_pools_id: 'eu\\x2dwest-1\\u005f\\u{{53}}hop\\\nZ9', "
    f"'aws_user_pools_web\\u005fclient_id': \"{CLIENT_ID}\" }}",
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_what_is_around_the_object(wrapping: str) -> None:
    flat = json.dumps({"aws_user_pools_id": POOL_ID, "aws_user_pools_web_client_id": CLIENT_ID})
    text = WRAPPINGS[wrapping].replace("OBJECT", SHORT).replace("OTHER", OTHER).replace("JSONTEXT", flat)

    has(read("aws-exports.js", text), {})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_program_that_windows_wrote_is_read(folder: Path, encoding: str) -> None:
    (folder / "aws-exports.js").write_text(f"export default {SHORT}", encoding=encoding)

    has(configure("aws-exports.js").config, {})


def test_a_value_that_is_computed_is_left_out() -> None:
    config = read(
        "aws-exports.ts",
        f"""const HOST = location.hostname === 'localhost' ? 'http://localhost/' : 'https://shop.example/';
        export default {{
            aws_user_pools_id: '{POOL_ID}' as string,
            aws_user_pools_web_client_id: '{CLIENT_ID}',
            aws_cognito_identity_pool_id: process.env.IDENTITY_POOL_ID!,
            aws_mandatory_sign_in: import.meta.env.MANDATORY,
            oauth: {{
                domain: `{DOMAIN}`,
                scope: ['openid', SCOPE, 'email'],
                redirectSignIn: HOST + 'in',
                redirectSignOut: isLocal ? 'http://localhost/' : `${{HOST}}out`,
                responseType: type(),
            }},
        }};""",
    )
    empty: dict[str, Any] = {"redirect_sign_in_uri": [], "redirect_sign_out_uri": [], "identity_providers": []}

    has(config, {"oauth": {**OAUTH, **empty}})


@pytest.mark.parametrize(
    "expression",
    [
        "process.env.POOL_ID",
        "process.env.POOL_ID || 'eu-west-1_Default'",
        "import.meta.env.VITE_POOL_ID",
        "'eu-west-1_' + name",
        "`eu-west-1_${name}`",
        "isProduction ? 'eu-west-1_A' : 'eu-west-1_B'",
        "poolId()",
        "settings['pool']",
        "(() => 'eu-west-1_A')()",
        "POOL_ID as string",
        "await pool",
        "-1",
        "/eu-west-1_A/",
        "['a'].join('')",
        "{ a: 1 }.a",
    ],
)
def test_an_id_that_is_computed_is_asked_for(expression: str) -> None:
    text = f"export default {{ aws_user_pools_id: {expression}, aws_user_pools_web_client_id: '{CLIENT_ID}' }}"
    error = refused("aws-exports.js", text)

    assert error.message == "Auth UserPool not configured: user_pool_id not given."
    assert "computes aws_user_pools_id, and programs are not run: pass user_pool_id= too." in str(
        error.recovery_suggestion
    )
    assert configure("aws-exports.js", user_pool_id=POOL_ID).config.user_pool_client_id == CLIENT_ID


@pytest.mark.parametrize(
    "text",
    [
        f"export default {{ aws_user_pools_id, aws_user_pools_web_client_id: '{CLIENT_ID}' }}",
        f"export default {{ aws_user_pools_id: '{POOL_ID}', ...others, aws_user_pools_web_client_id: '{CLIENT_ID}' }}",
        f"export default {{ ...others, aws_user_pools_web_client_id: '{CLIENT_ID}' }}",
        f"const c = {SHORT};\nc.aws_user_pools_id = choose();\nexport default c;",
        f"const c = {SHORT};\nc['aws_user_pools_id'] = choose();\nexport default c;",
        f"const c = {SHORT};\nc.aws_user_pools_id ||= choose();\nexport default c;",
        f"const c = {SHORT};\nc.aws_user_pools_id ??= choose();\nexport default c;",
        f"const c = {SHORT};\nc.aws_user_pools_id += 'X';\nexport default c;",
        f"const c = {SHORT};\ndelete c.aws_user_pools_id;\nexport default c;",
        f"const base = {SHORT};\nexport default {{ ...base, aws_user_pools_id: process.env.POOL }};",
        f"const base = {SHORT};\nconst c = {{ ...base, aws_user_pools_id: process.env.POOL }};\nmodule.exports = c;",
        f"export default {{ aws_user_pools_id() {{ return 1 }}, aws_user_pools_web_client_id: '{CLIENT_ID}' }}",
    ],
    ids=[
        *("shorthand", "a spread after it", "only a spread", "assigned later", "assigned by its name", "or", "if null"),
        *("added to", "deleted", "replaced in what is exported", "replaced in a variable", "a method"),
    ],
)
def test_an_id_that_may_be_another_one_is_asked_for(text: str) -> None:
    assert "computes aws_user_pools_id" in str(refused("aws-exports.js", text).recovery_suggestion)


def test_a_section_that_is_computed_is_named() -> None:
    error = refused("amplify.ts", "Amplify.configure({ Auth: authConfig, API: {} });")

    assert "computes Auth, and programs are not run: pass user_pool_id= too." in str(error.recovery_suggestion)
    assert "computes Auth, and programs are not run: pass user_pool_client_id= too." in str(error.recovery_suggestion)


def test_what_dart_inserts_is_computed() -> None:
    text = json.dumps(PLUGIN).replace(POOL_ID, "${Environment.pool}").replace(SECRET, "$secret")
    error = refused("amplifyconfiguration.dart", f"const amplifyconfig = '''{text}''';")

    assert "computes CognitoUserPool.Default.PoolId" in str(error.recovery_suggestion)
    config = configure("amplifyconfiguration.dart", user_pool_id=POOL_ID).config
    assert (config.user_pool_client_id, config.client_secret) == (CLIENT_ID, None)


def test_a_setting_that_is_left_out_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    config_sources._log_once.cache_clear()
    text = SHORT.replace("{", "{ aws_cognito_identity_pool_id: env.IDENTITY,", 1)
    for _ in range(2):
        read("aws-exports.js", f"export default {text}")
    configure("aws-exports.js", identity_pool_id=IDENTITY_POOL_ID)

    assert [record.getMessage() for record in caplog.records if record.name == "amplify_auth"] == [
        "The configuration file computes aws_cognito_identity_pool_id, and programs are not run: it is left out. "
        "Pass identity_pool_id to configure() if it is needed."
    ]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (f"const dev = {SHORT};\nconst prod = {OTHER};", "dev in line 1 and prod in line 2"),
        (f"export default isLocal ? {SHORT}\n : {OTHER};", "line 1 and line 2"),
        (f"const all = {{ dev: {SHORT}, prod: {OTHER} }};", "all.dev in line 1 and all.prod in line 1"),
        (f"const dev = {SHORT};\nconst prod = {OTHER};\nexport default [dev, prod][0];", "dev in line 1 and prod"),
        (f"let c = {SHORT};\nif (test) {{ c = {OTHER} }}\nexport default c;", "c in line 1 and c in line 2"),
        (f"const a = {SHORT};\nconst b = {OTHER};\nexport default a;\nAmplify.configure(b);", "a in line 1 and b"),
        (f"const a = {SHORT};\nObject.assign(a, {OTHER});\nexport default a;", "a in line 1 and line 2"),
        (f"Amplify.configure({SHORT});\nAmplify.configure({OTHER});", "line 1 and line 2"),
        (f"export default x ? dev : prod;\nconst dev = {SHORT};\nconst prod = {OTHER};", "dev in line 2 and prod"),
    ],
    ids=[
        "two",
        "a choice",
        "nested",
        "chosen by an expression",
        "assigned again",
        "both are used",
        "assigned into it",
        "configured twice",
        "a choice of names",
    ],
)
def test_several_configurations_are_refused(text: str, places: str) -> None:
    error = refused("config.ts", text)

    assert f"'config.ts' has several configurations: {places}" in error.message
    assert "Pass user_pool_id= and user_pool_client_id=" in str(error.recovery_suggestion)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"aws_mandatory_sign_in": "enable"}, False),
        ({"aws_mandatory_sign_in": "disable"}, True),
        ({}, True),
    ],
    ids=["enable", "disable", "missing"],
)
def test_guests_are_let_in_as_in_amplify(content: dict[str, str], expected: bool) -> None:
    exports = {**{name: value for name, value in EXPORTS.items() if name != "aws_mandatory_sign_in"}, **content}

    assert configure(exports).config.allow_guest_access is expected


def test_guests_need_an_identity_pool() -> None:
    assert configure({"aws_user_pools_id": POOL_ID, "aws_user_pools_web_client_id": "c"}).config.allow_guest_access is (
        False
    )


def test_a_region_that_contradicts_the_pool_is_refused_with_its_key() -> None:
    error = refused({**EXPORTS, "aws_cognito_region": "us-east-1"})

    assert "region contradicts the user pool id" in error.message
    assert "region comes from aws_cognito_region of the file" in str(error.recovery_suggestion)


def test_the_region_of_the_project_may_be_another_one() -> None:
    assert configure({**EXPORTS, "aws_project_region": "us-east-1"}).config.region == "eu-west-1"


def test_a_wrong_value_is_named_by_its_key() -> None:
    for wrong in ("[COGNITO USER POOL ID]", 5, "eu west", f" {POOL_ID}"):
        error = refused({**EXPORTS, "aws_user_pools_id": wrong})

        assert "user_pool_id comes from aws_user_pools_id of the file" in str(error.recovery_suggestion)


def test_a_flow_that_means_two_things_is_asked_about() -> None:
    content = {"Auth": {**VERSION_5["Auth"], "authenticationFlowType": "CUSTOM_AUTH"}}
    error = refused(content)

    assert "CUSTOM_WITHOUT_SRP, or CUSTOM_WITH_SRP" in str(error.recovery_suggestion)
    assert "auth_flow_type comes from Auth.authenticationFlowType" in str(error.recovery_suggestion)
    assert configure(content, auth_flow_type="CUSTOM_WITHOUT_SRP").config.auth_flow_type == "CUSTOM_WITHOUT_SRP"


def test_an_endpoint_of_a_mobile_app_has_no_scheme() -> None:
    content = {"CognitoUserPool": {"Default": {"PoolId": POOL_ID, "AppClientId": "c", "Endpoint": "idp.shop.example"}}}

    assert configure(content).config.endpoint_url == "https://idp.shop.example"


def test_options_win_and_take_what_belongs_to_the_pool_and_the_client_with_them() -> None:
    config = configure(MOBILE, user_pool_id="us-east-1_Option", user_pool_client_id="client-of-option").config

    assert (config.user_pool_id, config.region) == ("us-east-1_Option", "us-east-1")
    assert config.client_secret is None
    assert configure(MOBILE, user_pool_client_id=CLIENT_ID).config.client_secret == SECRET


@pytest.mark.parametrize(
    ("content", "form", "key"),
    [
        ({"aws_cognito_identity_pool_id": IDENTITY_POOL_ID}, "aws-exports", "aws_user_pools_id"),
        ({"Auth": {"identityPoolId": IDENTITY_POOL_ID}}, "Amplify.configure", "Auth.userPoolId"),
        ({"Auth": {"Cognito": {"identityPoolId": IDENTITY_POOL_ID}}}, "Amplify.configure", "Auth.Cognito.userPoolId"),
        ({"CredentialsProvider": PLUGIN["CredentialsProvider"]}, "awsconfiguration.json", "CognitoUserPool.Default"),
    ],
    ids=["aws-exports", "version 5", "version 6", "mobile"],
)
def test_a_file_with_an_identity_pool_only_is_refused(content: dict[str, Any], form: str, key: str) -> None:
    error = refused(content)

    assert (error.name, form in str(error.recovery_suggestion)) == ("AuthUserPoolException", True)
    assert f"has no {key}" in str(error.recovery_suggestion)
    assert "An identity pool alone is not enough" in str(error.recovery_suggestion)


@pytest.mark.parametrize(
    "content",
    [{"UserAgent": "x", "Version": "1.0", "api": {"plugins": {}}}, {"UserAgent": "x", "auth": {"plugins": {}}}],
    ids=["no auth", "no plugin"],
)
def test_a_mobile_app_without_auth_is_refused(content: dict[str, Any]) -> None:
    advice = str(refused(content).recovery_suggestion)

    assert "CognitoUserPool.Default.PoolId and" in advice
    assert "An identity pool alone" not in advice


@pytest.mark.parametrize("name", ["aws-exports.js", "src/aws-exports.js", "lib/amplify_outputs.dart"])
def test_a_file_that_is_there_is_named(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("")
    with pytest.raises(AuthConfigurationError) as caught:
        configure()

    assert f"There is a file {name} here: configure({name!r}) reads it." in str(caught.value.recovery_suggestion)


def test_a_name_that_is_alike_is_asked_about(folder: Path) -> None:
    (folder / "aws-exports.js").write_text("")

    assert "Did you mean 'aws-exports.js'?" in str(refused("aws-export.js").recovery_suggestion)
    assert "Did you mean 'aws-exports.js'?" in str(refused(".").recovery_suggestion)


@pytest.mark.parametrize(
    ("text", "says", "advises"),
    [
        ("", "no configuration of Amplify", "such as aws-exports.js"),
        (f"const c = {SHORT[:-1]}", "The bracket in line 1 has no partner", "such as aws-exports.js"),
        ("import c from './aws-exports';\nAmplify.configure(c);", "written out", "a file aws-exports"),
        (
            f"const data = {{ UserPoolId: '{POOL_ID}', ClientId: '{CLIENT_ID}' }};",
            "no configuration of Amplify",
            "The key UserPoolId looks like the user pool id: pass its value as user_pool_id=.",
        ),
    ],
    ids=["empty", "cut off", "an import", "another library"],
)
def test_a_program_without_a_configuration_is_refused(folder: Path, text: str, says: str, advises: str) -> None:
    (folder / "x.js").write_text(text)
    error = refused("x.js")

    assert says in error.message
    assert advises in str(error.recovery_suggestion)


def test_a_program_that_is_too_long_is_refused(folder: Path) -> None:
    (folder / "bundle.js").write_text(f"export default {SHORT};" + " " * 5_000_000)

    assert "'bundle.js' is too long" in refused("bundle.js").message


def test_names_of_javascript_in_oauth_are_refused() -> None:
    with pytest.raises(AuthConfigurationError) as caught:
        Session(user_pool_id=POOL_ID, user_pool_client_id="c", oauth={"domain": DOMAIN, "redirectSignIn": "x"})

    assert caught.value.message == "oauth has names of JavaScript: redirectSignIn."
    assert "Write redirect_sign_in_uri in place of redirectSignIn." in str(caught.value.recovery_suggestion)


ODD: list[Any] = [None, True, 0, -1, 1.5, "", "\0", "\ud800", [], [None], [[]], {}, {"": None}, {"a": {"b": [None]}}]


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_odd_shape_is_taken_or_refused(form: str) -> None:
    """Every value, at every depth, is replaced by each odd one."""

    def variants(value: Any) -> list[Any]:
        if not isinstance(value, dict):
            return []
        return [{**value, key: odd} for key, part in value.items() for odd in (*ODD, *variants(part))]

    with EveryRow() as every:
        for content in variants(FORMS[form][0]):
            with every.row(repr(content)[:300]):
                try:
                    config = configure(content).config
                except AuthConfigurationError:
                    continue
                assert config.user_pool_id == POOL_ID
