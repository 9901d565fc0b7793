"""Storages, which keep a sign-in between runs of a program. Memory is the default.

    session = auth.configure(..., storage=FileStorage("~/.my-script/session.json"))

A storage keeps one text and gives it back whole. It does not know what the text means.
"""

from ._file import FileStorage
from ._keyring import KeyringStorage
from ._protocol import Storage

__all__ = ["FileStorage", "KeyringStorage", "Storage"]
