"""Clients whose botocore knows less of Cognito: a real model without some operations and members, in a real loader.

``oldest_model.json`` has the members of every request without a signature in the oldest botocore that setup.cfg allows,
and the version of it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.loaders import Loader

_OLDEST: Any = json.loads((Path(__file__).parent / "oldest_model.json").read_text())
#: The version of the oldest botocore.
OLDEST_VERSION: str = _OLDEST["botocore"]
#: Its operations without a signature, and the members of their requests.
OLDEST: Mapping[str, Collection[str]] = _OLDEST["operations"]


def installed_model() -> Any:
    """The model of the installed botocore, as its file has it; a copy."""
    return copy.deepcopy(Loader().load_service_model("cognito-idp", "service-2"))


def without(*names: str) -> Any:
    """The installed model without these operations and members: ``"GetUser"``, ``"GetUser.AccessToken"``."""
    model = installed_model()
    for name in names:
        operation, _, member = name.partition(".")
        if member:
            shape = model["operations"][operation]["input"]["shape"]
            model["shapes"][shape]["members"].pop(member, None)
        else:
            model["operations"].pop(operation, None)
    return model


def oldest() -> Any:
    """The installed model without all that the oldest botocore does not know of requests without a signature."""
    model = installed_model()
    for name, operation in list(model["operations"].items()):
        if operation.get("authtype") != "none":
            continue
        known = OLDEST.get(name)
        if known is None:
            del model["operations"][name]
            continue
        shape = model["shapes"][operation["input"]["shape"]]
        shape["members"] = {member: value for member, value in shape["members"].items() if member in known}
    return model


def client_with(model: Any, folder: Path, **options: Any) -> Any:
    """A client of that model. ``folder`` takes its file."""
    place = folder / "cognito-idp" / model["metadata"]["apiVersion"]
    place.mkdir(parents=True)
    (place / "service-2.json").write_text(json.dumps(model))
    core = botocore.session.Session()
    core.register_component("data_loader", Loader(extra_search_paths=[str(folder)]))
    config = Config(signature_version=UNSIGNED, retries={"mode": "standard", "total_max_attempts": 1})
    return core.create_client("cognito-idp", region_name="us-east-1", config=config, **options)
