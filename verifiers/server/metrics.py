"""What `/metrics` tells, in the text format of Prometheus (version 0.0.4)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class Metrics:
    """Counts requests and how long they took."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()  # (path, status)
        self._buckets = [0] * (len(_BUCKETS) + 1)
        self._seconds = 0.0

    def took(self, path: str, status: int, seconds: float) -> None:
        """One request is answered."""
        self.requests[path, status] += 1
        self._buckets[bisect_left(_BUCKETS, seconds)] += 1
        self._seconds += seconds

    def lines(self, verdicts: Counter[tuple[str, str]], gauges: Iterable[tuple[str, str, float]]) -> Iterable[str]:
        """The page. `gauges`: name, what it is, value."""
        yield from _about("truegrade_requests_total", "counter", "Requests by path and status.")
        for (path, status), count in sorted(self.requests.items()):
            yield f'truegrade_requests_total{{path="{path}",status="{status}"}} {count}'
        yield from _about("truegrade_request_seconds", "histogram", "From a request's head to the end of its answer.")
        total = 0
        for bound, count in zip((*_BUCKETS, "+Inf"), self._buckets, strict=True):
            total += count
            yield f'truegrade_request_seconds_bucket{{le="{bound}"}} {total}'
        yield f"truegrade_request_seconds_sum {self._seconds:.6f}"
        yield f"truegrade_request_seconds_count {total}"
        yield from _about("truegrade_grades_total", "counter", "Grades by kind and verdict.")
        for (kind, verdict), count in sorted(verdicts.items()):
            yield f'truegrade_grades_total{{kind="{kind}",verdict="{verdict}"}} {count}'
        for name, meaning, value in gauges:
            yield from _about(f"truegrade_{name}", "gauge", meaning)
            yield f"truegrade_{name} {value:g}"


def _about(name: str, sort: str, meaning: str) -> tuple[str, str]:
    return f"# HELP {name} {meaning}", f"# TYPE {name} {sort}"
