"""What runs inside the walls: standard library only, CPython 3.8 and later, imported by nothing but itself.

The supervisor shares `wire` (the messages) with it and nothing else.
"""
