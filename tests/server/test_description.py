"""What `/openapi.json` and `/metrics` say is so."""

from __future__ import annotations

import re

from verifiers.server.endpoints import ENDPOINTS

from .conftest import Served, probe, said


def test_the_description_has_every_endpoint_and_every_reference_leads_somewhere(served: Served) -> None:
    status, described, _ = served.ask("GET", "/openapi.json")
    assert status == 200 and described["openapi"] == "3.1.0"
    assert set(described["paths"]) == {endpoint.path for endpoint in ENDPOINTS}
    schemas = described["components"]["schemas"]
    assert set(re.findall(r"#/components/schemas/([\w-]+)", str(described))) <= set(schemas)
    assert {"problem_id", "verdict", "score"} <= set(schemas["Grade"]["properties"])


def test_the_metrics_count_requests_and_grades(served: Served) -> None:
    def count(name: str) -> float:
        page = served.ask("GET", "/metrics")[1].decode()
        found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE)
        return float(found[1]) if found else 0.0

    grades, requests = 'truegrade_grades_total{kind="probe",verdict="correct"}', 'path="/grade_batch",status="200"'
    before = count(grades), count(f"truegrade_requests_total{{{requests}}}")
    served.post("/grade_batch", {"problems": [probe()], "samples": [said("1"), said("2"), said("1")]})
    page = served.ask("GET", "/metrics")[1].decode()
    assert all(re.fullmatch(r"# (HELP|TYPE) .+|\w+(\{[^}]*\})? \S+", line) for line in page.splitlines())
    assert count(f"truegrade_requests_total{{{requests}}}") == before[1] + 1
    assert count(grades) == before[0] + 2
