"""A program in the sandbox runs as ``python main.py`` would run it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sandboxes import Job, Limits, SandboxError
from sandboxes.guest.cell import _paths_named_in
from sandboxes.local import LocalSandbox
from tests.sandboxes.conftest import Run

PRINTS = [
    ("print", "print('hi')", b"", b"hi\n"),
    ("input", "print(int(input()) + int(input()))", b"1\n2\n", b"3\n"),
    ("iterate over stdin", "import sys\nprint(sum(int(l) for l in sys.stdin))", b"1\n2\n3", b"6\n"),
    ("read bytes", "import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])", b"\xff\x00a", b"a\x00\xff"),
    ("read descriptor 0", "import os\nprint(len(os.read(0, 100)))", b"12345", b"5\n"),
    ("open(0)", "print(open(0).read().split())", b"a b", b"['a', 'b']\n"),
    ("large input", "import sys\nprint(len(sys.stdin.read()))", b"x" * 3_000_000, b"3000000\n"),
    ("unicode", "print(input().upper())", "straße é\n".encode(), "STRASSE É\n".encode()),
    ("print without newline", "print('a', end='')", b"", b"a"),
    ("main guard", "if __name__ == '__main__':\n    print('main')", b"", b"main\n"),
    ("its own module", "import __main__\nx = 5\nprint(__main__.x)", b"", b"5\n"),
    ("its own source", "print(open(__file__).read()[:5])", b"", b"print\n"),
    ("exit at the end of a thread", "import threading\nthreading.Timer(0.05, print, 't').start()", b"", b"t\n"),
    ("atexit", "import atexit\natexit.register(print, 'bye')\nprint('hi')", b"", b"hi\nbye\n"),
    ("exit() exists", "print(1)\nexit()\nprint(2)", b"", b"1\n"),
    ("byte order mark", "\ufeffprint(1)", b"", b"1\n"),
    ("future imports do not leak in", "def f(x: 1 + 1): pass\nprint(f.__annotations__)", b"", b"{'x': 2}\n"),
    ("getpid", "import os\nprint(os.getpid() > 1)", b"", b"True\n"),
    (
        "fork and wait",
        "import os\npid = os.fork()\nif pid == 0: os._exit(7)\nprint(os.waitpid(pid, 0)[1] >> 8)",
        b"",
        b"7\n",
    ),
    (
        "thread pool",
        "from concurrent.futures import *\nwith ThreadPoolExecutor(3) as e: print(*e.map(abs, [-1, 2]))",
        b"",
        b"1 2\n",
    ),
    (
        "process pool",
        "from multiprocessing import Pool\nwith Pool(2) as p: print(p.map(abs, [-1, 2]))",
        b"",
        b"[1, 2]\n",
    ),
    ("subprocess", "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(7)'])", b"", b"7\n"),
    ("asyncio", "import asyncio\nasync def f(): return 3\nprint(asyncio.run(f()))", b"", b"3\n"),
    ("temporary file", "import tempfile\nwith tempfile.TemporaryFile() as f: print(f.write(b'abc'))", b"", b"3\n"),
    (
        "deep recursion",
        "import sys\nsys.setrecursionlimit(10**6)\ndef f(n): return n and 1 + f(n - 1)\nprint(f(50000))",
        b"",
        b"50000\n",
    ),
    (
        "a signal to itself",
        "import os, signal\nsignal.signal(10, lambda *a: print('got'))\nos.kill(os.getpid(), 10)",
        b"",
        b"got\n",
    ),
    ("home", "import os\nprint(os.path.expanduser('~'), os.getcwd())", b"", b"/tmp /tmp\n"),
]


@pytest.mark.parametrize(("source", "stdin", "stdout"), [row[1:] for row in PRINTS], ids=[row[0] for row in PRINTS])
def test_a_program_prints(run: Run, sandbox: LocalSandbox, source: str, stdin: bytes, stdout: bytes) -> None:
    if sandbox.isolation.level != "strong" and ("multiprocessing" in source or "'~'" in source):
        pytest.skip("needs a /dev/shm, or a list of users, of its own")
    outcome = run(source, stdin=stdin)
    assert (outcome.status, outcome.exit_code, outcome.stdout, outcome.stderr) == ("exited", 0, stdout, b"")


ENDS = [
    ("sys.exit(3)", "import sys\nsys.exit(3)", "exited", 3, None, b""),
    ("sys.exit with a text", "import sys\nsys.exit('no')", "exited", 1, None, b"no\n"),
    ("os._exit", "import os\nos._exit(9)", "exited", 9, None, b""),
    ("an exception", "1 / 0", "exited", 1, None, b"ZeroDivisionError: division by zero\n"),
    ("a syntax error", "x = (", "exited", 1, None, b"SyntaxError: '(' was never closed\n"),
    ("a null character", "x = '\0'", "exited", 1, None, b"null bytes"),
    ("a lone surrogate", "x = '\ud800'", "exited", 1, None, b"surrogates not allowed"),
    (
        "an excepthook that exits",
        "import os, sys\nsys.excepthook = lambda *a: os._exit(4)\n1 / 0",
        "exited",
        4,
        None,
        b"",
    ),
    (
        "an exception that cannot be printed",
        "class E(Exception):\n  def __str__(s): raise s\nraise E",
        "exited",
        1,
        None,
        b"E",
    ),
    ("closed stdout", "import sys\nprint(1)\nsys.stdout.close()", "exited", 0, None, b""),
    ("no stdout", "import sys\nsys.stdout = sys.stderr = None\n1 / 0", "exited", 1, None, b""),
    ("replaced os._exit", "import os\nos._exit = None", "exited", 0, None, b""),
    ("SIGKILL", "import os\nos.kill(os.getpid(), 9)", "signalled", None, 9, b""),
    ("SIGTERM", "import os\nos.kill(os.getpid(), 15)", "signalled", None, 15, b""),
    ("abort", "import os\nos.abort()", "signalled", None, 6, b""),
    ("a null pointer", "import ctypes\nctypes.string_at(0)", "signalled", None, 11, b""),
    ("an interrupt", "raise KeyboardInterrupt", "signalled", None, 2, b"KeyboardInterrupt\n"),
]


@pytest.mark.parametrize(
    ("source", "status", "code", "number", "said"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS]
)
def test_a_program_ends(run: Run, source: str, status: str, code: int | None, number: int | None, said: bytes) -> None:
    outcome = run(source)
    assert (outcome.status, outcome.exit_code, outcome.signal) == (status, code, number)
    assert said in outcome.stderr


def test_a_traceback_shows_the_programs_lines_and_nothing_of_the_sandbox(run: Run) -> None:
    outcome = run("def f():\n    return missing\n\nf()\n")
    lines = outcome.stderr.decode().splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1] in ('  File "/tmp/main.py", line 4, in <module>', '  File "main.py", line 4, in <module>')
    assert "    return missing" in lines
    assert b"sandboxes" not in outcome.stderr


def test_a_program_may_recurse_as_deep_as_in_an_interpreter_of_its_own(run: Run, tmp_path: Path) -> None:
    source = "n = 0\ndef f():\n  global n\n  n += 1\n  f()\ntry: f()\nexcept RecursionError: print(n)"
    (tmp_path / "main.py").write_text(source)
    plain = subprocess.run([sys.executable, tmp_path / "main.py"], capture_output=True, check=True)
    assert run(source).stdout == plain.stdout


def test_arguments_and_files_reach_the_program(sandbox: LocalSandbox) -> None:
    job = Job(
        "import sys, helper\nprint(sys.argv[1:], helper.x, open('data/a b.bin', 'rb').read())",
        argv=["one", "two words", "é"],
        files={"helper.py": b"x = 4", "data/a b.bin": b"\x00\xff"},
    )
    assert sandbox.run(job).stdout == "['one', 'two words', 'é'] 4 b'\\x00\\xff'\n".encode()


def test_a_source_larger_than_the_scratch_space_runs(run: Run) -> None:
    assert run("x = 1\n" * 300_000 + "print('ran')", scratch_mb=1, memory_mb=1024).stdout == b"ran\n"


@pytest.mark.parametrize("name", ["/etc/passwd", "../up", "a/../../up", "", "nul\0"])
def test_a_file_outside_the_working_directory_is_refused(sandbox: LocalSandbox, name: str) -> None:
    with pytest.raises(ValueError, match="relative path"):
        sandbox.run(Job("", files={name: b""}))


def test_the_same_program_draws_the_same_random_numbers(run: Run) -> None:
    source = "import random\nprint(random.random(), {'a', 'b', 'c', 'd'})"
    assert run(source).stdout == run(source).stdout


def test_preloaded_modules_are_there_without_a_file() -> None:
    serve = "calls = []\ndef main():\n    calls.append(1)\n    print('served', len(calls))\n"
    with LocalSandbox(preload={"truegrade_serve": serve}) as sandbox:
        for _ in range(2):
            outcome = sandbox.run(Job("import truegrade_serve\ntruegrade_serve.main()"))
            assert outcome.stdout == b"served 1\n"


def test_a_preloaded_function_is_entered_without_a_source() -> None:
    entered = (
        "import os, sys\ndef main():\n    print(__name__, os.listdir('.'), sys.argv[1:])\n    raise SystemExit(3)\n"
    )
    with LocalSandbox(preload={"truegrade_serve": entered}) as sandbox:
        outcome = sandbox.run(Job("", entry="truegrade_serve:main", argv=["x"]))
        assert (outcome.stdout, outcome.exit_code) == (b"truegrade_serve [] ['x']\n", 3)


def test_a_preloaded_module_rehearses_before_the_first_program_and_in_none() -> None:
    module = "count = 0\ndef rehearse():\n    global count\n    count += 1\n"
    with LocalSandbox(preload={"truegrade_serve": module}) as sandbox:
        counts = [sandbox.run(Job("import truegrade_serve; print(truegrade_serve.count)")).stdout for _ in range(2)]
    assert counts[0] == counts[1] != b"0\n"


def test_what_a_silent_program_writes_goes_nowhere(sandbox: LocalSandbox) -> None:
    source = "import sys\nfor _ in range(64): print('x' * 65536); print('y' * 65536, file=sys.stderr)\nsys.exit(4)"
    outcome = sandbox.run(Job(source, silent=True, limits=Limits(output_kb=1)))
    assert (outcome.status, outcome.exit_code, outcome.stdout, outcome.stderr) == ("exited", 4, b"", b"")


def test_site_packages_are_there_and_their_code_has_not_run(run: Run) -> None:
    outcome = run(
        "import sys, site\nprint(any(p in sys.path for p in site.getsitepackages()), 'sitecustomize' in sys.modules)"
    )
    assert outcome.stdout in (b"True False\n", b"False False\n")


@pytest.mark.parametrize(
    ("line", "named"),
    [("there", True), ("missing", False), ("# there", False), ("import os; os.mkdir('made')", False), ("", False)],
)
def test_a_pth_file_adds_its_directories_and_runs_nothing(tmp_path: Path, line: str, named: bool) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "some.pth").write_text(line + "\n")
    assert _paths_named_in(str(tmp_path)) == ([str(tmp_path / "there")] if named else [])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["some.pth", "there"]


def test_a_preload_that_fails_is_named() -> None:
    with pytest.raises(Exception, match="ZeroDivisionError"):
        LocalSandbox(preload={"broken": "1 / 0"})


def test_figures_are_the_kernels(run: Run) -> None:
    outcome = run("x = bytearray(50_000_000)\nwhile sum(range(1000)) and __import__('time').process_time() < 0.2: pass")
    assert 0.15 < outcome.cpu_seconds < 2
    assert outcome.wall_seconds >= 0.15
    assert 45 < outcome.peak_memory_mb < 120


def test_stdout_and_stderr_are_kept_apart_and_whole(run: Run) -> None:
    outcome = run("import sys\nfor i in range(20000): print(i); print(-i, file=sys.stderr)")
    assert outcome.stdout.split() == [b"%d" % i for i in range(20000)]
    assert len(outcome.stderr.split()) == 20000


def test_other_languages_are_refused_by_name(sandbox: LocalSandbox) -> None:
    with pytest.raises(SandboxError, match="cobol"):
        sandbox.run(Job("", language="cobol"))
