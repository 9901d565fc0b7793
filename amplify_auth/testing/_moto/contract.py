"""What of moto this package stands on, and whether this moto has it. Changes nothing."""

import importlib
from typing import Any, Final

# Most of it undocumented; everything has been there, and meant the same, from moto 5.1.0 to 5.2.5.
_NAMES: Final = (
    ("moto", "mock_aws"),
    ("moto.core.models", "MockAWS._decorate_class"),
    ("moto.core.models", "botocore_stubber"),
    ("moto.core.models", "DEFAULT_ACCOUNT_ID"),
    ("moto.core.base_backend", "BackendDict.reset"),
    ("moto.settings", "TEST_SERVER_MODE"),
    ("moto.settings", "is_test_proxy_mode"),
    ("moto.cognitoidp.responses", "CognitoIdpResponse.call_action"),
    ("moto.cognitoidp.responses", "CognitoIdpResponse._get_action"),
    ("moto.cognitoidp.responses", "CognitoIdpJsonWebKeyResponse.json_web_key"),
    ("moto.cognitoidp.models", "CognitoIdpBackend.create_user_pool"),
    ("moto.cognitoidp.models", "CognitoIdpBackend.create_user_pool_client"),
    ("moto.cognitoidp.models", "CognitoIdpBackend.set_user_pool_mfa_config"),
    ("moto.cognitoidp.models", "CognitoIdpUserPoolAttribute.STANDARD_SCHEMA"),
    ("moto.cognitoidp.models", "CognitoIdpUser.update_attributes"),
    ("moto.cognitoidp.models", "CognitoIdpUser.delete_attributes"),
    ("moto.cognitoidp.models", "UserStatus.CONFIRMED"),
    ("moto.cognitoidp.models", "cognitoidp_backends"),
    ("moto.cognitoidp.models", "jwk.RSAKey.import_key"),
)
_ATTRIBUTES: Final = {
    "backend": "user_pools",
    "pool": "access_tokens account_id clients domain extended_config id id_tokens json_web_key mfa_config "
    "refresh_tokens region schema_attributes sms_mfa_config token_mfa_config users",
    "client": "extended_config generate_secret id secret",
    "user": "attribute_lookup attributes enabled groups id password preferred_mfa_setting sms_mfa_enabled "
    "software_token_mfa_enabled status token_verified username",
}


def missing_names() -> list[str]:
    """What this moto lacks of what is needed; nothing, if it is supported."""
    missing = [f"{module}.{name}" for module, name in _NAMES if not _has(module, name)]
    return missing or [
        f"the {kind}'s {name}"
        for kind, thing in _alive().items()
        for name in _ATTRIBUTES[kind].split()
        if not hasattr(thing, name)
    ]


def _has(module: str, path: str) -> bool:
    try:
        thing: Any = importlib.import_module(module)
        for name in path.split("."):
            thing = getattr(thing, name)
    except (ImportError, AttributeError):
        return False
    return True


def _alive() -> dict[str, Any]:
    """One of each; only objects tell which attributes they have. moto does not know of them."""
    models: Any = importlib.import_module("moto.cognitoidp.models")
    backend = models.CognitoIdpBackend("us-east-1", "123456789012")
    pool = backend.create_user_pool("probe", {})
    return {
        "backend": backend,
        "pool": pool,
        "client": backend.create_user_pool_client(pool.id, False, {}),
        "user": models.CognitoIdpUser(pool.id, "probe", None, models.UserStatus.CONFIRMED, []),
    }
