"""Reads a pickle that holds one text, and nothing else: without `pickle`, which can be made to run anything.

A text pickled by protocol 2 to 5 is a handful of instructions: the protocol, frames, one text, a place in the memo,
the end. Those are read here; any other instruction is refused by name.
"""

from __future__ import annotations

import zlib

_PROTO, _FRAME, _STOP = 0x80, 0x95, 0x2E
_LENGTHS = {0x8C: 1, 0x58: 4, 0x8D: 8}  # of the length of a text: SHORT_BINUNICODE, BINUNICODE, BINUNICODE8
_MEMO = {0x94: 0, 0x71: 1, 0x72: 4}  # bytes after MEMOIZE, BINPUT, LONG_BINPUT
TEXT_MOST = 1 << 30


class NotText(ValueError):
    """The pickle is damaged, or holds something other than one text."""


def read_text(data: bytes) -> str:
    """The text that the pickle `data` holds; raises `NotText`."""
    at, text = 0, None
    while True:
        if at >= len(data):
            raise NotText("the pickle is cut short")
        code = data[at]
        at += 1
        if code == _PROTO:
            at += 1
        elif code == _FRAME:
            at += 8
        elif code in _MEMO and text is not None:
            at += _MEMO[code]
        elif code in _LENGTHS and text is None:
            size = int.from_bytes(data[at : at + _LENGTHS[code]], "little")
            at += _LENGTHS[code]
            if at + size > len(data):
                raise NotText("the pickle is cut short")
            text = data[at : at + size].decode("utf-8", "surrogatepass")
            at += size
        elif code == _STOP and text is not None and at == len(data):
            return text
        else:
            raise NotText(f"the pickle holds instruction {code:#04x}, which a plain text has no need of; it is not run")


def inflate(data: bytes, most: int = TEXT_MOST) -> bytes:
    """What the zlib stream `data` holds, at most `most` bytes; raises `NotText`."""
    stream = zlib.decompressobj()
    try:
        found = stream.decompress(data, most)
    except zlib.error as error:
        raise NotText(f"is not a zlib stream: {error}") from None
    if stream.unconsumed_tail or not stream.eof:
        raise NotText(f"is cut short, or unpacks to more than {most} bytes")
    return found
