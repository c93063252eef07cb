"""Running programs behind walls: what did a program do?  Knows nothing of grading."""

from sandboxes.sandbox import (
    Builder,
    Built,
    Isolation,
    Job,
    Level,
    Limits,
    Outcome,
    Running,
    Sandbox,
    SandboxBusy,
    SandboxError,
    SandboxLost,
    Status,
    WallMissing,
    wait_any,
)

__all__ = [
    "Builder",
    "Built",
    "Isolation",
    "Job",
    "Level",
    "Limits",
    "Outcome",
    "Running",
    "Sandbox",
    "SandboxBusy",
    "SandboxError",
    "SandboxLost",
    "Status",
    "WallMissing",
    "wait_any",
]
