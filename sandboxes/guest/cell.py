"""The cell: a process that shuts itself in, warms an interpreter and forks one child for each program.

Processes, from the outside in:

    supervisor   the caller's process; its end of the control channel is a socket
    launcher     this module's `main`: makes the namespaces and the root, forks the zygote and waits.  It is outside
                 the cell's pid namespace and in all its others, and it holds nothing of the host any more
    zygote       first process of the cell's pid namespace (`zygote.py`); imports, then forks
    init         first process of one program's own pid namespace; sleeps
    program      second process there (`program.py`): raises the last walls around itself, then runs the source

Death goes downwards only.  The supervisor's is noticed through a pidfd by launcher and zygote both (its channel's end
of file would not do: a process that the supervisor forked may hold it open); the launcher's kills the zygote
(PDEATHSIG); the zygote's ends its pid namespace and so every program.  Without namespaces the launcher kills what the
zygote leaves, and the zygote, should the launcher end first, all that it has forked.

Users.  Started by root, the launcher builds the root as root and then enters a user namespace in which uid 0 and
USER stand for two uids of the host that nobody has.  Started by an ordinary user, it enters the user namespace first,
and uid 0 inside, the only one, is that user.  Where root is refused user namespaces, the cell does without: its zygote
is then root with the few powers that it needs, and programs get a uid that nobody has.
"""

import _socket  # without the enumerations of `socket`: every fork would copy them
import os
import select
import signal
import site
import sys
from typing import Any, Dict, List, NoReturn, Optional, Tuple

from sandboxes.guest import open_ground, root, syscalls, wire, zygote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sandboxes.guest import unprivileged

_NAMESPACES = (
    ("mount", syscalls.CLONE_NEWNS),
    ("pid", syscalls.CLONE_NEWPID),
    ("network", syscalls.CLONE_NEWNET),
    ("ipc", syscalls.CLONE_NEWIPC),
    ("uts", syscalls.CLONE_NEWUTS),
    ("cgroup", syscalls.CLONE_NEWCGROUP),
)


def main() -> NoReturn:
    """Entry of the launcher: argv holds the descriptors of the control channel and of the configuration."""
    control = _socket.socket(fileno=int(sys.argv[1]))
    try:
        _launch(control, int(sys.argv[2]))
    except wire.Refused as refusal:
        control.send(wire.failed_message(refusal.wall, refusal.why))
    except Exception as error:
        control.send(wire.failed_message("cell", "{}: {}".format(type(error).__name__, error)))
    os._exit(1)


def _launch(control: _socket.socket, config_descriptor: int) -> NoReturn:
    header, *preload = wire.unpack(_contents(config_descriptor))
    config = wire.read_configuration(header)
    config["descriptor"] = config_descriptor
    supervisor = syscalls.pidfd_open(config["supervisor"])
    if os.getppid() != config["supervisor"]:
        os._exit(1)  # it ended before it could be watched
    os.umask(0o022)
    _settle_site()
    sys.path += config["site"]
    zygote.load_warm_modules(config["warm"], list(zip(config["preload"], preload)))
    config["address_space"], config["resident"] = _memory()
    enclosure = _enter_enclosure(config) if config["enclosed"] else None
    if config["tools"]:
        _import_for_commands()
    config["user"] = _programs_user(config) if os.getuid() == 0 and not enclosure else 0
    walls: List[str] = []
    config["ground"] = ""
    if config["namespaces"]:
        walls = _enter_namespaces(control, config)
    else:
        open_ground.adopt_orphans()
        config["ground"] = open_ground.make_ground(config["temporary"])
    pid = os.fork()
    if pid == 0:
        _become_zygote(control, supervisor, config, walls, enclosure)
    os.close(config_descriptor)
    control.send(wire.ZYGOTE + str(pid).encode())
    control.close()
    _wait(supervisor, pid, config["ground"], enclosure)


def _enter_enclosure(config: Dict[str, Any]) -> "unprivileged.Enclosure":
    from sandboxes.guest import unprivileged  # here, and not in every zygote: what it imports would make forks dearer

    enclosure = unprivileged.Enclosure(config)
    enclosure.enter(config["unused_ids"])
    return enclosure


def _import_for_commands() -> None:
    """What the children of this cell need to execute something: once the walls stand it could not be found."""
    from sandboxes.guest import native  # noqa: F401


def _settle_site() -> None:
    """What `site` does for an interpreter, but for running code: its files, and what they import, cost every fork."""
    site.setquit()
    site.setcopyright()
    site.sethelper()
    for folder in site.getsitepackages():
        if os.path.isdir(folder) and folder not in sys.path:
            sys.path.append(folder)
            sys.path += _paths_named_in(folder)


def _paths_named_in(folder: str) -> List[str]:
    """The directories that the folder's .pth files put on the import path."""
    found: List[str] = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".pth") and not name.startswith("."):
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                lines = [line.strip() for line in file if not line.startswith(("#", "import ", "import\t"))]
            paths = [os.path.join(folder, line) for line in lines if line]
            found += [path for path in paths if os.path.isdir(path) and path not in sys.path and path not in found]
    return found


def _programs_user(config: Dict[str, Any]) -> int:
    """The uid that root gives to programs; elsewhere they keep the only one there is."""
    if not config["namespaces"]:
        return open_ground.NOBODY
    return root.USER if config["user_namespace"] else int(config["unused_ids"]) + os.getpid()


def _memory() -> Tuple[int, int]:
    """Bytes of address space that this process takes, and bytes of its own that a forked copy begins with."""
    with open("/proc/self/statm") as statm:
        size, resident, shared = (int(pages) * os.sysconf("SC_PAGE_SIZE") for pages in statm.read().split()[:3])
    return size, resident - shared


def _contents(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, size, 0)


def _enter_namespaces(control: _socket.socket, config: Dict[str, Any]) -> List[str]:
    """Raise the walls that stand for the whole life of the cell; returns their names."""
    uid, gid = os.getuid(), os.getgid()
    paths = root.needed()
    if root.SCRATCH in paths:
        raise wire.Refused("interpreter", "{} itself would be hidden by the programs' own".format(root.SCRATCH))
    config["below_scratch"] = root.below_scratch(paths)
    private = [path for path in (*paths, *(path for _, path in config["tools"])) if not _everyone_reads(path)]
    if uid == 0 and private:
        raise wire.Refused(
            "interpreter", "{} can be read by its owner only, and programs run as nobody".format(private[0])
        )
    everything = sum(flag for _, flag in _NAMESPACES)
    names = [*(name + " namespace" for name, _ in _NAMESPACES), "read-only root"]
    if uid == 0:
        _attempt("mount namespace", syscalls.unshare, syscalls.CLONE_NEWNS)
        _attempt("root", root.build, paths, config["tools"])
        os.setgroups([])
        if not config["user_namespace"]:
            _attempt("pid namespace", syscalls.unshare, everything)
            syscalls.libc.sethostname(b"cell", 4)
            return names
        _attempt("user namespace", syscalls.unshare, syscalls.CLONE_NEWUSER | everything)
        control.send(wire.WANT_MAPS)
        if control.recv(1) != wire.MAPPED:
            raise wire.Refused("user namespace", "the uid map could not be written")
        os.setresgid(0, 0, 0)
        os.setresuid(0, 0, 0)
    else:
        _attempt("user namespace", syscalls.unshare, syscalls.CLONE_NEWUSER | everything)
        _attempt("user namespace", map_only_user, uid, gid)
        _attempt("root", root.build, paths, config["tools"])
    syscalls.libc.sethostname(b"cell", 4)
    return ["user namespace", *names]


def _everyone_reads(path: str) -> bool:
    wanted = 0o005 if os.path.isdir(path) else 0o004
    return os.stat(path).st_mode & wanted == wanted


def _attempt(wall: str, raise_wall: Any, *arguments: Any) -> None:
    try:
        raise_wall(*arguments)
    except OSError as error:
        raise wire.Refused(wall, error) from error


def map_only_user(uid: int, gid: int) -> None:
    """Let uid and gid 0 of this process' new user namespace stand for an ordinary user's own."""
    for name, text in (("setgroups", "deny"), ("uid_map", "0 {} 1".format(uid)), ("gid_map", "0 {} 1".format(gid))):
        with open("/proc/self/" + name, "w") as file:
            file.write(text)


def _become_zygote(
    control: _socket.socket,
    supervisor: int,
    config: Dict[str, Any],
    walls: List[str],
    enclosure: "Optional[unprivileged.Enclosure]",
) -> NoReturn:
    try:
        if enclosure:
            walls = enclosure.complete(config["ground"], config)
        else:
            syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL, "PDEATHSIG")
        zygote.Zygote(control, supervisor, config, walls, enclosure).serve()
    except wire.Refused as refusal:
        control.send(wire.failed_message(refusal.wall, refusal.why))
    except Exception as error:
        control.send(wire.failed_message("zygote", "{}: {}".format(type(error).__name__, error)))
    os._exit(1)


def _wait(supervisor: int, pid: int, ground: str, enclosure: "Optional[unprivileged.Enclosure]") -> NoReturn:
    """Stand by until the zygote or the supervisor has ended, and end with it, leaving nothing."""
    child = syscalls.pidfd_open(pid)
    poller = select.poll()
    poller.register(supervisor, select.POLLIN)
    poller.register(child, select.POLLIN)
    events: List[Tuple[int, int]] = poller.poll()
    if not any(descriptor == child for descriptor, _ in events):
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    if enclosure:
        enclosure.leave(ground)
    elif ground:
        open_ground.end_descendants()
        open_ground.remove_folder(ground)
    os._exit(0)
