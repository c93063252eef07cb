"""The engine: extract everywhere, judge each distinct answer once, lose nothing.

`engine` is the face; `pipeline` the order of work; `pool` and `worker` the processes and `wire` what they
say to each other; `files` grades a file and resumes it.
"""

from verifiers.engine.engine import Engine
from verifiers.engine.files import Progress, grade_file
from verifiers.engine.pipeline import Tally

__all__ = ["Engine", "Progress", "Tally", "grade_file"]
