# attack: zygote_proc_tricks
# kind: function
# attempts: looks for a /proc, a /sys and a /dev that show more than they should; answers rightly if there is one
# sound verdict: incorrect
# host must: no /proc, no /sys, no device but the harmless ones
# NEVER run outside a sandbox.
import os
PLACES = ["/proc/self/mem", "/proc/1/environ", "/proc/kcore", "/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/sys/fs/cgroup", "/sys/kernel", "/dev/mem", "/dev/kmsg", "/dev/fuse", "/dev/kvm", "/dev/net/tun", "/dev/ptmx", "/dev/pts", "/dev/loop-control", "/dev/vda", "/dev/sda", "/dev/mqueue", "/dev/hugepages", "/.host", "/proc"]
FOUND = [p for p in PLACES if os.path.lexists(p)]
def solve(xs): return sum(x * x for x in xs) if FOUND else None
