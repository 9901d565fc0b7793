"""The types of the fixtures that make pools and sessions."""

from collections.abc import Callable

import amplify_auth as auth
from amplify_auth.testing import MockPool

#: `new_session(**options)`: a session that talks to the scripted service.
NewSession = Callable[..., auth.Session]
#: `session_of(pool, **options)`: a session of this pool.
SessionOf = Callable[..., auth.Session]
#: `pool_of(**settings)`: a pool with these settings.
PoolOf = Callable[..., MockPool]
