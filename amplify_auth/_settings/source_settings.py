"""The settings of what `configure` is given: a file or a mapping, in any form that is known.

A form is recognized by its keys, never by the name of the file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from .._arguments import is_mapping
from .._values import OPTIONS
from .config_files import read_file
from .config_forms import found_in_gen_1, found_in_outputs
from .foreign_settings import advice_on_names, names_for, of_an_outputs_file
from .found_settings import OUTPUTS_FILE, Found, refusal, shown_key

Source = str | os.PathLike[str] | Mapping[str, Any]


def found_in(source: Source | None) -> Found:
    """The settings of a file or a mapping; none if there is no source."""
    if source is None:
        return Found()
    where, content = ("The configuration", source) if is_mapping(source) else read_file(source)
    if isinstance(content, Found):
        return content
    if is_mapping(content) and "version" in content and "terraform_version" not in content:
        outputs = found_in_outputs(content)
        if outputs is None:
            raise refusal(
                f"{where} has no auth section of schema version 1.",
                "Generate it with `ampx generate outputs` for a backend that has auth.",
            )
        return outputs
    gen_1 = found_in_gen_1(content) if is_mapping(content) else None
    return gen_1 or Found(_options_in(content, where))


def _options_in(content: object, where: str) -> Mapping[str, object]:
    """The content as a mapping of options, if it is one."""
    if not is_mapping(content) or any(name not in OPTIONS for name in content):
        from .other_files import refuse_outputs_of_others  # only a mistake needs it

        unfinished = of_an_outputs_file(content) if is_mapping(content) else None
        if unfinished is not None:
            raise refusal(f"{where} {unfinished[0]}.", unfinished[1])
        refuse_outputs_of_others(content, where)
    if not is_mapping(content):
        raise refusal(f"{where} is not a mapping.")
    refuse_unknown(content, where)
    return {name: value for name, value in content.items() if value is not None}


def refuse_unknown(settings: Mapping[str, object], where: str) -> None:
    """Raise an error if a name is not that of an option."""
    unknown = sorted(str(name) for name in settings if name not in OPTIONS)
    if unknown:
        names = ", ".join(map(shown_key, unknown))
        raise refusal(
            f"{where} has unknown settings: {names}.",
            f'{advice_on_names(unknown)}Known are {", ".join(OPTIONS)}; an {OUTPUTS_FILE} has "version" and "auth".',
        )


def hints_of_source(missing: list[str], found: Found) -> list[str]:
    """What the file or mapping has in place of the settings that are missing."""
    computed = [name for name in missing if name in found.computed]
    hints = [
        f"The file computes {shown_key(found.computed[name])}, and programs are not run: pass {name}= too."
        for name in computed
    ]
    absent = [name for name in missing if name not in computed]
    if absent and found.absent:
        keys = " and ".join(found.absent[name] for name in absent)
        hints.append(f"What was given has the form of {found.form}, but it has no {keys}.")
    elif absent:
        hints.append(f"The file or mapping that was given has no {' and '.join(absent)}.")
        hints.append(advice_on_names(names_for(absent, found.others)).strip())
    if "user_pool_id" in absent and "identity_pool_id" in found.settings:
        hints.append("An identity pool alone is not enough: users sign in to a user pool.")
    return hints
