"""Linux walls: programs on this machine, each behind namespaces or Landlock, a system call filter, and limits."""

from sandboxes.local.native import NativeSandbox, sandbox_for
from sandboxes.local.probe import Wall, probe
from sandboxes.local.supervisor import USUAL_MODULES, LocalSandbox

__all__ = ["USUAL_MODULES", "LocalSandbox", "NativeSandbox", "Wall", "probe", "sandbox_for"]
