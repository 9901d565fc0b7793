"""Files of other tools that have ids of Cognito: outputs of stacks, env-files, templates. They are not read.

Pure: a content becomes advice that names the keys whose values look like such ids. No value is repeated.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from .._arguments import is_list, is_mapping
from .._values import OPTIONS, kind_of_id
from .found_settings import refusal, shown_key

_MOST = 20_000  # values that are looked at
_DEEPEST = 12
_NAMED = 6  # ids that an error names
_PASS: Final = "Pass user_pool_id= and user_pool_client_id= to configure(), without the file."
#: The end of a file's name -> what it is. Such a file is not JSON.
_NAMES: Final[Mapping[str, str]] = {
    **dict.fromkeys((".yml", ".yaml"), "a YAML file, such as a template of CloudFormation or of Serverless"),
    ".toml": "a TOML file, such as samconfig.toml",
    **dict.fromkeys((".tf", ".tfvars", ".hcl"), "a file of Terraform"),
    **dict.fromkeys((".ini", ".cfg", ".properties"), "a file of settings that is not JSON"),
}
_ENV: Final = re.compile(r"(?:^|.*\.)env(?:rc)?(?:\..*)?")
#: A key and its value in a file that is not JSON, such as ``KEY=value``, ``key: "value"`` and ``\"Key=value\"``.
_PAIR: Final = re.compile(r"(?<![\w.-])([\w.-]{1,64}+)\\?[\"']?[ \t]{0,8}[:=][ \t]{0,8}\\?[\"']?(?=([\w:-]{8,80}+))")
_MAIN: Final = ("user_pool_id", "user_pool_client_id")


class Seen(NamedTuple):
    """A value that looks like the value of an option: the option, and the keys that lead to the value."""

    option: str
    path: tuple[str, ...]


def refuse_text_file(path: str, text: str, where: str) -> None:
    """Raise the error for a file that is not JSON and no program, if it is known what it is."""
    name = os.path.basename(path).lower()
    kind = next((kind for end, kind in _NAMES.items() if name.endswith(end)), None)
    if _ENV.fullmatch(name):
        kind = "an env-file: its variables are read only if the program's environment has them"
    if kind is None:
        return
    seen = [Seen(option, (pair[1],)) for pair in _PAIR.finditer(text) if (option := _option(pair[1], pair[2]))]
    raise refusal(f"{where} is {kind}.", advice_on_ids(seen) or _PASS)


def refuse_outputs_of_others(content: object, where: str) -> None:
    """Raise the error for a content in JSON that another tool wrote, if it has the form of one."""
    kind = _kind(content)
    if kind is not None:
        raise refusal(f"{where} has the form of {kind}.", advice_on_ids(ids_in(content)) or _PASS)


def _kind(content: object) -> str | None:
    if is_list(content):
        return "outputs of a CloudFormation stack" if any(map(_is_output, content)) else None
    if not is_mapping(content):
        return None
    if "terraform_version" in content:
        return "a state of Terraform"
    if is_list(content.get("Stacks")) or is_list(content.get("Outputs")) or "AWSTemplateFormatVersion" in content:
        return "a description of CloudFormation"
    if "providers" in content and is_mapping(content.get("auth")):
        return "the amplify-meta.json of Amplify Gen 1"
    parts = list(content.values())
    if parts and all(
        is_mapping(part) and "value" in part and ("type" in part or "sensitive" in part) for part in parts
    ):
        return "the outputs of Terraform"
    if any(key in OPTIONS for key in content):
        return None
    if parts and all(is_mapping(part) and all(isinstance(text, str) for text in part.values()) for part in parts):
        return "the outputs of stacks, as the AWS CDK writes them"
    return None


def _is_output(part: object) -> bool:
    return is_mapping(part) and "OutputKey" in part


def ids_in(content: object) -> list[Seen]:
    """The values that look like ids of Cognito, with the keys that lead to them."""
    found: list[Seen] = []
    for _, (path, text) in zip(range(_MOST), _texts(content, (), 0), strict=False):
        name = path[-2] if len(path) > 1 and path[-1] == "value" else path[-1] if path else ""
        option = _option(name, text)
        if option is not None:
            found.append(Seen(option, path))
    return found


def _texts(content: object, path: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text, with its keys. The name of an output, or of a stack, in a value counts as a key."""
    if isinstance(content, str):
        yield path, content
    elif depth < _DEEPEST and is_list(content):
        for part in content:
            yield from _texts(part, path, depth + 1)
    elif depth < _DEEPEST and is_mapping(content):
        if isinstance(name := content.get("OutputKey"), str):
            yield (*path, name), str(content.get("OutputValue"))
            return
        stack = content.get("StackName")
        path = (*path, stack) if isinstance(stack, str) else path
        for key, part in content.items():
            yield from _texts(part, (*path, str(key)), depth + 1)


def _option(name: str, text: str) -> str | None:
    """The option that a value is probably for, by its form and the name of its key."""
    low = name.lower()
    kind = kind_of_id(text)
    if kind == "the secret of an app client" or ("secret" in low and "client" in low):
        return "client_secret" if "secret" in low else None
    if kind == "the id of an app client":
        return "user_pool_client_id" if "client" in low or "app" in low else None
    return {"the id of a user pool": "user_pool_id", "the id of an identity pool": "identity_pool_id"}.get(str(kind))


def advice_on_ids(seen: Iterable[Seen]) -> str:
    """A sentence for each of the first ids. Empty without ids."""
    sentences: dict[str, None] = {}
    for option, path in sorted(seen, key=lambda one: one.option not in _MAIN):
        keys = [shown_key(key) for key in path if key not in ("value", "Outputs", "Stacks", "outputs")]
        key = f"The key {keys[-1]}" + (f" of {'.'.join(keys[:-1])}" if keys[:-1] else "")
        what = option.replace("_", " ").replace("client secret", "secret of an app client")
        sentences[f"{key} looks like the {what}: pass its value as {option}=."] = None
    return " ".join(list(sentences)[:_NAMED])
