"""The answer to one request: from the core, or from moto. What moto drops is kept here.

Never here: which mocks are entered, or a fault that a test ordered.
"""

from .request import operate

__all__ = ["operate"]
