"""Where settings come from, and which wins: options, a file or mapping, the environment variables of this library."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from .._arguments import is_mapping, wrong_type
from .._typed_text import probably_meant
from .._values import OPTIONS, AuthConfig, oauth_mistake
from ..errors import AuthConfigurationError
from .config_files import advice_on_folder, here
from .found_settings import OUTPUTS_FILE, Found, refusal, shown_key
from .source_settings import Source, found_in, hints_of_source, refuse_unknown

ENVIRONMENT = {
    "user_pool_id": "AMPLIFY_AUTH_USER_POOL_ID",
    "user_pool_client_id": "AMPLIFY_AUTH_USER_POOL_CLIENT_ID",
    "client_secret": "AMPLIFY_AUTH_CLIENT_SECRET",
    "endpoint_url": "AMPLIFY_AUTH_ENDPOINT_URL",
    "identity_pool_id": "AMPLIFY_AUTH_IDENTITY_POOL_ID",
    "identity_pool_endpoint_url": "AMPLIFY_AUTH_IDENTITY_POOL_ENDPOINT_URL",
}
# Settings that belong to one client or pool: the environment's value is not used with another client or pool.
_BOUND_TO = {"client_secret": "user_pool_client_id", "identity_pool_id": "user_pool_id"}
_BOUND_IN_FILES = {"client_secret": "user_pool_client_id", "region": "user_pool_id"}
_PREFIX = "AMPLIFY_AUTH_"
#: The end of a variable's name, as it is often written -> the option, or a sentence.
_OTHER_VARIABLES = {
    **dict.fromkeys(("CLIENT_ID", "APP_CLIENT_ID"), "user_pool_client_id"),
    **dict.fromkeys(("SECRET", "APP_CLIENT_SECRET"), "client_secret"),
    **dict.fromkeys(("ENDPOINT", "URL"), "endpoint_url"),
    "POOL_ID": "user_pool_id",
    "REGION": f"{_PREFIX}REGION is not read: the region is that of the user pool id.",
}
logger = logging.getLogger("amplify_auth")

_Settings = dict[str, Any]  # by the names of `AuthConfig`, which checks the values


def load_config(source: Source | None, options: Mapping[str, object]) -> AuthConfig:
    """The configuration from ``options``, then ``source``, then the environment, then ``./amplify_outputs.json``."""
    refuse_unknown(options, "The call")
    given = {name: value for name, value in options.items() if value is not None}
    found = found_in(source)
    settings: _Settings = {**_without_bound(found.settings, given), **given}
    origins = _origins(found, given)
    from_environment = {name: os.environ[key] for name, key in ENVIRONMENT.items() if os.environ.get(key, "").strip()}
    for name, value in from_environment.items():
        owner = _BOUND_TO.get(name, name)
        if settings.get(owner) in (None, from_environment.get(owner, settings.get(owner))) and name not in settings:
            settings[name], origins[name] = value, ENVIRONMENT[name]
    # If the folder may not be read, os.path.isfile says False. Path.is_file raises.
    if source is None and "user_pool_id" not in settings and os.path.isfile(OUTPUTS_FILE):
        found = found_in(os.path.join(os.curdir, OUTPUTS_FILE))
        origins = {**_origins(found, settings), **origins}
        settings = {**_without_bound(found.settings, settings), **settings}
    missing = [name for name in ("user_pool_id", "user_pool_client_id") if settings.get(name) is None]
    if missing:
        raise _not_given(missing, source, found)
    _refuse_other_names_in_oauth(settings)
    for sentence in (*_unread_variables(), *_left_out(found, settings)):
        _log_once(sentence)
    return _made(settings, origins)


def _origins(found: Found, others: Mapping[str, object]) -> dict[str, str]:
    """Option -> the key that it comes from, without the options that ``others`` have."""
    return {name: f"{shown_key(key)} of the file" for name, key in found.origins.items() if name not in others}


def _without_bound(settings: Mapping[str, object], others: Mapping[str, object]) -> _Settings:
    """``settings`` of a file, without the region and the secret of a pool and a client that ``others`` replace."""
    return {
        name: value
        for name, value in settings.items()
        if (owner := _BOUND_IN_FILES.get(name)) is None or others.get(owner) in (None, settings.get(owner))
    }


def _made(settings: _Settings, origins: Mapping[str, str]) -> AuthConfig:
    """The configuration. If a setting is wrong, the error names the variable or the key that it comes from."""
    try:
        return AuthConfig(**settings)
    except AuthConfigurationError as error:
        refused = error
    said = refused.message.replace("user pool id", "user_pool_id").replace("identity pool id", "identity_pool_id")
    sources = [f"{name} comes from {origin}." for name, origin in origins.items() if re.search(rf"\b{name}\b", said)]
    if sources:
        advice = " ".join((str(refused.recovery_suggestion), *sources))
        raise AuthConfigurationError(refused.message, name=refused.name, recovery_suggestion=advice)
    raise refused


def _not_given(missing: list[str], source: Source | None, found: Found) -> AuthConfigurationError:
    """The error for settings that were not found, with what was found in their place."""
    names = " and ".join(missing)
    hints = [f"{ENVIRONMENT[name]} is set, but it is empty." for name in missing if ENVIRONMENT[name] in os.environ]
    hints += _unread_variables()
    if source is None and not os.path.isfile(OUTPUTS_FILE):
        hints.append(f"There is no {OUTPUTS_FILE} in the current directory{here()}.")
        hints += advice_on_folder()
    elif source is not None:
        hints += hints_of_source(missing, found)
    return AuthConfigurationError(
        f"Auth UserPool not configured: {names} not given.",
        name="AuthUserPoolException",
        recovery_suggestion=f"Pass {names} to configure() or Session(), set "
        f"{' and '.join(ENVIRONMENT[name] for name in missing)}, or give an {OUTPUTS_FILE}. "
        + " ".join(filter(None, hints)),
    )


def _left_out(found: Found, settings: Mapping[str, object]) -> list[str]:
    """A sentence for each setting that a program computes, and that is not given in another way."""
    return [
        f"The configuration file computes {shown_key(key)}, and programs are not run: it is left out. "
        f"Pass {name} to configure() if it is needed."
        for name, key in found.computed.items()
        if settings.get(name) is None
    ]


def _refuse_other_names_in_oauth(settings: Mapping[str, object]) -> None:
    """Raise an error if ``oauth`` has names of JavaScript: they would be without effect."""
    oauth = settings.get("oauth")
    found = oauth_mistake(oauth) if is_mapping(oauth) else None
    if found is not None:
        raise refusal(*found)


def _unread_variables() -> list[str]:
    """A sentence for each variable that looks like one of this library, but is not read."""
    found: list[str] = []
    for key in sorted(os.environ):
        if key.startswith(_PREFIX) and key not in ENVIRONMENT.values():
            end = key.removeprefix(_PREFIX)
            # The beginning is left out: names that have it are alike.
            meant = end.lower() if end.lower() in OPTIONS else None
            meant = _OTHER_VARIABLES.get(end) or meant or probably_meant(end, ENVIRONMENT, _OTHER_VARIABLES)
            if meant in ENVIRONMENT:
                found.append(f"{shown_key(key)} is not read: did you mean {ENVIRONMENT[meant]}?")
            elif meant in OPTIONS:
                found.append(f"{key} is not read: pass {meant} to configure() or Session().")
            elif meant is not None:
                found.append(meant)
    return found


@cache
def _log_once(sentence: str) -> None:
    logger.warning("%s", sentence)


def made_config(config: object) -> AuthConfig:
    """``config``, if it is one.

    Raises:
        AuthValidationError: It is not an `AuthConfig`.
    """
    if not isinstance(config, AuthConfig):
        raise wrong_type(config, "config", "an AuthConfig", "Pass an AuthConfig; configure() takes mappings.")
    return config
