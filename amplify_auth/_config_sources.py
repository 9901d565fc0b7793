"""Where settings come from: options, an ``amplify_outputs.json``, the environment. The only reader of either."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ._config import OPTIONS, AuthConfig
from ._errors import AuthConfigurationError

OUTPUTS_FILE = "amplify_outputs.json"
ENVIRONMENT = {
    "user_pool_id": "AMPLIFY_AUTH_USER_POOL_ID",
    "user_pool_client_id": "AMPLIFY_AUTH_USER_POOL_CLIENT_ID",
    "client_secret": "AMPLIFY_AUTH_CLIENT_SECRET",
    "endpoint_url": "AMPLIFY_AUTH_ENDPOINT_URL",
    "identity_pool_id": "AMPLIFY_AUTH_IDENTITY_POOL_ID",
}
# Settings that belong to one client or pool: what the environment has for one is not taken for another.
_BOUND_TO = {"client_secret": "user_pool_client_id", "identity_pool_id": "user_pool_id"}

Source = str | os.PathLike[str] | Mapping[str, Any]


def load_config(source: Source | None, options: Mapping[str, Any]) -> AuthConfig:
    """The configuration from ``options``, then ``source``, then the environment, then ``./amplify_outputs.json``."""
    _refuse_unknown(options, "The call")
    given = {name: value for name, value in options.items() if value is not None}
    settings = {**_read(source), **given}
    from_environment = {name: os.environ[key] for name, key in ENVIRONMENT.items() if os.environ.get(key, "").strip()}
    for name, value in from_environment.items():
        owner = _BOUND_TO.get(name, name)
        if settings.get(owner) in (None, from_environment.get(owner, settings.get(owner))):
            settings.setdefault(name, value)
    if source is None and "user_pool_id" not in settings and Path(OUTPUTS_FILE).is_file():
        settings = {**_read(OUTPUTS_FILE), **settings}
    missing = [name for name in ("user_pool_id", "user_pool_client_id") if not settings.get(name)]
    if missing:
        raise AuthConfigurationError(
            "Auth UserPool not configured: " + " and ".join(missing) + " not given.",
            name="AuthUserPoolException",
            recovery_suggestion=f"Pass {' and '.join(missing)} to configure() or Session(), set "
            f"{' and '.join(ENVIRONMENT[name] for name in missing)}, or give an {OUTPUTS_FILE}.",
        )
    return AuthConfig(**settings)


def _read(source: Source | None) -> dict[str, Any]:
    if source is None:
        return {}
    content: Any = source if isinstance(source, Mapping) else _read_file(source)
    if not isinstance(content, Mapping):
        raise AuthConfigurationError("The configuration is not a mapping.", name="InvalidConfiguration")
    if "version" in content:
        return _from_outputs(content)
    _refuse_unknown(content, "The configuration")
    return {name: value for name, value in content.items() if value is not None}


def _read_file(path: Any) -> Any:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        failure = AuthConfigurationError(
            f"The configuration file cannot be read: {type(error).__name__}.",
            name="InvalidConfiguration",
            recovery_suggestion=f"Give the path of an {OUTPUTS_FILE}, or a mapping.",
        )
    raise failure  # outside the handler: a JSONDecodeError holds the whole text


def _refuse_unknown(settings: Mapping[str, Any], where: str) -> None:
    unknown = sorted(str(name) for name in settings if name not in OPTIONS)
    if unknown:
        raise AuthConfigurationError(
            f"{where} has unknown settings: {', '.join(unknown)}.",
            name="InvalidConfiguration",
            recovery_suggestion=f'Known are {", ".join(OPTIONS)}; an {OUTPUTS_FILE} has "version" and "auth".',
        )


def _from_outputs(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Settings from Amplify Gen 2 outputs (docs.amplify.aws, "amplify_outputs.json", schema version 1)."""
    auth = outputs.get("auth")
    if not str(outputs["version"]).startswith("1") or not isinstance(auth, Mapping):
        raise AuthConfigurationError(
            "The configuration has no auth section of schema version 1.",
            name="InvalidConfiguration",
            recovery_suggestion="Generate it with `ampx generate outputs` for a backend that has auth.",
        )
    settings = {
        name: auth[name]
        for name in ("user_pool_id", "user_pool_client_id", "identity_pool_id", "oauth")
        if auth.get(name)
    }
    settings["allow_guest_access"] = bool(auth.get("unauthenticated_identities_enabled"))
    passwordless = auth.get("passwordless")
    if isinstance(passwordless, Mapping):
        settings["passwordless"] = passwordless
        settings["preferred_challenge"] = passwordless.get("preferred_challenge")
    return settings
