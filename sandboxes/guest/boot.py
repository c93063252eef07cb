"""The first lines that run in a container: takes the guest's modules from standard input and hands over to the porter.

Its text is the argument of ``python3 -c``, so that an image needs nothing but CPython 3.8 or later, and the guest is
always of the version that the host speaks with.  It imports nothing of the guest.  What comes is a length of four bytes
and a JSON object of module names and source texts.
"""

import importlib.abc
import importlib.util
import json
import os
import sys
from importlib.machinery import ModuleSpec
from typing import Dict, Optional


def _read(count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = os.read(0, count - len(data))
        if not piece:
            os._exit(0)
        data += piece
    return data


class _Sources(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports modules from source texts in memory."""

    def __init__(self, sources: Dict[str, str]) -> None:
        self._sources = sources

    def find_spec(self, name: str, path: object, target: object = None) -> Optional[ModuleSpec]:
        if name not in self._sources:
            return None
        return importlib.util.spec_from_loader(name, self, is_package=self.is_package(name))

    def is_package(self, name: str) -> bool:
        return any(other.startswith(name + ".") for other in self._sources)

    def get_source(self, name: str) -> str:
        return self._sources[name]


if __name__ == "__main__":
    if sys.version_info < (3, 8):
        sys.exit("the image's python3 is {}: CPython 3.8 or later is needed".format(sys.version.split()[0]))
    sys.path[:] = filter(None, sys.path)
    sys.meta_path.insert(0, _Sources(json.loads(_read(int.from_bytes(_read(4), "big")))))
    from sandboxes.guest import porter

    porter.main()
