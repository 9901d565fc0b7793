"""Places to keep a sign-in between runs of a program. Memory is the default: nothing here is used unasked.

    session = auth.configure(..., storage=FileStorage("~/.my-script/session.json"))

A storage keeps one text and gives it back whole. What the text means, whose session it is and whether it is
damaged is none of its business.
"""

from ._file import FileStorage
from ._keyring import KeyringStorage
from ._protocol import Storage

__all__ = ["FileStorage", "KeyringStorage", "Storage"]
