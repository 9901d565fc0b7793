"""Settings in the words of other libraries: what they are called here.

Pure: a name becomes advice. What is read, and from where, is in ``config_sources``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from .._arguments import is_mapping
from .._typed_text import probably_meant
from .._values import OPTIONS

_NO_KEYS = "No AWS profile, key or region is needed: leave it out."
_USER = "Pass the user name and the password to sign_in()."
_PROXIES = "Set HTTPS_PROXY, HTTP_PROXY and NO_PROXY in the environment: there is no option for a proxy."
_CERTIFICATES = "Set AWS_CA_BUNDLE in the environment to a PEM file: there is no option for certificates."
_RETRIES = "Use total_timeout, in seconds: requests that are safe to repeat are repeated until then."
_FILE = "Give a file to configure() as its first argument, without a name."
_TOKENS = "Tokens are no option: restore_state() takes what export_state() returned."

#: Names of aws-amplify, boto3, pycognito, CDK and Terraform, as `name_of` gives them: an option of ours, or a sentence.
_OTHER_NAMES: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("POOL_ID", "POOL", "USER_POOL", "USERPOOL", "USERPOOLID", "USERPOOL_ID", "AWS_USER_POOLS_ID", "POOLID"),
        "user_pool_id",
    ),
    **dict.fromkeys(
        (
            *(
                "CLIENT_ID",
                "CLIENTID",
                "CLIENT",
                "APP_CLIENT_ID",
                "APP_CLIENT",
                "USER_POOL_CLIENT",
                "USERPOOL_CLIENT_ID",
                "COGNITO_CLIENT_ID",
                "AWS_COGNITO_CLIENT_ID",
            ),
            *("USER_POOL_WEB_CLIENT_ID", "AWS_USER_POOLS_WEB_CLIENT_ID", "WEB_CLIENT_ID", "APPCLIENTID"),
        ),
        "user_pool_client_id",
    ),
    **dict.fromkeys(("SECRET", "APP_CLIENT_SECRET", "USER_POOL_CLIENT_SECRET", "CLIENTSECRET"), "client_secret"),
    **dict.fromkeys(
        ("REGION_NAME", "USER_POOL_REGION", "POOL_REGION", "AWS_REGION", "AWS_COGNITO_REGION", "AWS_DEFAULT_REGION"),
        "region",
    ),
    **dict.fromkeys(("USER_POOL_ENDPOINT", "ENDPOINT", "AWS_ENDPOINT_URL", "URL", "BASE_URL"), "endpoint_url"),
    **dict.fromkeys(("IDENTITY_POOL", "AWS_COGNITO_IDENTITY_POOL_ID", "IDENTITYPOOLID"), "identity_pool_id"),
    **dict.fromkeys(("IDENTITY_POOL_ENDPOINT", "IDENTITY_ENDPOINT_URL"), "identity_pool_endpoint_url"),
    **dict.fromkeys(("AUTH_FLOW", "AUTHENTICATION_FLOW_TYPE", "FLOW", "FLOW_TYPE"), "auth_flow_type"),
    **dict.fromkeys(("PREFERRED_FACTOR", "FIRST_FACTOR"), "preferred_challenge"),
    **dict.fromkeys(("VERIFICATION_METHOD", "VERIFICATION"), "sign_up_verification_method"),
    **dict.fromkeys(("ALLOW_GUESTS", "UNAUTHENTICATED_IDENTITIES_ENABLED"), "allow_guest_access"),
    **dict.fromkeys(("LOGIN_WITH", "OAUTH_CONFIG", "DOMAIN", "COGNITO_DOMAIN", "USER_POOL_DOMAIN"), "oauth"),
    **dict.fromkeys(("TOKEN_STORAGE", "STORE", "CACHE", "STORAGE_PATH", "KEYRING", "KEYCHAIN"), "storage"),
    **dict.fromkeys(("GUEST", "UNAUTHENTICATED"), "allow_guest_access"),
    **dict.fromkeys(("PROXY", "PROXIES", "HTTP_PROXY", "HTTPS_PROXY"), _PROXIES),
    **dict.fromkeys(("VERIFY", "SSL_VERIFY", "VERIFY_SSL", "CA_BUNDLE", "CERT", "USE_SSL"), _CERTIFICATES),
    **dict.fromkeys(("RETRIES", "MAX_RETRIES", "MAX_ATTEMPTS"), _RETRIES),
    **dict.fromkeys(("OUTPUTS", "CONFIG", "CONFIG_FILE", "PATH", "FILE"), _FILE),
    "SECRET_HASH": "client_secret",
    **dict.fromkeys(("BOTO3_CLIENT", "COGNITO_CLIENT"), "client"),
    "TIMEOUT": "Use connect_timeout and read_timeout, in seconds.",
    **dict.fromkeys(("USERNAME", "USER_NAME", "PASSWORD", "EMAIL"), _USER),
    **dict.fromkeys(("ACCESS_TOKEN", "ID_TOKEN", "REFRESH_TOKEN", "TOKENS"), _TOKENS),
    **dict.fromkeys(
        ("ACCESS_KEY", "SECRET_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "PROFILE", "PROFILE_NAME"), _NO_KEYS
    ),
    "BOTO3_CLIENT_KWARGS": _NO_KEYS,
    **dict.fromkeys(("BOTO3_SESSION", "BOTO_SESSION"), _NO_KEYS),
    "SESSION": "A Session is made here, and boto3's is not needed. Functions such as sign_in() take session=.",
}


def advice_on_names(unknown: Iterable[str]) -> str:
    """What to write in place of names that no option has. Empty if nothing is alike."""
    advice: list[str] = []
    for name in unknown:
        meant = probably_meant(name, OPTIONS, _OTHER_NAMES)
        if meant in OPTIONS:
            advice.append(f"Did you mean {meant} in place of {name}? ")
        elif meant is not None and f"{meant} " not in advice:
            advice.append(f"{meant} ")
    return "".join(advice)


def names_for(wanted: Collection[str], names: Iterable[str]) -> list[str]:
    """Those of ``names`` that no option has, and that were probably meant for one of ``wanted``."""
    unknown = [name for name in names if name not in OPTIONS]
    return [name for name in unknown if probably_meant(name, OPTIONS, _OTHER_NAMES) in wanted]


def of_an_outputs_file(content: Mapping[str, object]) -> tuple[str, str] | None:
    """What a part of an outputs file lacks, and what to do. None if the content is no such part."""
    if is_mapping(content.get("auth")) and "providers" not in content:
        return "has no version", "Pass the whole content of an amplify_outputs.json, or the path of the file."
    if "aws_region" in content and "user_pool_id" in content:
        return (
            'has the form of the "auth" section of an amplify_outputs.json',
            "Pass the whole content of the file, or its path.",
        )
    return None
