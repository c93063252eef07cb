"""What a container is like, seen from inside: the kernel's word on its walls, not the daemon's."""

import contextlib
import os
import sys
from typing import Any, Dict, List

from sandboxes.guest import frames

# what is limited, the file of cgroup v2, then of v1
_ACCOUNTS = (
    ("memory", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"),
    ("pids", "/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max"),
)
_NO_LIMIT = 1 << 60


def look() -> Dict[str, Any]:
    """What the container is like, seen from inside: the kernel's word, not the daemon's."""
    status = _fields("/proc/self/status")
    return {
        "protocol": frames.PROTOCOL,
        "python": "{}.{}.{}".format(*sys.version_info[:3]),
        "pid": os.getpid(),
        "user": os.getuid(),
        "capabilities": int(status.get("CapEff", "0"), 16) | int(status.get("CapBnd", "0"), 16),
        "no_new_privs": status.get("NoNewPrivs") == "1",
        "seccomp": status.get("Seccomp") == "2",
        "read_only_root": bool(os.statvfs("/").f_flag & os.ST_RDONLY),
        "interfaces": _interfaces(),
        "writable": _writable_places(),
        "accounts": accounts(),
    }


def accounts() -> List[str]:
    """What a control group limits here."""
    found = []
    for name, *files in _ACCOUNTS:
        for path in files:
            with contextlib.suppress(OSError, ValueError), open(path) as file:  # "max" is no number
                if int(file.read()) < _NO_LIMIT:
                    found.append(name)
    return found


def _fields(path: str) -> Dict[str, str]:
    with open(path) as file:
        pairs = (line.partition(":") for line in file)
        return {name: value.strip() for name, _, value in pairs}


def _interfaces() -> List[str]:
    try:
        with open("/proc/net/dev") as file:
            return [line.split(":")[0].strip() for line in file if ":" in line]
    except OSError:
        return []


def _writable_places() -> List[str]:
    """Mounts in whose top folder this user may make files."""
    with open("/proc/self/mounts") as mounts:
        places = {line.split()[1] for line in mounts}
    return sorted(place for place in places if os.path.isdir(place) and os.access(place, os.W_OK))
