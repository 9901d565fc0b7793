"""The end of tokens: of one sign-in, or of all sign-ins of a user.

Never here: the request that ends them.
"""

from ..._moto import MotoPool, MotoUser
from ..state import PoolState


def revoke_family(pool: MotoPool, state: PoolState, origin_jti: str) -> None:
    """Revoke one sign-in: its refresh tokens, and the access tokens that came from them."""
    for value, refresh in state.refresh_tokens.items():
        if refresh.origin_jti == origin_jti:
            refresh.revoked = True
            pool.refresh_tokens[value] = None
    for value, access in state.access_tokens.items():
        if access.origin_jti == origin_jti:
            access.revoked = True
            pool.access_tokens.pop(value, None)


def revoke_user(pool: MotoPool, state: PoolState, user: MotoUser) -> None:
    """Revoke every token of a user."""
    names = {user.username, *map(str, user.attribute_lookup.values())}
    families = {held[2] for held in pool.refresh_tokens.values() if held is not None and held[1] in names}
    families |= {token.origin_jti for token in state.refresh_tokens.values() if token.username == user.username}
    for origin_jti in families:
        revoke_family(pool, state, origin_jti)
    for value, (_, name) in list(pool.access_tokens.items()):
        if name in names:
            pool.access_tokens.pop(value)
    for value, held in list(pool.refresh_tokens.items()):
        if held is not None and held[1] in names:
            pool.refresh_tokens[value] = None
