"""`verify serve`: an engine behind HTTP, for graders that live in another process or on another machine.

`settings` says what a server may be told; `orders` reads what is to be graded, `gathering` hands the orders of all
clients to the one engine, `programs` runs programs, `foreign` speaks the protocols of other projects, `app` is the
ASGI application and `listening` the process that serves it. Needs the extra `server`.
"""

from verifiers.server.listening import serve
from verifiers.server.settings import Settings

__all__ = ["Settings", "serve"]
