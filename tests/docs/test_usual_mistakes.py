"""The usual mistakes of a new user: each gets an error that says what is wrong and what to change.

A row has the mistake, the class of its error, a part of the message, and a part of the advice. The mistakes are those
of public questions about Cognito, Amplify, boto3 and pycognito, and of a newcomer to this library.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import boto3
import pytest

import amplify_auth as auth
from amplify_auth import AuthConfigurationError, AuthValidationError, Session, configure, errors
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito, MockPool, SoftwarePasskey
from tests.support.makers import PoolOf, SessionOf
from tests.support.model import MODEL

POOL_ID, CLIENT_ID = "eu-west-1_AbC123", "1h57kf5cpq17m0eml12example"
POOL = {"user_pool_id": POOL_ID, "user_pool_client_id": CLIENT_ID}
IDENTITY_POOL_ID = "eu-west-1:0aa1b2c3-0000-4000-8000-000000000000"
SECRET = "1q2w3e4r5t6y7u8i9o0p1q2w3e4r5t6y7u8i9o0p1q2w3e4r5t6y"
PASSWORD = "Corr3ct-horse"


def problems(caught: auth.AuthError, kind: type[Exception], says: str, advises: str) -> list[str]:
    """What the error lacks."""
    message, advice = caught.message, caught.recovery_suggestion or ""
    found = [] if isinstance(caught, kind) else [f"it is {type(caught).__name__}"]
    if says not in message:
        found.append(f"the message does not say {says!r}: {message}")
    if advises not in advice:
        found.append(f"the advice does not say {advises!r}: {advice}")
    for secret in (SECRET, PASSWORD):
        if secret in f"{caught} {advice} {vars(caught)}":
            found.append("it shows a secret")
    return found


# Options


OPTIONS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no scheme": ({"endpoint_url": "localhost:5000"}, "endpoint_url has no scheme", "http://"),
    "no scheme, AWS": (
        {"endpoint_url": "cognito-idp.eu-west-1.amazonaws.com"},
        "endpoint_url has no scheme",
        "https://cognito-idp.",
    ),
    "another scheme": ({"endpoint_url": "tcp://localhost:5000"}, "not http or https", "http://"),
    "two schemes": ({"endpoint_url": "https://https://localhost:5000"}, "two schemes", "http://"),
    "no host": ({"endpoint_url": "http://:5000"}, "no valid host or port", "http://localhost:5000"),
    "a port that is none": (
        {"endpoint_url": "http://localhost:port"},
        "no valid host or port",
        "http://localhost:5000",
    ),
    "a query": ({"endpoint_url": "http://localhost:5000/?a=b"}, "a query", "Remove"),
    "the issuer": (
        {"endpoint_url": f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL_ID}"},
        "address of a user pool",
        "Remove the path",
    ),
    "the keys": (
        {"endpoint_url": f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL_ID}/.well-known/jwks.json"},
        "address of a user pool",
        "Remove the path",
    ),
    "managed login": (
        {"endpoint_url": "https://shop.auth.eu-west-1.amazoncognito.com"},
        "domain of managed login",
        "Leave endpoint_url out",
    ),
    "the other service": (
        {"endpoint_url": "https://cognito-identity.eu-west-1.amazonaws.com"},
        "address of cognito-identity",
        "identity_pool_endpoint_url",
    ),
    "the identity pool's is the user pool's": (
        {"identity_pool_endpoint_url": "https://cognito-idp.eu-west-1.amazonaws.com"},
        "identity_pool_endpoint_url is the address of cognito-idp",
        "Give it as endpoint_url",
    ),
    "an identity pool's without scheme": (
        {"identity_pool_endpoint_url": "localhost:4566"},
        "identity_pool_endpoint_url has no scheme",
        "http://",
    ),
    "another region": ({"region": "us-east-1"}, "region contradicts the user pool id", "Leave region out"),
    "a zone": ({"region": "eu-west-1a"}, "availability zone", "Leave region out"),
    "a region in words": ({"region": "Europe (Ireland)"}, "not the name of an AWS region", "Leave region out"),
    "an empty pool id": ({"user_pool_id": ""}, "user_pool_id is an empty text", "leave it out"),
    "an empty client id": ({"user_pool_client_id": ""}, "user_pool_client_id is an empty text", "variable is not set"),
    "an empty secret": ({"client_secret": ""}, "client_secret is an empty text", "leave it out"),
    "a blank endpoint": ({"endpoint_url": "  "}, "endpoint_url is an empty text", "leave it out"),
    "an empty region": ({"region": ""}, "region is an empty text", "leave it out"),
    "an empty identity pool": ({"identity_pool_id": ""}, "identity_pool_id is an empty text", "leave it out"),
    "the client id as pool id": ({"user_pool_id": CLIENT_ID}, "is the id of an app client", "user_pool_client_id"),
    "the pool id as client id": ({"user_pool_client_id": POOL_ID}, "is the id of a user pool", "user_pool_id"),
    "the secret as client id": (
        {"user_pool_client_id": SECRET},
        "user_pool_client_id is the secret of an app client",
        "client_secret",
    ),
    "an ARN": (
        {"user_pool_id": f"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/{POOL_ID}"},
        "user_pool_id is an ARN",
        'after "userpool/"',
    ),
    "the issuer as pool id": (
        {"user_pool_id": f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL_ID}"},
        "user_pool_id is an address",
        "eu-west-1_AbC123",
    ),
    "the identity pool's id as pool id": (
        {"user_pool_id": IDENTITY_POOL_ID},
        "is the id of an identity pool",
        "identity_pool_id",
    ),
    "the pool id as the identity pool's": (
        {"identity_pool_id": POOL_ID},
        "identity_pool_id is the id of a user pool",
        "user_pool_id",
    ),
    "an identity pool's ARN": (
        {"identity_pool_id": f"arn:aws:cognito-identity:eu-west-1:123456789012:identitypool/{IDENTITY_POOL_ID}"},
        "identity_pool_id is an ARN",
        'after "identitypool/"',
    ),
    "a pool's name": ({"user_pool_id": "MyUserPool"}, "Invalid user pool id", "eu-west-1_AbC123"),
    "quotation marks": ({"user_pool_id": f'"{POOL_ID}"'}, "quotation marks", "Remove the quotation marks"),
    "None as text": ({"client_secret": "None"}, "the text 'None'", "leave it out"),
    "a placeholder": ({"user_pool_client_id": "<your-client-id>"}, "placeholder", "of your user pool"),
    "a placeholder in brackets": ({"user_pool_id": "[USER POOL ID]"}, "placeholder", "of your user pool"),
    "a documentation's pool id": ({"user_pool_id": "us-east-1_XXXXXXXXX"}, "placeholder", "of your user pool"),
    "a line break": ({"user_pool_client_id": f"{CLIENT_ID}\n"}, "white space around it", "line breaks"),
    "bytes": ({"user_pool_client_id": CLIENT_ID.encode()}, "must be a str", "as text"),
    "SRP": ({"auth_flow_type": "SRP"}, "auth_flow_type is not one", "Did you mean USER_SRP_AUTH?"),
    "USER_SRP": ({"auth_flow_type": "USER_SRP"}, "auth_flow_type is not one", "Did you mean USER_SRP_AUTH?"),
    "a lower case flow": ({"auth_flow_type": "user_password_auth"}, "is not one", "Did you mean USER_PASSWORD_AUTH?"),
    "the console's flow": ({"auth_flow_type": "ALLOW_USER_AUTH"}, "is not one", "Did you mean USER_AUTH?"),
    "the service's custom flow": ({"auth_flow_type": "CUSTOM_AUTH"}, "is not one", "CUSTOM_WITHOUT_SRP"),
    "an ADMIN flow": ({"auth_flow_type": "ADMIN_USER_PASSWORD_AUTH"}, "is not one", "need AWS credentials"),
    "a refresh as flow": ({"auth_flow_type": "REFRESH_TOKEN_AUTH"}, "is not one", "fetch_auth_session()"),
    "a passkey as factor": ({"preferred_challenge": "PASSKEY"}, "is not one", "Did you mean WEB_AUTHN?"),
    "a lower case factor": ({"preferred_challenge": "email_otp"}, "is not one", "Did you mean EMAIL_OTP?"),
    "a second factor as first": ({"preferred_challenge": "TOTP"}, "is not one", "second factor"),
    "the verification by e-mail": ({"sign_up_verification_method": "email"}, "is not one", "Did you mean code?"),
    "a timeout in milliseconds": ({"read_timeout": 15000}, "3600 at most", "not in milliseconds"),
    "a timeout as text": ({"connect_timeout": "5"}, "not a str", "not as text"),
    "no timeout": ({"read_timeout": 0}, "positive number of seconds", "such as 5.0"),
    "a path as storage": ({"storage": "session.json"}, "not str", "FileStorage(path)"),
    "a class as storage": ({"storage": FileStorage}, "not the class", "FileStorage(path)"),
    "a class as passkey": ({"passkey": SoftwarePasskey}, "not the class", "not its class"),
    "a client of another service": (
        {"client": boto3.client("cognito-identity", "eu-west-1")},
        "client of cognito-idp, not botocore.CognitoIdentity",
        "leave client out",
    ),
    "a session as client": ({"client": boto3.Session()}, "not boto3.Session", "leave client out"),
    "a flag as text": ({"allow_guest_access": "true"}, "must be True or False, not str", "True or False"),
    "JavaScript's names": (
        {"oauth": {"domain": "x", "redirectSignIn": "y"}},
        "oauth has names of JavaScript: redirectSignIn",
        "Write redirect_sign_in_uri in place of redirectSignIn",
    ),
    "JSON as text": ({"oauth": '{"domain": "x"}'}, "oauth must be a mapping", "amplify_outputs"),
}


@pytest.mark.parametrize("mistake", OPTIONS)
@pytest.mark.parametrize("make", [Session, configure], ids=["Session", "configure"])
def test_a_wrong_option(make: Any, mistake: str) -> None:
    options, says, advises = OPTIONS[mistake]
    with pytest.raises(auth.AuthError) as caught:
        make(**{**POOL, **options})

    assert problems(caught.value, AuthConfigurationError, says, advises) == []


NAMES: dict[str, str] = {
    "userPoolId": "Did you mean user_pool_id",
    "userPoolClientId": "Did you mean user_pool_client_id",
    "userPoolWebClientId": "Did you mean user_pool_client_id",
    "userPoolEndpoint": "Did you mean endpoint_url",
    "identityPoolId": "Did you mean identity_pool_id",
    "signUpVerificationMethod": "Did you mean sign_up_verification_method",
    "authenticationFlowType": "Did you mean auth_flow_type",
    "allowGuestAccess": "Did you mean allow_guest_access",
    "pool_id": "Did you mean user_pool_id",
    "client_id": "Did you mean user_pool_client_id",
    "user_pool_cient_id": "Did you mean user_pool_client_id",
    "user_pool_region": "Did you mean region",
    "region_name": "Did you mean region",
    "aws_region": "Did you mean region",
    "endpoint": "Did you mean endpoint_url",
    "endpont_url": "Did you mean endpoint_url",
    "secret": "Did you mean client_secret",
    "timeout": "connect_timeout and read_timeout",
    "username": "sign_in()",
    "aws_access_key_id": "No AWS profile",
    "profile_name": "No AWS profile",
    "access_token": "restore_state()",
    "SECRET_HASH": "Did you mean client_secret",
    "AWS_COGNITO_CLIENT_ID": "Did you mean user_pool_client_id",
    "user_pool_domain": "Did you mean oauth",
    "boto3_session": "No AWS profile",
    "proxies": "HTTPS_PROXY",
    "verify": "AWS_CA_BUNDLE",
    "max_retries": "total_timeout",
    "keyring": "Did you mean storage",
    "config_file": "first argument",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["Session", "configure", "mapping"])
def test_an_option_by_another_name(form: str, name: str) -> None:
    make: dict[str, Callable[[dict[str, Any]], object]] = {
        "Session": lambda options: Session(**options),
        "configure": lambda options: configure(**options),
        "mapping": configure,
    }
    with pytest.raises(auth.AuthError) as caught:
        make[form]({name: "x"})

    assert problems(caught.value, AuthConfigurationError, f"unknown settings: {name}.", NAMES[name]) == []


# The environment and files


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


VARIABLES: dict[str, tuple[dict[str, str], str, str]] = {
    "none": ({}, "user_pool_id and user_pool_client_id not given", "AMPLIFY_AUTH_USER_POOL_ID"),
    "half": ({"USER_POOL_ID": POOL_ID}, "user_pool_client_id not given", "AMPLIFY_AUTH_USER_POOL_CLIENT_ID"),
    "set and empty": (
        {"USER_POOL_ID": "", "USER_POOL_CLIENT_ID": CLIENT_ID},
        "user_pool_id not given",
        "AMPLIFY_AUTH_USER_POOL_ID is set, but it is empty",
    ),
    "another name": (
        {"USER_POOL_ID": POOL_ID, "CLIENT_ID": CLIENT_ID},
        "user_pool_client_id not given",
        "AMPLIFY_AUTH_CLIENT_ID is not read: did you mean AMPLIFY_AUTH_USER_POOL_CLIENT_ID?",
    ),
    "quotation marks of an env-file": (
        {"USER_POOL_ID": f'"{POOL_ID}"', "USER_POOL_CLIENT_ID": CLIENT_ID},
        "quotation marks",
        "user_pool_id comes from AMPLIFY_AUTH_USER_POOL_ID",
    ),
    "an endpoint without scheme": (
        {"USER_POOL_ID": POOL_ID, "USER_POOL_CLIENT_ID": CLIENT_ID, "ENDPOINT_URL": "localhost:5000"},
        "endpoint_url has no scheme",
        "endpoint_url comes from AMPLIFY_AUTH_ENDPOINT_URL",
    ),
    "an identity pool's endpoint without scheme": (
        {"USER_POOL_ID": POOL_ID, "USER_POOL_CLIENT_ID": CLIENT_ID, "IDENTITY_POOL_ENDPOINT_URL": "localhost:5000"},
        "identity_pool_endpoint_url has no scheme",
        "identity_pool_endpoint_url comes from AMPLIFY_AUTH_IDENTITY_POOL_ENDPOINT_URL",
    ),
}


@pytest.mark.parametrize("mistake", VARIABLES)
def test_a_wrong_variable(monkeypatch: pytest.MonkeyPatch, mistake: str) -> None:
    variables, says, advises = VARIABLES[mistake]
    for name, value in variables.items():
        monkeypatch.setenv(f"AMPLIFY_AUTH_{name}", value)
    with pytest.raises(auth.AuthError) as caught:
        configure()

    assert problems(caught.value, AuthConfigurationError, says, advises) == []


def test_no_file_in_the_current_directory_names_that_directory(folder: Path) -> None:
    with pytest.raises(AuthConfigurationError) as caught:
        configure()

    assert f"no amplify_outputs.json in the current directory {str(folder)!r}" in (
        caught.value.recovery_suggestion or ""
    )


GEN_1 = {"aws_project_region": "eu-west-1", "aws_user_pools_id": POOL_ID, "aws_user_pools_web_client_id": CLIENT_ID}
GEN_2 = {"version": "1.4", "auth": {**POOL, "aws_region": "eu-west-1"}}
#: What is given, the content of the file, what the message and the advice say.
FILES: dict[str, tuple[Any, str, str, str]] = {
    "a file that is missing": ("outputs.json", json.dumps(GEN_2), "No such file", "The current directory is"),
    "a name that is alike": ("amplify_output.json", json.dumps(GEN_2), "No such file", "amplify_outputs.json'?"),
    "a folder": (".", json.dumps(GEN_2), "cannot be read", "amplify_outputs.json'?"),
    "aws-exports.js without settings": (
        "aws-exports.js",
        "const awsmobile = {};",
        "no configuration of Amplify that is written out",
        "user_pool_client_id=",
    ),
    "a program that computes an id": (
        "aws-exports.js",
        f"export default {{ aws_user_pools_id: process.env.POOL, aws_user_pools_web_client_id: '{CLIENT_ID}' }};",
        "user_pool_id not given",
        "computes aws_user_pools_id, and programs are not run: pass user_pool_id= too",
    ),
    "a program with two configurations": (
        "aws-exports.js",
        f"const dev = {json.dumps(GEN_1)};\nconst prod = {json.dumps({**GEN_1, 'aws_user_pools_id': 'eu-west-1_B'})};",
        "several configurations: dev in line 1 and prod in line 2",
        "without the file",
    ),
    "aws-exports.json without a client": (
        "x.json",
        json.dumps({**GEN_1, "aws_user_pools_web_client_id": ""}),
        "user_pool_client_id not given",
        "aws-exports file of Amplify Gen 1, but it has no aws_user_pools_web_client_id",
    ),
    "an identity pool alone": (
        {"aws_project_region": "eu-west-1", "aws_cognito_identity_pool_id": IDENTITY_POOL_ID},
        "",
        "user_pool_id and user_pool_client_id not given",
        "An identity pool alone is not enough",
    ),
    "a wrong region": (
        {**GEN_1, "aws_cognito_region": "us-east-1"},
        "",
        "region contradicts the user pool id",
        "region comes from aws_cognito_region",
    ),
    "amplifyconfiguration.json": (
        "x.json",
        json.dumps({"UserAgent": "x", "auth": {"plugins": {}}}),
        "not given",
        "mobile app, but it has no auth.plugins.awsCognitoAuthPlugin.CognitoUserPool.Default.PoolId",
    ),
    "awsconfiguration.json": (
        "x.json",
        json.dumps({"CognitoUserPool": {}}),
        "not given",
        "mobile app, but it has no CognitoUserPool.Default.PoolId",
    ),
    "the object of Amplify.configure": (
        {"Auth": {"Cognito": {"userPoolId": POOL_ID}}},
        "",
        "user_pool_client_id not given",
        "object of Amplify.configure, but it has no Auth.Cognito.userPoolClientId",
    ),
    "the flow CUSTOM_AUTH": (
        {"Auth": {"userPoolId": POOL_ID, "userPoolWebClientId": CLIENT_ID, "authenticationFlowType": "CUSTOM_AUTH"}},
        "",
        "auth_flow_type is not one",
        "CUSTOM_WITHOUT_SRP",
    ),
    "outputs of the AWS CDK": (
        {"Shop": {"UserPoolId": POOL_ID, "ClientId": CLIENT_ID}},
        "",
        "the outputs of stacks",
        "The key UserPoolId of Shop looks like the user pool id: pass its value as user_pool_id=.",
    ),
    "outputs of Terraform": (
        {"client_id": {"sensitive": False, "type": "string", "value": CLIENT_ID}},
        "",
        "the outputs of Terraform",
        "The key client_id looks like the user pool client id",
    ),
    "an env-file": (".env", f"POOL={POOL_ID}", "an env-file", "The key POOL looks like the user pool id"),
    "the auth section alone": (GEN_2["auth"], "", '"auth" section', "whole content"),
    "the outputs without version": ({"auth": GEN_2["auth"]}, "", "has no version", "whole content"),
    "JSON in place of a path": (json.dumps(GEN_2), "", "cannot be read", "json.loads()"),
    "a backend without auth": ({"version": "1", "data": {}}, "", "no auth section", "ampx generate outputs"),
    "outputs without a client": (
        {"version": "1", "auth": {"user_pool_id": POOL_ID}},
        "",
        "user_pool_client_id not given",
        "that was given has no user_pool_client_id",
    ),
    "not JSON": ("x.json", "user_pool_id: x", "it is no JSON", "amplify_outputs.json"),
    "a Session": (boto3.Session(), "", "must be a path or a mapping, not", "amplify_outputs.json"),
}


@pytest.mark.parametrize("mistake", FILES)
def test_a_wrong_file(folder: Path, mistake: str) -> None:
    source, content, says, advises = FILES[mistake]
    (folder / "amplify_outputs.json").write_text(content or "{}")
    for name in ("x.json", "aws-exports.js", ".env"):
        (folder / name).write_text(content)
    with pytest.raises(auth.AuthError) as caught:
        configure(source)

    assert problems(caught.value, AuthConfigurationError, says, advises) == []


# Calls


@attrs.frozen
class World:
    """A pool with users, and sessions of it."""

    cognito: MockCognito
    pool: MockPool
    session_of: SessionOf
    name: str

    @property
    def session(self) -> Session:
        """A new session. No user is signed in."""
        return self.session_of(self.pool)

    def user(self, **settings: Any) -> str:
        """A user of the pool, with `PASSWORD`."""
        self.pool.create_user(self.name, PASSWORD, **settings)
        return self.name

    def signed_in(self) -> Session:
        """A session whose user is signed in."""
        session = self.session
        auth.sign_in(self.user(), PASSWORD, session=session)
        return session

    def tracked(self) -> Session:
        """A session whose user is signed in, of a pool that remembers devices."""
        pool = self.cognito.create_pool(device_tracking="ALWAYS")
        pool.create_user(self.name, PASSWORD)
        session = self.session_of(pool)
        auth.sign_in(self.name, PASSWORD, session=session)
        return session

    def asked(self, *mfa: str) -> Session:
        """A session whose user is asked for a second factor."""
        session = self.session
        auth.sign_in(self.user(mfa=mfa or ("SOFTWARE_TOKEN_MFA",)), PASSWORD, session=session)
        return session


@pytest.fixture
def world(cognito: MockCognito, pool_of: PoolOf, session_of: SessionOf, name: str) -> World:
    return World(cognito, pool_of(mfa="OPTIONAL"), session_of, name)


def _sign_up(world: World, **options: Any) -> object:
    return auth.sign_up(world.name, session=world.session, **{"password": PASSWORD, **options})


def _signed_up(world: World) -> Session:
    session = world.session
    auth.sign_up(world.name, PASSWORD, user_attributes={"email": "a@example.com"}, session=session)
    return session


def _two_passkeys(world: World) -> None:
    session = world.session_of(world.pool, passkey=SoftwarePasskey())
    auth.sign_in(world.user(), PASSWORD, session=session)
    for _ in range(2):
        auth.associate_web_authn_credential(session=session)


CALLS: dict[str, tuple[Callable[[World], object], type[Exception], str, str]] = {
    # The order of calls
    "sign_in before configure": (lambda w: auth.sign_in("a", "b"), AuthConfigurationError, "configured", "configure()"),
    "confirm_sign_in before sign_in": (
        lambda w: auth.confirm_sign_in("123456", session=w.session),
        errors.SignInException,
        "sign_in was not called",
        "Call sign_in() first",
    ),
    "confirm_sign_in with the code of a sign-up": (
        lambda w: auth.confirm_sign_in("123456", session=_signed_up(w)),
        errors.SignInException,
        "sign_in was not called",
        "confirm_sign_up()",
    ),
    "confirm_sign_in of a user who is signed in": (
        lambda w: auth.confirm_sign_in("123456", session=w.signed_in()),
        errors.SignInException,
        "sign in process",
        "nothing to confirm",
    ),
    "sign_in twice": (
        lambda w: auth.sign_in("other", PASSWORD, session=w.signed_in()),
        errors.UserAlreadyAuthenticatedException,
        "signed in",
        "sign_out()",
    ),
    "get_current_user before sign_in": (
        lambda w: auth.get_current_user(session=w.session),
        errors.UserUnAuthenticatedException,
        "authenticated",
        "sign_in()",
    ),
    "auto_sign_in that was not asked for": (
        lambda w: auth.auto_sign_in(session=_signed_up(w)),
        errors.AutoSignInException,
        "automatic sign-in",
        "sign_up() with auto_sign_in",
    ),
    "resend_sign_in_code before sign_in": (
        lambda w: auth.resend_sign_in_code(session=w.session),
        errors.SignInException,
        "no sign-in",
        "sign_in()",
    ),
    "boto3_session without an identity pool": (
        lambda w: w.signed_in().boto3_session(),
        AuthConfigurationError,
        "No identity pool",
        "identity_pool_id",
    ),
    "restore_state of something else": (
        lambda w: w.session.restore_state("{}"),
        AuthValidationError,
        "not a state",
        "export_state()",
    ),
    # Devices and passkeys
    "fetch_devices before sign_in": (
        lambda w: auth.fetch_devices(session=w.session),
        errors.UserUnAuthenticatedException,
        "authenticated",
        "sign_in()",
    ),
    "fetch_devices of a pool that keeps none": (
        lambda w: auth.fetch_devices(session=w.signed_in()),
        errors.InvalidUserPoolConfigurationException,
        "tracking",
        "DeviceConfiguration",
    ),
    "remember_device without a device": (
        lambda w: auth.remember_device(session=w.signed_in()),
        errors.DeviceMetadataNotFoundException,
        "This session has no device",
        "fetch_devices()",
    ),
    "the device in place of its id": (
        lambda w: auth.forget_device(auth.AuthDevice(id="a"), session=w.session),  # type: ignore[arg-type]
        AuthValidationError,
        "device_key must be a str, not amplify_auth.AuthDevice",
        "its id",
    ),
    "a passkey without an authenticator": (
        lambda w: auth.associate_web_authn_credential(session=w.signed_in()),
        errors.PasskeyError,
        "without an authenticator",
        "Give Session a passkey object",
    ),
    "a second passkey of one authenticator": (
        lambda w: _two_passkeys(w),
        errors.PasskeyError,
        "gave no credential",
        "use another authenticator",
    ),
    "the passkey in place of its id": (
        lambda w: auth.delete_web_authn_credential(
            auth.WebAuthnCredential(credential_id="a"),  # type: ignore[arg-type]
            session=w.session,
        ),
        AuthValidationError,
        "credential_id must be a str, not amplify_auth.WebAuthnCredential",
        "its credential_id",
    ),
    "a passkey that is deleted already": (
        lambda w: auth.delete_web_authn_credential("a", session=w.signed_in()),
        errors.ResourceNotFoundException,
        "does not exist",
        "list_web_authn_credentials()",
    ),
    "a page that is too large": (
        lambda w: auth.list_web_authn_credentials(page_size=50, session=w.session),
        AuthValidationError,
        "from 1 to 20",
        "page_size",
    ),
    # Arguments
    "no user name": (
        lambda w: auth.sign_in("", PASSWORD, session=w.session),
        AuthValidationError,
        "username is required",
        "Pass username",
    ),
    "a blank user name": (
        lambda w: auth.sign_in(" \n", PASSWORD, session=w.session),
        AuthValidationError,
        "username is required",
        "Pass username",
    ),
    "None as user name": (
        lambda w: auth.sign_in(None, PASSWORD, session=w.session),  # type: ignore[arg-type]
        AuthValidationError,
        "username is required",
        "Pass username",
    ),
    "no password": (
        lambda w: auth.sign_in("alice", session=w.session),
        AuthValidationError,
        "password is required",
        "USER_AUTH",
    ),
    "one dict, as amplify-js": (
        lambda w: auth.sign_in({"username": "alice", "password": PASSWORD}, session=w.session),  # type: ignore[arg-type]
        AuthValidationError,
        "username must be a str, not dict",
        "argument of its own",
    ),
    "bytes as password": (
        lambda w: auth.sign_in("alice", PASSWORD.encode(), session=w.session),  # type: ignore[arg-type]
        AuthValidationError,
        "password must be a str, not bytes",
        "decode",
    ),
    "the session first": (
        lambda w: _in_block(w.session, lambda session: auth.sign_in(session, "alice")),
        AuthValidationError,
        "username must be a str, not amplify_auth.Session",
        "session=",
    ),
    "a number as code": (
        lambda w: auth.confirm_sign_in(123456, session=w.asked()),  # type: ignore[arg-type]
        AuthValidationError,
        "challenge_response must be a str, not int",
        "leading zeros",
    ),
    "a number as sign-up code": (
        lambda w: auth.confirm_sign_up(w.name, 123456, session=w.session),  # type: ignore[arg-type]
        AuthValidationError,
        "confirmation_code must be a str, not int",
        "leading zeros",
    ),
    "a blank code": (
        lambda w: auth.confirm_sign_in("  \n", session=w.asked()),
        AuthValidationError,
        "challenge_response is required",
        "white space",
    ),
    "the name of the factor in place of its code": (
        lambda w: auth.confirm_sign_in("TOTP", session=w.asked()),
        AuthValidationError,
        "digits only",
        "the app shows now",
    ),
    "a blank sign-up code": (
        lambda w: auth.confirm_sign_up(w.name, " ", session=w.session),
        AuthValidationError,
        "code is required",
        "Pass confirmation_code",
    ),
    "the output as answer": (
        lambda w: auth.confirm_sign_in(w.asked().pending_sign_in, session=w.session),  # type: ignore[arg-type]
        AuthValidationError,
        "not amplify_auth.PendingSignIn",
        "as text",
    ),
    "attributes as a list, as boto3": (
        lambda w: _sign_up(w, user_attributes=[{"Name": "email", "Value": "a@example.com"}]),
        AuthValidationError,
        "user_attributes must be a mapping, not list",
        "dict of str to str",
    ),
    "an attribute that is no text": (
        lambda w: _sign_up(w, user_attributes={"email": "a@example.com", "custom:age": 5}),
        AuthValidationError,
        "user_attributes['custom:age'] must be a str, not int",
        "as text",
    ),
    "an unknown option of auto_sign_in": (
        lambda w: _sign_up(w, auto_sign_in={"authFlowType": "USER_AUTH"}),
        AuthValidationError,
        "unknown options: authFlowType",
        "auth_flow_type",
    ),
    "a flow in lower case": (
        lambda w: auth.sign_in("alice", PASSWORD, auth_flow_type="user_srp_auth", session=w.session),  # type: ignore[arg-type]
        AuthValidationError,
        "auth_flow_type is not one",
        "Did you mean USER_SRP_AUTH?",
    ),
    "an ADMIN flow": (
        lambda w: auth.sign_in("alice", PASSWORD, auth_flow_type="ADMIN_NO_SRP_AUTH", session=w.session),  # type: ignore[arg-type]
        AuthValidationError,
        "auth_flow_type is not one",
        "admin_initiate_auth",
    ),
    "a factor of another flow": (
        lambda w: auth.sign_in("alice", PASSWORD, preferred_challenge="EMAIL_OTP", session=w.session),
        AuthValidationError,
        "no meaning in USER_SRP_AUTH",
        'auth_flow_type="USER_AUTH"',
    ),
    "a password where none is taken": (
        lambda w: auth.sign_in("alice", PASSWORD, auth_flow_type="CUSTOM_WITHOUT_SRP", session=w.session),
        AuthValidationError,
        "not needed",
        "Do not pass a password",
    ),
    "boto3's session": (
        lambda w: auth.sign_in("alice", PASSWORD, session=boto3.Session()),  # type: ignore[arg-type]
        AuthValidationError,
        "session must be a Session, not boto3.Session",
        "boto3",
    ),
    "the class of sessions": (
        lambda w: auth.sign_in("alice", PASSWORD, session=Session),  # type: ignore[arg-type]
        AuthValidationError,
        "session must be a Session, not the class Session",
        "returned",
    ),
    "a flag as text": (
        lambda w: auth.sign_out(global_sign_out="yes", session=w.session),  # type: ignore[arg-type]
        AuthValidationError,
        "global_sign_out must be a bool",
        "True or False",
    ),
    "keys for boto3_session": (
        lambda w: w.session_of(w.pool, identity_pool_id=IDENTITY_POOL_ID, allow_guest_access=True).boto3_session(
            aws_access_key_id="x"
        ),
        AuthValidationError,
        "aws_access_key_id",
        "",
    ),
    # What Cognito asks
    "a second factor by another name": (
        lambda w: auth.confirm_sign_in("FAX", session=w.asked("SMS_MFA", "SOFTWARE_TOKEN_MFA")),
        AuthValidationError,
        "SMS, TOTP, or EMAIL",
        "SMS or TOTP",
    ),
    "a code in place of the choice": (
        lambda w: auth.confirm_sign_in("123456", session=w.asked("SMS_MFA", "SOFTWARE_TOKEN_MFA")),
        AuthValidationError,
        "SMS, TOTP, or EMAIL",
        "SMS or TOTP",
    ),
    "the password in place of a first factor": (
        lambda w: _chosen(w, PASSWORD),
        AuthValidationError,
        "not one of the available challenges",
        "PASSWORD",
    ),
    "a passkey by another name": (
        lambda w: _chosen(w, "email"),
        AuthValidationError,
        "not one of the available challenges",
        "Did you mean EMAIL_OTP?",
    ),
    "a wrong code": (
        lambda w: auth.confirm_sign_in("000000", session=w.asked("SMS_MFA")),
        errors.CodeMismatchException,
        "",
        "newest code",
    ),
    "a wrong password": (
        lambda w: auth.sign_in(w.user(), "Wr0ng-horse", session=w.session),
        errors.NotAuthorizedException,
        "Incorrect username or password",
        "password",
    ),
    "a password that is too weak": (
        lambda w: _sign_up(w, password="weak"),
        errors.InvalidPasswordException,
        "policy",
        "policy",
    ),
    "a name that is taken": (
        lambda w: auth.sign_up(w.user(), PASSWORD, session=w.session),
        errors.UsernameExistsException,
        "exists",
        "another user name",
    ),
    "a new name with white space": (
        lambda w: _refused_by_pattern(w, "username", username="al ice"),
        errors.InvalidParameterException,
        "'username'",
        "white space from username",
    ),
    "a new password with white space at its end": (
        lambda w: _refused_by_pattern(w, "password", password=f"{PASSWORD} "),
        errors.InvalidParameterException,
        "'password'",
        "white space at the ends of password",
    ),
    "a client that does not exist": (
        lambda w: auth.sign_in("alice", PASSWORD, session=w.session_of(w.pool, user_pool_client_id=CLIENT_ID)),
        errors.ResourceNotFoundException,
        "does not exist",
        "user_pool_client_id",
    ),
    # Tokens
    "Bearer before a token": (
        lambda w: auth.verify_token("Bearer ey.ey.ey", token_use="access", session=w.session),
        errors.TokenVerificationError,
        "begins with Bearer",
        'removeprefix("Bearer ")',
    ),
    "access_token as token_use": (
        lambda w: auth.verify_token("ey.ey.ey", token_use="access_token", session=w.session),  # type: ignore[arg-type]
        AuthValidationError,
        "token_use is not one",
        "Did you mean access?",
    ),
    "the refresh token": (
        lambda w: auth.verify_token("ey.ey.ey", token_use="refresh", session=w.session),  # type: ignore[arg-type]
        AuthValidationError,
        "token_use is not one",
        "for Cognito only",
    ),
    "the ID token where access is meant": (
        lambda w: _verified(w, "access"),
        errors.TokenVerificationError,
        "no access token",
        "",
    ),
    "a wrong token_use of http_auth": (
        lambda w: w.session.http_auth(token_use="idToken"),  # type: ignore[arg-type]
        AuthValidationError,
        "token_use is not one",
        "Did you mean id?",
    ),
    "a listener that is called at once": (
        lambda w: w.session.add_listener(print("event")),  # type: ignore[arg-type, func-returns-value]
        AuthValidationError,
        "listener must be callable",
        "Pass a function",
    ),
    # Second factors and sessions of a signed-in user
    "a second factor before sign_in": (
        lambda w: auth.fetch_mfa_preference(session=w.session),
        errors.UserUnAuthenticatedException,
        "authenticated",
        "sign_in()",
    ),
    "an authenticator that was not set up": (
        lambda w: auth.update_mfa_preference(totp="PREFERRED", session=w.signed_in()),
        errors.InvalidParameterException,
        "not verified software token",
        "set_up_totp()",
    ),
    "the code of an authenticator that was not set up": (
        lambda w: auth.verify_totp_setup("123456", session=w.signed_in()),
        errors.SoftwareTokenMFANotFoundException,
        "does not exist",
        "set_up_totp()",
    ),
    "a wrong code of the authenticator that is set up": (
        lambda w: [
            auth.set_up_totp(session=(session := w.signed_in())),
            auth.verify_totp_setup("000000", session=session),
        ],
        errors.EnableSoftwareTokenMFAException,
        "Code mismatch",
        "verify_totp_setup() again",
    ),
    "two preferred second factors": (
        lambda w: auth.update_mfa_preference(sms="PREFERRED", email="PREFERRED", session=w.signed_in()),
        AuthValidationError,
        "Only one factor can be preferred",
        "for one of them",
    ),
    "no second factor": (
        lambda w: auth.update_mfa_preference(session=w.signed_in()),
        AuthValidationError,
        "No second factor is named",
        'totp="PREFERRED"',
    ),
    "a second factor in lower case": (
        lambda w: auth.update_mfa_preference(sms="preferred", session=w.signed_in()),  # type: ignore[arg-type]
        AuthValidationError,
        "sms is not one",
        "Did you mean PREFERRED?",
    ),
    "a request before sign_in": (
        lambda w: _request(w.session),
        errors.UserUnAuthenticatedException,
        "authenticated",
        "sign_in()",
    ),
    # The user's own account
    "reset_password of the session": (
        lambda w: auth.reset_password(_as_any(w.session)),
        AuthValidationError,
        "username must be a str, not amplify_auth.Session",
        "session=",
    ),
    "reset_password of the user object": (
        lambda w: auth.reset_password(_as_any(auth.get_current_user(session=w.signed_in())), session=w.session),
        AuthValidationError,
        "not amplify_auth.AuthUser",
        "its username",
    ),
    "the code before the new password, as pycognito": (
        lambda w: auth.confirm_reset_password(w.user(), "123456", "N3w-password!", session=w.session),
        errors.ExpiredCodeException,
        "code",
        "username, new_password and confirmation_code, in this order",
    ),
    "a number as reset code": (
        lambda w: auth.confirm_reset_password(w.user(), "N3w-password!", _as_any(123456), session=w.session),
        AuthValidationError,
        "confirmation_code must be a str, not int",
        "leading zeros",
    ),
    "a code that was not asked for": (
        lambda w: auth.confirm_reset_password(w.user(), "N3w-password!", "123456", session=w.session),
        errors.ExpiredCodeException,
        "request a code",
        "Call reset_password()",
    ),
    "a new password with white space": (
        lambda w: auth.confirm_reset_password(w.name, f"{PASSWORD} ", "123456", session=w.session),
        AuthValidationError,
        "new_password has white space at its ends",
        "Remove",
    ),
    "None as old password": (
        lambda w: auth.update_password(None, "N3w-password!", session=w.signed_in()),
        errors.IncorrectUsernameOrPassword,
        "Incorrect",
        "None is only for a user who has no password",
    ),
    "an empty old password": (
        lambda w: auth.update_password("", "N3w-password!", session=w.signed_in()),
        AuthValidationError,
        "required",
        "None for a user who has no password",
    ),
    "update_password before sign_in": (
        lambda w: auth.update_password(PASSWORD, "N3w-password!", session=w.session),
        errors.UserUnAuthenticatedException,
        "authenticated",
        "sign_in()",
    ),
    "boto3's list of attributes": (
        lambda w: auth.update_user_attributes(_as_any([{"Name": "email", "Value": "a@b.c"}]), session=w.signed_in()),
        AuthValidationError,
        "user_attributes must be a mapping, not list",
        "dict of str to str",
    ),
    "JavaScript's wrapped attributes": (
        lambda w: auth.update_user_attributes(_as_any({"userAttributes": {"email": "a@b.c"}}), session=w.signed_in()),
        AuthValidationError,
        "must be a str, not dict",
        "argument of its own",
    ),
    "an attribute that is None": (
        lambda w: auth.update_user_attributes(_as_any({"nickname": None}), session=w.signed_in()),
        AuthValidationError,
        "user_attributes['nickname'] is None",
        "Leave it out",
    ),
    "no attribute at all": (
        lambda w: auth.update_user_attributes({}, session=w.signed_in()),
        AuthValidationError,
        "user_attributes is empty",
        "at least one",
    ),
    "a custom attribute without its prefix": (
        lambda w: auth.update_user_attribute("tier", "gold", session=w.signed_in()),
        errors.InvalidParameterException,
        "tier: Attribute does not exist",
        "begin with custom:",
    ),
    "an attribute in upper case": (
        lambda w: auth.update_user_attribute("Email", "a@b.c", session=w.signed_in()),
        errors.InvalidParameterException,
        "Email: Attribute does not exist",
        "lower case",
    ),
    "the address before its name": (
        lambda w: auth.update_user_attribute("alice@example.com", "email", session=w.signed_in()),
        errors.InvalidParameterException,
        "does not exist",
        "names of the attributes",
    ),
    "a phone number without country": (
        lambda w: auth.update_user_attribute("phone_number", "0170 1234", session=w.signed_in()),
        errors.InvalidParameterException,
        "phone number",
        "+491701234567",
    ),
    "None as value": (
        lambda w: auth.update_user_attribute("nickname", _as_any(None), session=w.signed_in()),
        AuthValidationError,
        "value is required",
        'The empty text "" deletes',
    ),
    "a verified flag": (
        lambda w: auth.update_user_attribute("email_verified", "true", session=w.signed_in()),
        errors.AttributeNotWritable,
        "unauthorized attribute",
        "No client can write email_verified",
    ),
    "the id of the user": (
        lambda w: auth.update_user_attribute("sub", "x", session=w.signed_in()),
        errors.InvalidParameterException,
        "cannot be updated",
        "immutable",
    ),
    "a dict of attributes to delete": (
        lambda w: auth.delete_user_attributes(_as_any({"nickname": ""}), session=w.signed_in()),
        AuthValidationError,
        "must be a list of str, not dict",
        "list of text",
    ),
    "the address in place of the attribute": (
        lambda w: auth.send_user_attribute_verification_code("alice@example.com", session=w.signed_in()),
        errors.InvalidParameterException,
        "cannot be verified",
        '"email" or "phone_number"',
    ),
    "the code before the attribute": (
        lambda w: auth.confirm_user_attribute("123456", "email", session=w.signed_in()),
        errors.InvalidParameterException,
        "cannot be verified",
        "as user_attribute_key",
    ),
    "an attribute's code that was not sent": (
        lambda w: auth.confirm_user_attribute("email", "123456", session=w.signed_in()),
        errors.ExpiredCodeException,
        "code",
        "send_user_attribute_verification_code()",
    ),
    "the secret in place of the code": (
        lambda w: _totp(w, lambda details: details.shared_secret),
        AuthValidationError,
        "has 6 digits",
        "the app shows now",
    ),
    "the details in place of the code": (
        lambda w: _totp(w, _as_any),
        AuthValidationError,
        "code must be a str, not amplify_auth.TotpSetupDetails",
        "as text",
    ),
    "a code of five digits": (
        lambda w: _totp(w, lambda _: "12345"),
        AuthValidationError,
        "has 6 digits",
        "the app shows now",
    ),
    "a wrong code of an authenticator": (
        lambda w: _totp(w, lambda _: "000000"),
        errors.EnableSoftwareTokenMFAException,
        "Code mismatch",
        "current code",
    ),
    "a bool as second factor": (
        lambda w: auth.update_mfa_preference(totp=_as_any(True), session=w.signed_in()),
        AuthValidationError,
        "totp must be a str, not bool",
        "Pass totp as one of: ENABLED",
    ),
    "on as second factor": (
        lambda w: auth.update_mfa_preference(email=_as_any("on"), session=w.signed_in()),
        AuthValidationError,
        "email is not one",
        "Did you mean ENABLED?",
    ),
    "a preferred passkey": (
        lambda w: auth.update_mfa_preference(web_authn=_as_any("PREFERRED"), session=w.signed_in()),
        AuthValidationError,
        "web_authn is not one",
        "cannot be the preferred",
    ),
    "the name of a device": (
        lambda w: auth.forget_device("my phone", session=w.tracked()),
        errors.InvalidParameterException,
        "'deviceKey'",
        "fetch_devices()",
    ),
    "the session's own record of a device": (
        lambda w: auth.forget_device(_as_any(w.tracked().devices[0]), session=w.session),
        AuthValidationError,
        "not amplify_auth.Device",
        "its key",
    ),
    "all devices at once": (
        lambda w: auth.forget_device(_as_any(auth.fetch_devices(session=w.tracked())), session=w.session),
        AuthValidationError,
        "device_key must be a str, not tuple",
        "not several",
    ),
    "the page in place of a passkey": (
        lambda w: auth.delete_web_authn_credential(
            _as_any(auth.list_web_authn_credentials(session=w.signed_in())), session=w.session
        ),
        AuthValidationError,
        "not amplify_auth.WebAuthnCredentialPage",
        "the credential_id of one of its credentials",
    ),
    "the page in place of its token": (
        lambda w: auth.list_web_authn_credentials(
            next_token=_as_any(auth.WebAuthnCredentialPage(credentials=())), session=w.session
        ),
        AuthValidationError,
        "not amplify_auth.WebAuthnCredentialPage",
        "its next_token",
    ),
    "the user session in place of its id": (
        lambda w: auth.revoke_user_session(_as_any(auth.UserSession(session_id="x")), session=w.session),
        AuthValidationError,
        "not amplify_auth.UserSession",
        "its session_id",
    ),
    "the id of something else": (
        lambda w: auth.revoke_user_session(CLIENT_ID, session=w.signed_in()),
        errors.InvalidParameterException,
        "'sessionId'",
        "list_user_sessions()",
    ),
    "delete_user before sign_in": (
        lambda w: auth.delete_user(session=w.session),
        errors.UserUnAuthenticatedException,
        "authenticated",
        "sign_in()",
    ),
    # How users arrive
    "all tokens in one object": (
        lambda w: auth.adopt_tokens(access_token=_as_any(w.signed_in().tokens), session=w.session),
        AuthValidationError,
        "not amplify_auth.AuthTokens",
        "its access_token",
    ),
    "an ID token alone": (
        lambda w: auth.adopt_tokens(id_token="ey.ey.ey", session=w.session),
        AuthValidationError,
        "An ID token alone",
        "Pass access_token, refresh_token, or both",
    ),
    "Bearer before an adopted token": (
        lambda w: auth.adopt_tokens(access_token="Bearer ey.ey.ey", session=w.session),
        errors.TokenVerificationError,
        "begins with Bearer",
        "without Bearer",
    ),
    "adopt_tokens of a session in use": (
        lambda w: (session := w.signed_in()) and auth.adopt_tokens(refresh_token="a", session=session),
        errors.UserAlreadyAuthenticatedException,
        "already a signed in user",
        "Call sign_out() first",
    ),
    "the group key as key of a device": (
        lambda w: auth.adopt_device(
            w.name, device_key="-a", device_group_key="b", device_password="c", session=w.session
        ),
        AuthValidationError,
        "not the key of a device",
        "begins with a dash",
    ),
    "a header with its scheme": (
        lambda w: w.session.http_auth(header="Authorization: Bearer"),
        AuthValidationError,
        "not the name of an HTTP header",
        "name alone",
    ),
    "None as scheme": (
        lambda w: w.session.http_auth(scheme=_as_any(None)),
        AuthValidationError,
        "scheme is None",
        'scheme=""',
    ),
    "reauthenticate that was called": (
        lambda w: w.session_of(w.pool, reauthenticate=_as_any(auth.sign_in(w.user(), PASSWORD, session=w.session))),
        AuthConfigurationError,
        "must be a function that takes the session, not amplify_auth.SignInOutput",
        "lambda session: sign_in(",
    ),
    "reauthenticate that signs in to another session": (
        lambda w: auth.get_current_user(
            session=w.session_of(w.pool, reauthenticate=lambda _: auth.sign_in(w.user(), PASSWORD, session=w.session))
        ),
        auth.AuthStateError,
        "has not signed the user in",
        "with session=",
    ),
    "reauthenticate that passes no session": (
        lambda w: auth.get_current_user(
            session=w.session_of(w.pool, reauthenticate=lambda _: auth.sign_in(w.user(), PASSWORD))
        ),
        AuthConfigurationError,
        "not configured",
        "reauthenticate was called. Let it call sign_in() with session=",
    ),
    "metadata that is no text": (
        lambda w: w.session_of(w.pool, client_metadata=_as_any({"visits": 1})),
        AuthConfigurationError,
        "client_metadata must be a mapping of text to text",
        "all of it text",
    ),
    "metadata by a function that returns a text": (
        lambda w: auth.sign_in(
            w.user(), PASSWORD, session=w.session_of(w.pool, client_metadata=_as_any(lambda: "tenant=acme"))
        ),
        AuthValidationError,
        "What client_metadata() returns must be a mapping, not str",
        "Let the function return a dict",
    ),
    "sign_out of linked sessions by Cognito's word": (
        lambda w: auth.sign_out(revoke_associated_sessions=_as_any("LINKED"), session=w.session),
        AuthValidationError,
        "must be a bool, not str",
        "True or False",
    ),
}


def _as_any(value: object) -> Any:
    """``value``, of which a type checker says nothing."""
    return value


def _totp(world: World, code: Callable[[auth.TotpSetupDetails], Any]) -> object:
    session = world.signed_in()
    return auth.verify_totp_setup(code(auth.set_up_totp(session=session)), session=session)


def _in_block(session: Session, call: Callable[[Any], object]) -> object:
    with auth.use_session(session):
        return call(session)


def _refused_by_pattern(world: World, member: str, **options: str) -> object:
    """Sign up, and Cognito refuses the member by the pattern in its model."""
    message = f"1 validation error detected: Value at '{member}' failed to satisfy constraint"
    world.cognito.fail_next("SignUp", code="InvalidParameterException", message=message)
    return auth.sign_up(**{"username": world.name, "password": PASSWORD, **options}, session=world.session)


def _chosen(world: World, answer: str) -> object:
    session = world.session
    auth.sign_in(world.user(), auth_flow_type="USER_AUTH", session=session)
    return auth.confirm_sign_in(answer, session=session)


def _verified(world: World, use: Any) -> object:
    session = world.signed_in()
    assert session.tokens is not None
    return auth.verify_token(session.tokens.id_token or "", token_use=use, session=session)


def _request(session: Session) -> object:
    import requests

    return requests.Request("GET", "http://localhost:9", auth=session.http_auth()).prepare()


if "ListUserSessions" not in MODEL.operation_names:  # an older botocore
    del CALLS["the id of something else"]


@pytest.mark.parametrize("mistake", CALLS)
def test_a_wrong_call(world: World, mistake: str) -> None:
    call, kind, says, advises = CALLS[mistake]
    with pytest.raises(auth.AuthError) as caught:
        call(world)

    assert problems(caught.value, kind, says, advises) == []


def test_there_are_100_wrong_calls() -> None:
    assert len(CALLS) >= 100
