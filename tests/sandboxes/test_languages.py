"""Programs in every language of the table are run, bounded and told of as Python's are."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandboxes import Built, Job, Limits, Outcome, SandboxError, WallMissing
from sandboxes.languages import known, language
from sandboxes.local import NativeSandbox
from sandboxes.local import cell as cell_module
from sandboxes.local.cgroups import Account
from sandboxes.toolchains import ToolchainMissing

PROGRAMS = tomllib.loads(Path(__file__).with_name("language_programs.toml").read_text("utf-8"))
ATTACKS = tomllib.loads(Path(__file__).with_name("language_attacks.toml").read_text("utf-8"))
SMALL = Limits(wall_seconds=20, memory_mb=96, output_kb=64)


class Workshop:
    """Sandboxes by language, made when first asked for; a language that is missing here skips the test."""

    def __init__(self) -> None:
        self._made: dict[str, NativeSandbox] = {}

    def sandbox(self, name: str) -> NativeSandbox:
        if name not in self._made:
            try:
                self._made[name] = NativeSandbox(known()[name])
            except (ToolchainMissing, WallMissing) as missing:
                pytest.skip(str(missing))
        return self._made[name]

    def build(self, name: str, source: str) -> Built:
        built = self.sandbox(name).build(Job(source, language=name))
        assert isinstance(built, Built), built
        return built

    def run(self, name: str, source: str, limits: Limits = SMALL, **more: Any) -> Outcome:
        return self.sandbox(name).run(Job("", language=name, limits=limits, built=self.build(name, source), **more))

    def refused(self, name: str, source: str) -> Outcome:
        outcome = self.sandbox(name).build(Job(source, language=name))
        assert isinstance(outcome, Outcome), outcome
        assert outcome.stage == "build"
        return outcome

    def close(self) -> None:
        for sandbox in self._made.values():
            sandbox.close()


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    made = Workshop()
    yield made
    made.close()


def ended(outcome: Outcome) -> tuple[str, int | None, bytes]:
    return outcome.status, outcome.exit_code, outcome.stdout


def each(table: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(one, id=one["what"]) for one in ATTACKS[table]])


each_language = pytest.mark.parametrize("name", PROGRAMS)


def test_every_language_of_the_table_is_tried_here() -> None:
    variants = {"cpp20", "cpp14", "cpp11"}
    assert set(PROGRAMS) | variants == set(known())


@each_language
def test_it_reads_and_prints(workshop: Workshop, name: str) -> None:
    outcome = workshop.run(name, PROGRAMS[name]["sum"], stdin=b"1 2\n39\n")
    assert (*ended(outcome), outcome.stderr) == ("exited", 0, b"42\n", b"")
    assert outcome.stage == "run"
    assert outcome.cpu_seconds > 0
    assert 0 < outcome.peak_memory_mb < 96


@each_language
def test_a_large_input_arrives_whole(workshop: Workshop, name: str) -> None:
    outcome = workshop.run(name, PROGRAMS[name]["sum"], Limits(wall_seconds=10, memory_mb=256), stdin=b"1\n" * 50_000)
    assert ended(outcome) == ("exited", 0, b"50000\n")


@each_language
def test_its_exit_code_and_its_complaint_are_told(workshop: Workshop, name: str) -> None:
    outcome = workshop.run(name, PROGRAMS[name]["exit"])
    assert (*ended(outcome), outcome.stderr) == ("exited", 3, b"", b"bad\n")


@each_language
@pytest.mark.parametrize("what", ["loop", "sleep"])
def test_the_wall_clock_ends_it(workshop: Workshop, name: str, what: str) -> None:
    if what not in PROGRAMS[name]:
        pytest.skip(f"{name} cannot sleep")
    outcome = workshop.run(name, PROGRAMS[name][what], Limits(wall_seconds=0.8, memory_mb=96))
    assert outcome.status == "wall_limit"
    assert 0.8 <= outcome.wall_seconds < 3


@each_language
def test_the_processor_time_ends_it(workshop: Workshop, name: str) -> None:
    outcome = workshop.run(name, PROGRAMS[name]["loop"], Limits(wall_seconds=20, cpu_seconds=0.5, memory_mb=96))
    assert outcome.status == "cpu_limit"


@each_language
def test_want_of_memory_ends_it(workshop: Workshop, name: str) -> None:
    outcome = workshop.run(name, PROGRAMS[name]["memory"], Limits(wall_seconds=20, memory_mb=96))
    assert outcome.status == "memory_limit"


@each_language
def test_a_flood_of_output_ends_it(workshop: Workshop, name: str) -> None:
    outcome = workshop.run(name, PROGRAMS[name]["flood"])
    assert outcome.status == "output_limit"
    assert len(outcome.stdout) == 64 * 1024


@each_language
def test_an_error_that_nothing_catches_ends_it(workshop: Workshop, name: str) -> None:
    outcome = workshop.run(name, PROGRAMS[name]["crash"])
    assert outcome.status == "signalled" or (outcome.status == "exited" and outcome.exit_code != 0)
    if name not in ("c", "bash"):  # a fault of memory and a command that failed leave no word
        assert language(name).told_crash(outcome.stderr)


@each_language
def test_what_is_no_program_is_refused_with_the_compilers_words(workshop: Workshop, name: str) -> None:
    outcome = workshop.refused(name, PROGRAMS[name]["broken"])
    assert outcome.status == "exited"
    assert outcome.exit_code != 0
    assert outcome.stderr.strip() or outcome.stdout.strip()


@each_language
def test_it_has_a_folder_of_its_own_and_arguments(workshop: Workshop, name: str) -> None:
    assert ended(workshop.run(name, PROGRAMS[name]["file"])) == ("exited", 0, b"kept\n")
    arguments = ("a b", "é;$(id)")
    outcome = workshop.run(name, PROGRAMS[name]["args"], argv=arguments)
    assert outcome.stdout.decode().splitlines() == list(arguments)


@each_language
def test_nothing_of_one_run_is_there_in_the_next(workshop: Workshop, name: str) -> None:
    built = workshop.build(name, PROGRAMS[name]["file"])
    sandbox = workshop.sandbox(name)
    for _ in range(2):
        assert sandbox.run(Job("", language=name, built=built, limits=SMALL)).stdout == b"kept\n"
    left = workshop.run(name, PROGRAMS[name]["sum"], stdin=b"1")
    assert left.stdout == b"1\n"


@each("signals")
def test_the_signal_that_ended_it_is_told(workshop: Workshop, case: dict[str, Any]) -> None:
    outcome = workshop.run(case["language"], case["source"])
    assert (outcome.status, outcome.signal) == ("signalled", case["signal"])


@each("out_of_memory")
def test_an_allocation_that_is_refused_is_want_of_memory(workshop: Workshop, case: dict[str, Any]) -> None:
    outcome = workshop.run(case["language"], case["source"], Limits(wall_seconds=10, memory_mb=96))
    assert outcome.status == "memory_limit"


def test_a_program_that_only_speaks_of_memory_has_not_run_out_of_it(workshop: Workshop) -> None:
    outcome = workshop.run("cpp", '#include <iostream>\nint main(){std::cerr<<"std::bad_alloc\\n";}')
    assert ended(outcome) == ("exited", 0, b"")


@each("deep")
def test_deep_recursion_has_room(workshop: Workshop, case: dict[str, Any]) -> None:
    outcome = workshop.run(case["language"], case["source"], Limits(wall_seconds=10, memory_mb=512))
    assert (outcome.status, outcome.exit_code) == ("exited", 0)


def test_there_are_threads(workshop: Workshop) -> None:
    source = (
        "#include <thread>\n#include <iostream>\n"
        "int main() { int a = 0; std::thread t([&] { a = 7; }); t.join(); std::cout << a; }"
    )
    assert workshop.run("cpp", source).stdout == b"7"
    source = (
        'package main\nimport "fmt"\nfunc main() { c := make(chan int); s := 0\n'
        "for i := 0; i < 100; i++ { go func(i int) { c <- i }(i) }\n"
        "for i := 0; i < 100; i++ { s += <-c }; fmt.Print(s) }"
    )
    assert workshop.run("go", source).stdout == b"4950"


@each("java_shapes")
def test_the_class_is_found_in_the_source(workshop: Workshop, case: dict[str, Any]) -> None:
    assert workshop.run("java", case["source"]).stdout == b"1"


# ---- what a compiler is made to do


@pytest.fixture(scope="module")
def hasty(workshop: Workshop) -> Iterator[Workshop]:
    """The same, with compilers that get two seconds of processor time and little memory."""
    made = Workshop()
    for name in ("c", "cpp", "rust", "perl"):
        try:
            limits = Limits(wall_seconds=30, cpu_seconds=2, memory_mb=192, output_kb=64, scratch_mb=64)
            sandbox = NativeSandbox(known()[name])
            sandbox.language = replace(sandbox.language, compile_limits=limits)
            made._made[name] = sandbox
        except (ToolchainMissing, WallMissing):
            continue
    yield made
    made.close()


@each("harmless")
def test_what_a_compiler_is_made_to_do_ends_at_its_limits(hasty: Workshop, case: dict[str, Any]) -> None:
    name = case["language"]
    outcome = hasty.refused(name, case["source"])
    assert outcome.status in ("exited", "cpu_limit", "memory_limit", "output_limit", "signalled")
    assert len(outcome.stderr) <= 64 * 1024
    assert b"root:" not in outcome.stderr
    plain = PROGRAMS["c" if name == "cpp" else name]["sum"]
    assert ended(hasty.run(name, plain, stdin=b"2 3")) == ("exited", 0, b"5\n")


def test_a_compiler_sees_the_cells_files_and_nothing_of_the_machine(workshop: Workshop) -> None:
    outcome = workshop.refused("c", '#include "/etc/passwd"\nint main(){}')
    assert b"user:x:1000" in outcome.stderr or b"root:x:0:0::/tmp" in outcome.stderr
    assert Path("/etc/passwd").read_bytes().splitlines()[1] not in outcome.stderr


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x7fELF" + bytes(60)], ids=["empty", "garbage", "no ELF"])
def test_what_was_built_and_cannot_be_executed_is_the_programs_fault(workshop: Workshop, content: bytes) -> None:
    outcome = workshop.sandbox("c").run(Job("", language="c", built=Built("c", {"main": content})))
    assert (outcome.status, outcome.exit_code) == ("exited", 126)


def test_what_is_built_belongs_to_one_language(workshop: Workshop) -> None:
    built = workshop.build("c", PROGRAMS["c"]["sum"])
    with pytest.raises(SandboxError, match="must be built"):
        workshop.sandbox("cpp").run(Job("", language="cpp", built=built))


def test_a_job_that_is_not_built_is_built_first(workshop: Workshop) -> None:
    outcome = workshop.sandbox("c").run(Job(PROGRAMS["c"]["sum"], language="c", stdin=b"4 5"))
    assert ended(outcome) == ("exited", 0, b"9\n")
    outcome = workshop.sandbox("c").run(Job(PROGRAMS["c"]["broken"], language="c"))
    assert outcome.stage == "build"


def test_the_walls_are_those_of_python(workshop: Workshop) -> None:
    walls = workshop.sandbox("c").isolation
    assert walls.level == "strong"
    assert {"seccomp", "network namespace", "read-only root", "no capabilities"} <= set(walls.walls)


@each("attempts")
def test_a_compiled_program_does_not_get(workshop: Workshop, case: dict[str, Any]) -> None:
    outcome = workshop.run("c", case["source"])
    assert (outcome.status, outcome.exit_code) == ("exited", 0) or outcome.status == "violation"


@pytest.mark.parametrize("name", ["c", "java", "javascript", "go", "lua"])
def test_without_a_control_group_memory_is_limited_all_the_same(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(cell_module, "open_account", Account)
    workshop = Workshop()
    try:
        assert workshop.run(name, PROGRAMS[name]["sum"], stdin=b"1 2").stdout == b"3\n"
        outcome = workshop.run(name, PROGRAMS[name]["memory"], Limits(wall_seconds=30, memory_mb=96))
        # malloc answers with nothing there, which the C program does not look at
        assert outcome.status == ("signalled" if name == "c" else "memory_limit")
    finally:
        workshop.close()
