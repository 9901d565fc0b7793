"""Where settings come from: options, an ``amplify_outputs.json``, the environment variables of this library."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from .._arguments import is_mapping, wrong_type
from .._values import OPTIONS, AuthConfig
from ..errors import AuthConfigurationError

OUTPUTS_FILE = "amplify_outputs.json"
ENVIRONMENT = {
    "user_pool_id": "AMPLIFY_AUTH_USER_POOL_ID",
    "user_pool_client_id": "AMPLIFY_AUTH_USER_POOL_CLIENT_ID",
    "client_secret": "AMPLIFY_AUTH_CLIENT_SECRET",
    "endpoint_url": "AMPLIFY_AUTH_ENDPOINT_URL",
    "identity_pool_id": "AMPLIFY_AUTH_IDENTITY_POOL_ID",
}
# Settings that belong to one client or pool: the environment's value is not used with another client or pool.
_BOUND_TO = {"client_secret": "user_pool_client_id", "identity_pool_id": "user_pool_id"}

Source = str | os.PathLike[str] | Mapping[str, Any]
_Settings = dict[str, Any]  # by the names of `AuthConfig`, which checks the values


def load_config(source: Source | None, options: Mapping[str, object]) -> AuthConfig:
    """The configuration from ``options``, then ``source``, then the environment, then ``./amplify_outputs.json``."""
    _refuse_unknown(options, "The call")
    given = {name: value for name, value in options.items() if value is not None}
    settings: _Settings = {**_read(source), **given}
    from_environment = {name: os.environ[key] for name, key in ENVIRONMENT.items() if os.environ.get(key, "").strip()}
    for name, value in from_environment.items():
        owner = _BOUND_TO.get(name, name)
        if settings.get(owner) in (None, from_environment.get(owner, settings.get(owner))):
            settings.setdefault(name, value)
    # If the folder may not be read, os.path.isfile says False. Path.is_file raises.
    if source is None and "user_pool_id" not in settings and os.path.isfile(OUTPUTS_FILE):
        settings = {**_read(os.path.join(os.curdir, OUTPUTS_FILE)), **settings}
    missing = [name for name in ("user_pool_id", "user_pool_client_id") if not settings.get(name)]
    if missing:
        raise AuthConfigurationError(
            "Auth UserPool not configured: " + " and ".join(missing) + " not given.",
            name="AuthUserPoolException",
            recovery_suggestion=f"Pass {' and '.join(missing)} to configure() or Session(), set "
            f"{' and '.join(ENVIRONMENT[name] for name in missing)}, or give an {OUTPUTS_FILE}.",
        )
    return AuthConfig(**settings)


def made_config(config: object) -> AuthConfig:
    """``config``, if it is one.

    Raises:
        AuthValidationError: It is not an `AuthConfig`.
    """
    if not isinstance(config, AuthConfig):
        raise wrong_type(config, "config", "an AuthConfig", "Pass an AuthConfig; configure() takes mappings.")
    return config


def _read(source: Source | None) -> _Settings:
    if source is None:
        return {}
    where, content = ("The configuration", source) if is_mapping(source) else _read_file(source)
    if not is_mapping(content):
        raise _wrong(f"{where} is not a mapping.")
    if "version" in content:
        return _from_outputs(content, where)
    _refuse_unknown(content, where)
    return {name: value for name, value in content.items() if value is not None}


def _read_file(source: object) -> tuple[str, object]:
    """The name of the file for errors, and its content."""
    if not isinstance(source, str | os.PathLike):
        raise _wrong(f"The configuration must be a path or a mapping, not {type(source).__name__}.")
    path = os.fsdecode(cast("str | os.PathLike[str]", source))
    # Some callers pass JSON instead of a path. It is not shown, because there may be a secret in it.
    where = "The configuration file" if "{" in path else f"The configuration file {path!r}"
    try:
        # Windows writes UTF-8 with a byte order mark, and UTF-16. From bytes, json recognizes both.
        return where, json.loads(Path(path).read_bytes())
    except OSError as error:
        reason = error.strerror
    except json.JSONDecodeError as error:
        reason = f"it is no JSON ({error.msg} in line {error.lineno}, column {error.colno})"
    except UnicodeDecodeError:
        reason = "it is no text in UTF-8"
    except (ValueError, RecursionError) as error:
        reason = str(error)
    raise _wrong(f"{where} cannot be read: {reason}.")  # outside the handlers: a JSONDecodeError holds the whole text


def _refuse_unknown(settings: Mapping[str, object], where: str) -> None:
    unknown = sorted(str(name) for name in settings if name not in OPTIONS)
    if unknown:
        raise _wrong(
            f"{where} has unknown settings: {', '.join(unknown)}.",
            f'Known are {", ".join(OPTIONS)}; an {OUTPUTS_FILE} has "version" and "auth".',
        )


def _wrong(
    message: str, suggestion: str = f"Give the path of an {OUTPUTS_FILE}, or a mapping."
) -> AuthConfigurationError:
    return AuthConfigurationError(message, name="InvalidConfiguration", recovery_suggestion=suggestion)


def _from_outputs(outputs: Mapping[str, object], where: str) -> _Settings:
    """Settings from Amplify Gen 2 outputs (docs.amplify.aws, "amplify_outputs.json", schema version 1)."""
    auth = outputs.get("auth")
    if not str(outputs["version"]).startswith("1") or not is_mapping(auth):
        raise _wrong(
            f"{where} has no auth section of schema version 1.",
            "Generate it with `ampx generate outputs` for a backend that has auth.",
        )
    settings: _Settings = {
        name: auth[name]
        for name in ("user_pool_id", "user_pool_client_id", "identity_pool_id", "oauth")
        if auth.get(name)
    }
    if auth.get("unauthenticated_identities_enabled") is not None:
        settings["allow_guest_access"] = auth["unauthenticated_identities_enabled"]
    passwordless = auth.get("passwordless")
    if is_mapping(passwordless):
        settings["passwordless"] = passwordless
        settings["preferred_challenge"] = passwordless.get("preferred_challenge")
    return settings
