"""Masking of what botocore logs at DEBUG: request and response bodies hold passwords and tokens in clear."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from ._masking import MASK
from ._sensitive import masked, sensitive_members


class SensitiveDataFilter(logging.Filter):
    """Masks in botocore's log records what its service model flags as sensitive.

    botocore at DEBUG logs the bodies of requests and answers. Add this filter to every handler that sees its
    records; a filter on a parent logger is not asked about them. Records of others pass unchanged.

    Example:
        >>> handler = logging.StreamHandler()
        >>> handler.addFilter(SensitiveDataFilter())
        >>> logging.getLogger("botocore").addHandler(handler)
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask ``record`` in place; it is always let through."""
        if record.name.split(".")[0] in ("botocore", "boto3") and record.args:
            arguments: tuple[Any, ...] = record.args if isinstance(record.args, tuple) else (record.args,)
            shapes = [getattr(item, "input_shape", None) for item in arguments]
            shape = next((item for item in shapes if item is not None), None)
            cleaned = tuple(_clean(item, shape) for item in arguments)
            record.args = cleaned if isinstance(record.args, tuple) else cleaned[0]
        return True


def _clean(item: Any, shape: Any) -> Any:
    if isinstance(item, bytes):
        return _clean_body(item, shape)
    if isinstance(item, Mapping) and "body" in item:
        rest = {key: value for key, value in item.items() if key != "body"}
        return {**_clean_tree(rest), "body": _clean_body(item["body"], shape)}
    return _clean_tree(item)


def _clean_body(body: Any, shape: Any) -> Any:
    if not isinstance(body, bytes | str) or not body:
        return body if not body else MASK
    try:
        value = json.loads(body)
        return json.dumps(_clean_tree(value) if shape is None else masked(shape, value))
    except (ValueError, RecursionError):
        return MASK  # nobody knows what is in it


def _clean_tree(value: Any) -> Any:
    """``value`` with the members masked that are sensitive in any Cognito operation."""
    if isinstance(value, Mapping):
        return {key: MASK if key in sensitive_members() else _clean_tree(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean_tree(item) for item in value]
    return value
