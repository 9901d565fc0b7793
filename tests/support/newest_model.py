"""Marks the tests that need what an older botocore's model of Cognito does not have."""

import botocore.session
import pytest
from botocore import xform_name

_MODEL = botocore.session.get_session().get_service_model("cognito-idp")
_OPERATIONS = {xform_name(name): name for name in _MODEL.operation_names}


def _is_known(name: str) -> bool:
    operation, _, member = name.partition(".")
    known = _OPERATIONS.get(xform_name(operation))
    if known is None or not member:
        return known is not None
    shape = _MODEL.operation_model(known).input_shape
    return shape is not None and member in shape.members


def needs(*names: str) -> pytest.MarkDecorator:
    """Skip the test if the model lacks one of ``names``: operations or methods, such as ``"GetUser.AccessToken"``."""
    missing = [name for name in names if not _is_known(name)]
    return pytest.mark.skipif(bool(missing), reason=f"this botocore does not know {', '.join(missing)}")


#: For tests that compare the whole table of the test bed with the model.
needs_newest = needs("ListUserSessions", "RevokeUserSession", "RevokeToken.RevokeAssociatedSessions")
