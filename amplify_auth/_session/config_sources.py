"""Where settings come from: options, an ``amplify_outputs.json``, the environment. The only reader of either."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
    # os.path.isfile, unlike Path's, takes a folder that may not be looked into as one without the file.
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


def _read(source: Source | None) -> dict[str, Any]:
    if source is None:
        return {}
    where, content = ("The configuration", source) if isinstance(source, Mapping) else _read_file(source)
    if not isinstance(content, Mapping):
        raise _wrong(f"{where} is not a mapping.")
    if "version" in content:
        return _from_outputs(content, where)
    _refuse_unknown(content, where)
    return {name: value for name, value in content.items() if value is not None}


def _read_file(source: str | os.PathLike[str]) -> tuple[str, Any]:
    """How the file is called in errors, and what is in it."""
    if not isinstance(source, str | os.PathLike):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise _wrong(f"The configuration must be a path or a mapping, not {type(source).__name__}.")
    path = os.fsdecode(source)
    # JSON in place of the path of its file is not shown: there may be a secret in it.
    where = "The configuration file" if "{" in path else f"The configuration file {path!r}"
    try:
        # From bytes, json tells the encodings apart that Windows writes: UTF-8 with a byte order mark, and UTF-16.
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


def _refuse_unknown(settings: Mapping[str, Any], where: str) -> None:
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


def _from_outputs(outputs: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Settings from Amplify Gen 2 outputs (docs.amplify.aws, "amplify_outputs.json", schema version 1)."""
    auth = outputs.get("auth")
    if not str(outputs["version"]).startswith("1") or not isinstance(auth, Mapping):
        raise _wrong(
            f"{where} has no auth section of schema version 1.",
            "Generate it with `ampx generate outputs` for a backend that has auth.",
        )
    settings = {
        name: auth[name]
        for name in ("user_pool_id", "user_pool_client_id", "identity_pool_id", "oauth")
        if auth.get(name)
    }
    if auth.get("unauthenticated_identities_enabled") is not None:
        settings["allow_guest_access"] = auth["unauthenticated_identities_enabled"]
    passwordless = auth.get("passwordless")
    if isinstance(passwordless, Mapping):
        settings["passwordless"] = passwordless
        settings["preferred_challenge"] = passwordless.get("preferred_challenge")
    return settings
