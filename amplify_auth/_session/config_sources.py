"""Where settings come from: options, an ``amplify_outputs.json``, the environment variables of this library."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from .._arguments import is_mapping, wrong_type
from .._texts import one_line
from .._typed_text import probably_meant
from .._values import OPTIONS, AuthConfig
from ..errors import AuthConfigurationError
from .foreign_settings import advice_on_names, names_for, of_a_program, of_another_library

OUTPUTS_FILE = "amplify_outputs.json"
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

Source = str | os.PathLike[str] | Mapping[str, Any]
_Settings = dict[str, Any]  # by the names of `AuthConfig`, which checks the values


def load_config(source: Source | None, options: Mapping[str, object]) -> AuthConfig:
    """The configuration from ``options``, then ``source``, then the environment, then ``./amplify_outputs.json``."""
    _refuse_unknown(options, "The call")
    given = {name: value for name, value in options.items() if value is not None}
    settings: _Settings = {**_read(source), **given}
    from_environment = {name: os.environ[key] for name, key in ENVIRONMENT.items() if os.environ.get(key, "").strip()}
    variables: dict[str, str] = {}
    for name, value in from_environment.items():
        owner = _BOUND_TO.get(name, name)
        if settings.get(owner) in (None, from_environment.get(owner, settings.get(owner))) and name not in settings:
            settings[name], variables[name] = value, ENVIRONMENT[name]
    # If the folder may not be read, os.path.isfile says False. Path.is_file raises.
    if source is None and "user_pool_id" not in settings and os.path.isfile(OUTPUTS_FILE):
        settings = {**_read(os.path.join(os.curdir, OUTPUTS_FILE)), **settings}
    missing = [name for name in ("user_pool_id", "user_pool_client_id") if settings.get(name) is None]
    if missing:
        raise _not_given(missing, source)
    for sentence in _unread_variables():
        _log_once(sentence)
    return _made(settings, variables)


def _made(settings: _Settings, variables: Mapping[str, str]) -> AuthConfig:
    """The configuration. If a setting from the environment is wrong, the error names its variable."""
    try:
        return AuthConfig(**settings)
    except AuthConfigurationError as error:
        refusal = error
    said = refusal.message.replace("user pool id", "user_pool_id").replace("identity pool id", "identity_pool_id")
    for name, variable in variables.items():
        if re.search(rf"\b{name}\b", said):
            advice = f"{refusal.recovery_suggestion} {name} comes from {variable}."
            raise AuthConfigurationError(refusal.message, name=refusal.name, recovery_suggestion=advice)
    raise refusal


def _not_given(missing: list[str], source: Source | None) -> AuthConfigurationError:
    """The error for settings that were not found, with what was found in their place."""
    names = " and ".join(missing)
    found = [f"{ENVIRONMENT[name]} is set, but it is empty." for name in missing if ENVIRONMENT[name] in os.environ]
    found += _unread_variables()
    if source is None and not os.path.isfile(OUTPUTS_FILE):
        found.append(f"There is no {OUTPUTS_FILE} in the current directory{_here()}.")
    elif source is not None:
        found.append(f"The file or mapping that was given has no {names}.")
        found.append(advice_on_names(names_for(missing, _names_in_outputs(source))).strip())
    return AuthConfigurationError(
        f"Auth UserPool not configured: {names} not given.",
        name="AuthUserPoolException",
        recovery_suggestion=f"Pass {names} to configure() or Session(), set "
        f"{' and '.join(ENVIRONMENT[name] for name in missing)}, or give an {OUTPUTS_FILE}. "
        + " ".join(filter(None, found)),
    )


def _names_in_outputs(source: Source) -> list[str]:
    """The names in the section ``auth`` of an outputs file; empty if ``source`` has no such section."""
    content = source if is_mapping(source) else _read_file(source)[1]
    auth = content.get("auth") if is_mapping(content) else None
    return list(auth) if is_mapping(auth) else []


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
                found.append(f"{one_line(key)} is not read: did you mean {ENVIRONMENT[meant]}?")
            elif meant in OPTIONS:
                found.append(f"{key} is not read: pass {meant} to configure() or Session().")
            elif meant is not None:
                found.append(meant)
    return found


@cache
def _log_once(sentence: str) -> None:
    logger.warning("%s", sentence)


def _here() -> str:
    try:
        return f" {os.getcwd()!r}"
    except OSError:  # it was deleted
        return ""


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
    foreign = of_another_library(content)
    if foreign is not None:
        raise _wrong(f"{where} {foreign[0]}.", foreign[1])
    _refuse_unknown(content, where)
    return {name: value for name, value in content.items() if value is not None}


def _read_file(source: object) -> tuple[str, object]:
    """The name of the file for errors, and its content."""
    if not isinstance(source, str | os.PathLike):
        raise _wrong(f"The configuration must be a path or a mapping, not {type(source).__name__}.")
    path = os.path.expanduser(os.fsdecode(cast("str | os.PathLike[str]", source)))
    # Some callers pass JSON instead of a path. It is not shown, because there may be a secret in it.
    is_content = "{" in path
    where = "The configuration file" if is_content else f"The configuration file {path!r}"
    program = None if is_content else of_a_program(path)
    if program is not None:
        raise _wrong(f"{where} {program[0]}.", program[1])
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
    advice = "Pass a path, or the mapping that json.loads() makes of the text." if is_content else _advice_on_path(path)
    raise _wrong(  # outside the handlers: a JSONDecodeError holds the whole text
        f"{where} cannot be read: {reason}.", advice
    )


def _advice_on_path(path: str) -> str:
    """What to do if the file cannot be read: which files there are with such a name."""
    folder = path if os.path.isdir(path) else os.path.dirname(path) or os.curdir
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.is_file() and entry.name.endswith(".json")]
    except (OSError, ValueError):
        names = []
    wanted = OUTPUTS_FILE if folder == path else os.path.basename(path)
    alike = probably_meant(wanted, names) if names else None
    near = ""
    if alike is not None and alike != os.path.basename(path):
        near = f"Did you mean {os.path.normpath(os.path.join(folder, alike))!r}? "
    where = "" if os.path.isabs(path) else f" The current directory is{_here() or ' deleted'}."
    return f"{near}Give the path of an {OUTPUTS_FILE}, or a mapping.{where}"


def _refuse_unknown(settings: Mapping[str, object], where: str) -> None:
    unknown = sorted(str(name) for name in settings if name not in OPTIONS)
    if unknown:
        raise _wrong(
            f"{where} has unknown settings: {', '.join(unknown)}.",
            f'{advice_on_names(unknown)}Known are {", ".join(OPTIONS)}; an {OUTPUTS_FILE} has "version" and "auth".',
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
