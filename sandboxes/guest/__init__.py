"""What runs inside the walls: standard library only, CPython 3.8 and later, importing nothing but itself.

The supervisor shares `wire` (the messages) with it and nothing else.  `seccomp` and `syscalls` also serve trusted code
that shuts a process of its own in.
"""
