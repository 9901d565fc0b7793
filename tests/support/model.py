"""botocore's model of user pools: the operations without a signature, and requests that it accepts."""

from typing import Any

from botocore.session import Session as CoreSession

MODEL = CoreSession().get_service_model("cognito-idp")
UNSIGNED = sorted(name for name in MODEL.operation_names if MODEL.operation_model(name).auth_type == "none")


def required_members(operation: str) -> dict[str, Any]:
    """Something that botocore accepts for each required member of a request."""
    made: dict[str, Any] = _parameters(MODEL.operation_model(operation).input_shape)
    return made


def _parameters(shape: Any, name: str = "") -> Any:
    """Something that botocore accepts for each required member."""
    if shape.type_name == "structure":
        required = {member: shape.members[member] for member in shape.required_members}
        return {member: _parameters(item, member) for member, item in required.items()}
    if shape.type_name == "list":
        return [_parameters(shape.member)]
    if shape.type_name == "map":
        return {"USERNAME": "alice"}
    if getattr(shape, "is_document_type", False):
        return {}
    if shape.type_name == "boolean":
        return True
    return (shape.enum or ["x" * 20])[0]
