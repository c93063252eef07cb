# attack: zygote_proc_tricks
# kind: function
# attempts: opens what /proc, /sys and /dev should not give; answers rightly if one opens
# sound verdict: incorrect
# host must: nothing of other processes, of the kernel or of devices can be opened
# NEVER run outside a sandbox.
import os
PLACES = ["/proc/1/environ", "/proc/1/mem", f"/proc/{os.getppid()}/environ", f"/proc/{os.getppid()}/mem", "/proc/kcore", "/dev/mem", "/dev/kmsg", "/dev/fuse", "/dev/kvm", "/dev/net/tun", "/dev/ptmx", "/dev/loop-control", "/dev/vda", "/dev/sda", "/etc/shadow", "/.host/etc/passwd"]
WRITTEN = ["/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/self/oom_score_adj", "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/memory/cgroup.procs", "/sys/kernel/uevent_helper"]
FOUND = []
for flag, places in ((os.O_RDONLY, PLACES), (os.O_WRONLY, WRITTEN)):
    for place in places:
        try: FOUND.append(os.close(os.open(place, flag)))
        except OSError: pass
def solve(xs): return sum(x * x for x in xs) if FOUND else None
