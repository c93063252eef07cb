"""Programs in containers: a docker-compatible daemon (docker, podman; here or elsewhere) shuts them in.

Needs the extra ``docker``, a daemon that answers, and an image with CPython 3.8 or later; the project's Dockerfile
makes one. Nothing of a daemon is asked for at import.
"""

from sandboxes.docker.daemon import IMAGE, Finding, Settings, look
from sandboxes.docker.supervisor import DockerSandbox

__all__ = ["IMAGE", "DockerSandbox", "Finding", "Settings", "look"]
