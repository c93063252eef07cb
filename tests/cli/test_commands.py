"""The command `verify`: what it prints, and the exit codes 0 correct, 1 incorrect, 2 bad input, 3 grader failed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMANDS = ["math", "explain", "code", "choice", "grade", "report", "diff", "audit", "plan", "import", "export", "demo"]
COMMANDS += ["serve", "adapter", "doctor"]


def verify(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "verifiers", *words]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120, check=False)


def test_help_answers_at_once_and_lists_the_commands() -> None:
    verify("--help")
    begun = time.perf_counter()
    shown = verify("--help")
    assert time.perf_counter() - begun < 1.0  # 0.1 s on an idle machine
    assert shown.returncode == 0
    for command in COMMANDS:
        assert f"  {command} " in shown.stdout


def test_the_version_is_the_package_s() -> None:
    from verifiers import __version__

    assert verify("--version").stdout == f"truegrade {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_each_command_gives_an_example(command: str) -> None:
    assert f"Example: verify {command}" in verify(command, "--help").stdout


def test_importing_the_package_imports_nothing_heavy() -> None:
    script = (
        "import sys, verifiers;"
        "heavy = {'pydantic', 'sympy', 'docker', 'ray', 'flint', 'typer', 'rich', 'numpy', 'vl_convert'};"
        "print(heavy & set(sys.modules)); from verifiers import Engine, grade, MathProblem;"
        "print({'sympy', 'docker', 'ray', 'typer', 'rich', 'latex2sympy2_extended', 'numpy'} & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout.split("\n")[:2] == ["set()", "set()"]


def test_an_explanation_marks_the_answer_and_names_the_rung_that_decided() -> None:
    shown = verify("explain", "--reference", "x^2-1", "--response", r"So \boxed{(x-1)(x+1)}.")
    assert shown.returncode == 0, shown.stderr
    assert r"in context So \boxed{⟦(x-1)(x+1)⟧}." in shown.stdout
    assert "reference  (add (pow x 2) -1)" in shown.stdout
    assert "normal form" in shown.stdout and "equal (exact)" in shown.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--reference", "1/2", "--response", r"\boxed{0.5}"], 0),
        (["--reference", "1/2", "--response", r"\boxed{0.6}"], 1),
        (["--reference", "1/2", "--response", "who knows"], 1),
        (["--reference", "50", "--response", r"\boxed{50\%}", "--prompt", "How many?"], 1),
        (["--reference", "50", "--response", r"\boxed{50\%}", "--prompt", "What percentage?"], 0),
        (["--reference", "10", "--response", r"\boxed{10.1}", "--policy", '{"tolerance": {"absolute": 0.1}}'], 0),
        (["--reference", "10", "--response", r"\boxed{10.1}", "--policy", '{"tolerance": 1}'], 2),
        (["--reference", r"\frac{1}{", "--response", "1"], 2),
        (["--reference", "1"], 2),
    ],
)
def test_an_explanation_exits_as_the_verdict_says(words: list[str], code: int) -> None:
    shown = verify("explain", *words, "--json")
    assert shown.returncode == code, shown.stderr
    if code < 2:
        assert set(json.loads(shown.stdout)) >= {"verdict", "readings", "canonical", "slow_lane", "references"}


@pytest.mark.parametrize(
    ("words", "code", "verdict"),
    [
        (["math", "--reference", "1/2", "--response", r"\boxed{0.5}"], 0, "correct"),
        (["math", "--reference", "1/2", "--response", r"\boxed{0.6}"], 1, "incorrect"),
        (["math", "--reference", "1/2", "--response", "who knows"], 1, "no_answer"),
        (["choice", "--option", "cat", "--option", "dog", "--reference", "B", "--response", "(B)"], 0, "correct"),
        (["choice", "--option", "cat", "--option", "dog", "--reference", "B", "--response", "(A)"], 1, "incorrect"),
    ],
)
def test_one_answer_is_explained(words: list[str], code: int, verdict: str) -> None:
    shown = verify(*words)
    assert shown.returncode == code, shown.stderr
    assert f"verdict    {verdict}\n" in shown.stdout


def test_the_answer_its_place_and_the_evidence_are_shown() -> None:
    shown = verify("math", "--reference", "1/2", "--response", r"So \boxed{0.5}").stdout
    assert "answer     0.5\n" in shown
    assert "decided by exact\n" in shown
    assert "found at   characters " in shown


def test_a_grade_is_printed_as_json() -> None:
    shown = verify("math", "--reference", "2", "--response-file", "-", "--json", stdin=r"\boxed{2}")
    record = json.loads(shown.stdout)
    assert (record["verdict"], record["score"], record["answer"]) == ("correct", 1.0, "2")


@pytest.mark.parametrize(
    ("program", "code"), [("def add(a, b):\n    return a + b\n", 0), ("def add(a, b):\n    return a - b\n", 1)]
)
def test_a_program_is_run_against_its_tests(program: str, code: int) -> None:
    asserts = "assert add(1, 2) == 3\nassert add(0, 0) == 0"
    shown = verify("code", "--entry-point", "add", "--asserts", asserts, "--response", f"```python\n{program}```")
    assert shown.returncode == code, shown.stdout + shown.stderr


def test_the_level_of_isolation_can_be_chosen() -> None:
    program = [
        "--entry-point",
        "add",
        "--asserts",
        "assert add(1, 2) == 3",
        "--response",
        "def add(a, b): return a + b",
    ]
    shown = verify("code", *program, "--isolation", "unprivileged", "--json")
    grade = json.loads(shown.stdout)
    if grade["verdict"] == "error":
        pytest.skip(grade["reason"])
    assert grade["isolation"]["level"] == "unprivileged"
    assert verify("code", *program, "--isolation", "none").returncode == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["math", "--reference", "1"], "give the response by exactly one of --response and --response-file"),
        (["math", "--reference", "1", "--response", "1", "--policy", "{"], "--policy is not JSON"),
        (["math", "--reference", r"\frac{", "--response", "1"], "field 'reference'"),
        (["code", "--response", "x"], "say what to test by exactly one of"),
        (["code", "--asserts", "assert f()", "--response", "x"], "--asserts needs --entry-point"),
        (["choice", "--option", "a", "--reference", "C", "--response", "C"], "field 'reference'"),
        (["report", "/nonexistent.jsonl"], "/nonexistent.jsonl: cannot be read: No such file or directory"),
        (["nonsense"], "No such command 'nonsense'"),
    ],
)
def test_bad_usage_is_one_clear_line_and_exit_2(words: list[str], message: str) -> None:
    shown = verify(*words)
    assert shown.returncode == 2
    assert message in shown.stderr
    assert "Traceback" not in shown.stderr


def test_a_file_is_graded_resumed_and_reported(tmp_path: Path) -> None:
    problems, samples, out = (tmp_path / name for name in ("p.jsonl", "s.jsonl", "g.jsonl"))
    problems.write_text('{"id": "half", "kind": "math", "reference": "1/2"}\n')
    lines = [{"problem_id": "half", "response": rf"\boxed{{{n % 4}/4}}", "model": "base"} for n in range(40)]
    samples.write_text("".join(json.dumps(line) + "\n" for line in lines))
    grade = ["grade", "--problems", str(problems), "--samples", str(samples), "--out", str(out), "--workers", "1"]

    done = verify(*grade)
    assert done.returncode == 0, done.stderr
    assert "40 samples with 4 distinct answers" in done.stderr
    whole = out.read_bytes()

    assert "already holds grades" in verify(*grade).stderr
    out.write_bytes(whole[: len(whole) // 2])
    assert verify(*grade, "--resume", "--quiet").stderr == ""
    assert out.read_bytes() == whole

    reported = verify("report", str(out), "--problems", str(problems), "--out", str(tmp_path / "report"))
    assert reported.returncode == 0, reported.stderr
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert report["models"]["base"]["pass@k"]["1"]["value"] == pytest.approx(0.25)
    assert (tmp_path / "report" / "report.html").is_file()


def test_a_run_is_summed_up_and_held_to_a_share(tmp_path: Path) -> None:
    problems, samples, out = (tmp_path / name for name in ("p.jsonl", "s.jsonl", "g.jsonl"))
    problems.write_text('{"id": "half", "kind": "math", "reference": "1/2"}\n')
    lines = [{"problem_id": "half", "response": rf"\boxed{{{n % 4}/4}}"} for n in range(40)]
    samples.write_text("".join(json.dumps(line) + "\n" for line in lines))
    words = ["grade", "--problems", str(problems), "--samples", str(samples), "--out", str(out), "--workers", "1"]
    words += ["--store", str(tmp_path / "verdicts"), "--summary", str(tmp_path / "summary.json"), "--overwrite"]
    for fail_under, code, hits in (("0.3", 1, 0), ("0.2", 0, 4)):
        done = verify(*words, "--fail-under", fail_under)
        assert done.returncode == code, done.stderr
        summary = json.loads((tmp_path / "summary.json").read_text())
        assert (summary["samples"], summary["distinct"], summary["store_hits"]) == (40, 4, hits)
        assert summary["verdicts"] == {"math": {"correct": 10, "incorrect": 30}}
        assert summary["correct_share"] == 0.25
    bad = verify(*words[:-1], "--retry", "wrong")
    assert bad.returncode == 2
    assert "--retry: 'wrong' is no verdict; they are compile_error, correct, error" in bad.stderr
    assert "goes with no other way" in verify(*words, "--retry", "error").stderr
    again = verify(*words[:-1], "--retry", "incorrect", "--quiet")
    assert (again.returncode, again.stderr) == (0, "")
    assert len(out.read_text().splitlines()) == 40


def test_bad_input_to_grade_is_named_with_exit_2(tmp_path: Path) -> None:
    problems, samples, out = (tmp_path / name for name in ("p.jsonl", "s.jsonl", "g.jsonl"))
    problems.write_text('{"id": "half", "kind": "math", "reference": "1/2"}\n')
    samples.write_text('{"problem_id": "half", "response": "7"}\n{"problem_id": "half"\n')
    shown = verify("grade", "--problems", str(problems), "--samples", str(samples), "--out", str(out))
    assert shown.returncode == 2
    assert f"verify: {samples}:2: is not JSON" in shown.stderr
    assert len(out.read_text().splitlines()) == 1


PRINTS = {
    "py": "import sys\nprint(sys.stdin.read().strip(), *sys.argv[1:])\nsys.exit(len(sys.argv) - 1)\n",
    "sh": 'read x; echo "$x" "$@"; exit $#\n',
}


@pytest.mark.parametrize("ending", PRINTS)
@pytest.mark.parametrize("arguments", [[], ["a b"]])
def test_a_program_is_run_and_its_deeds_are_shown(tmp_path: Path, ending: str, arguments: list[str]) -> None:
    program, stdin = tmp_path / f"answer.{ending}", tmp_path / "in"
    program.write_text(PRINTS[ending])
    stdin.write_text("hello\n")
    words = [str(program), "--stdin", str(stdin), *(word for one in arguments for word in ("--arg", one))]
    shown = verify("sandbox", "run", *words, "--json")
    if shown.returncode == 3 and "no wall" in shown.stderr:
        pytest.skip(shown.stderr)
    told = json.loads(shown.stdout)
    assert (told["status"], told["exit_code"], told["stage"]) == ("exited", len(arguments), "run")
    assert told["stdout"].split("\n")[0].strip() == " ".join(["hello", *arguments])
    assert told["isolation"]["level"] == "strong"
    assert shown.returncode == len(arguments)
    in_words = verify("sandbox", "run", *words).stdout
    assert f"exited, exit code {len(arguments)}" in in_words and "    hello" in in_words


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("none.py", [], "cannot be read"),
        ("x.unknown", [], "name it by --language (python, c, cpp"),
        ("x.py", ["--language", "cobol"], "known are python, c, cpp"),
        ("x.py", ["--wall", "-1"], "wall_seconds must be positive"),
    ],
)
def test_a_program_that_cannot_be_run_is_told(tmp_path: Path, name: str, words: list[str], said: str) -> None:
    if name.startswith("x"):
        (tmp_path / name).write_text("print(1)")
    shown = verify("sandbox", "run", str(tmp_path / name), *words)
    assert shown.returncode == 2
    assert said in shown.stderr


EXAMPLES = Path(__file__).parents[1] / "readers" / "examples"


def test_a_log_is_imported_with_what_its_tool_said_and_exported_as_another(tmp_path: Path) -> None:
    log = EXAMPLES / "verl" / "40.jsonl"
    imported = verify("import", "auto", str(log), "--policy", "qwen", "--model", "base", "--out", str(tmp_path))
    assert imported.returncode == 0, imported.stderr
    assert imported.stdout.splitlines() == [
        f"{log}: verl's rollouts",
        f"2 problems: {tmp_path / 'problems.jsonl'}",
        f"3 samples: {tmp_path / 'samples.jsonl'}",
        f"3 verdicts of theirs: {tmp_path / 'their_grades.jsonl'}",
    ]
    problems = [json.loads(line) for line in (tmp_path / "problems.jsonl").read_text().splitlines()]
    assert problems[0]["policy"]["preset"] == "qwen"
    files = ["--problems", str(tmp_path / "problems.jsonl"), "--samples", str(tmp_path / "samples.jsonl")]
    exported = verify("export", "table", str(tmp_path / "their_grades.jsonl"), *files, "--out", str(tmp_path / "t.csv"))
    assert (exported.returncode, exported.stdout) == (0, f"3 grades: {tmp_path / 't.csv'}\n")
    assert (tmp_path / "t.csv").read_text().startswith("problem_id,sample_id,model,kind,verdict,score,")


def test_imports_and_exports_list_what_they_know() -> None:
    listed = verify("import").stdout
    assert "verify import humaneval HumanEval.jsonl.gz" in listed and "inspect: inspect_ai (*.eval or *.json)" in listed
    assert verify("export").stdout.splitlines()[0] == "inspect: inspect_ai (*.eval or *.json)"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import", "nonesuch", "x"], "unknown data set or log 'nonesuch'"),
        (["import", "gsm8k", "x", "--model", "m"], "gsm8k is a data set: --model is for logs"),
        (["import", "gsm8k", "x", "y", "z"], "gsm8k has at most two files"),
        (["import", "auto"], "name the files of the log"),
        (["import", "auto", "x", "--canonical"], "a log has no solutions of its own"),
        (["import", "auto", "x", "--policy", "{"], "--policy is not JSON"),
        (["export", "table", "g.jsonl"], "name the grades and where to write them"),
    ],
)
def test_what_cannot_be_imported_or_exported_is_said(words: list[str], said: str) -> None:
    shown = verify(*words)
    assert shown.returncode == 2 and said in shown.stderr


def test_doctor_reports_a_package_that_is_imported_as_ours_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from verifiers.cli.doctor import _namesake

    assert _namesake() is None
    told = tmp_path / "verifiers-0.4.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: verifiers\nVersion: 0.4.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = _namesake()
    assert found is not None and found.good is False
    assert "verifiers 0.4.0 is installed too" in found.detail
    assert "verify adapter prime" in found.remedy
