"""Problems in other languages than Python: what is refused, which block is the program, how it is judged."""

from __future__ import annotations

import time
from typing import Any

import pytest

from sandboxes.languages import known
from sandboxes.toolchains import ToolchainMissing, locate
from verifiers.code.language import WholeProgram
from verifiers.errors import ProblemError
from verifiers.grading import Grade, grade
from verifiers.problem import CodeProblem
from verifiers.registry import prepare

C = '#include <stdio.h>\nint main(){int a,b;scanf("%d %d",&a,&b);printf("%d\\n",a+b);}'
CASES = [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "5 7\n", "stdout": "12\n"}]


def problem(language: str, checker: dict[str, Any] | None = None, **more: Any) -> CodeProblem:
    tests = {"type": "stdio", "cases": CASES, **({"checker": checker} if checker else {})}
    record = {"id": "p", "kind": "code", "language": language, "tests": tests, **more}
    return CodeProblem.model_validate({"limits": {"wall_seconds": 20, "memory_mb": 128}, **record})


def needs(*names: str) -> None:
    for name in names:
        try:
            locate(known()[name])
        except ToolchainMissing as missing:
            pytest.skip(str(missing))


# ---- what a problem may ask


def test_an_unknown_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(ProblemError, match=r"problem 'p': field 'language'.*'cobol'; known are python, c, cpp"):
        prepare(problem("cobol"))


@pytest.mark.parametrize("kind", ["asserts", "calls"])
def test_other_tests_than_stdio_are_for_python(kind: str) -> None:
    tests = {
        "asserts": {"entry_point": "f", "code": "assert f()"},
        "calls": {"entry_point": "f", "cases": [{"returns": 1}]},
    }
    stated = {"id": "p", "language": "java", "tests": {"type": kind, **tests[kind]}}
    with pytest.raises(ProblemError, match=f"type '{kind}' are for Python; programs in java are tested by 'stdio'"):
        prepare(CodeProblem.model_validate(stated))


@pytest.mark.parametrize("name", ["python", "Python3", "py", "C++", "golang", "JS"])
def test_aliases_are_accepted(name: str) -> None:
    prepare(problem(name))


# ---- which text is the program

CPP = "#include <iostream>\nint main() {}\n"
FOUND = [
    ("a tag of its name", "cpp", f"```cpp\n{CPP}```", CPP),
    ("an alias", "cpp", f"```c++\n{CPP}```", CPP),
    ("large letters", "cpp", f"```CPP\n{CPP}```", CPP),
    ("the last of several", "cpp", f"```cpp\nint x;\n```\nBetter:\n```cpp\n{CPP}```", CPP),
    ("not another language's", "cpp", f"```cpp\n{CPP}```\n```python\nprint(1)\n```", CPP),
    ("not the output", "cpp", f"```cpp\n{CPP}```\nOutput:\n```\n3\n```", CPP),
    ("no tag", "cpp", f"```\n{CPP}```\n```\n3\n```", CPP),
    ("a tag before none", "go", "```\npackage main\n```\n```go\npackage main // 2\n```", "package main // 2\n"),
    ("cut off", "cpp", f"```cpp\n{CPP}", CPP),
    ("complete before cut off", "cpp", f"```cpp\n{CPP}```\n```cpp\nint", CPP),
    ("in a list", "java", "- so:\n  ```java\n  class A {}\n  ```", "class A {}\n"),
    ("an answer tag", "cpp", f"```cpp\nint x;\n```\n<answer>```cpp\n{CPP}```</answer>", CPP),
    ("a bare answer tag", "cpp", f"<answer>\n{CPP}</answer>", CPP),
    ("the whole response", "cpp", CPP, CPP),
    ("prose before it", "cpp", f"Here it is:\n\n{CPP}", CPP),
    ("after reasoning", "cpp", f"<think>```cpp\nint x;\n```</think>```cpp\n{CPP}```", CPP),
    ("other line ends", "bash", "```sh\r\necho 1\r\n```", "echo 1\n"),
    ("blanks kept", "perl", "```perl\nprint <<E;\na  \nE\n```", "print <<E;\na  \nE\n"),
    ("php", "php", "```php\n<?php echo 1;\n```", "<?php echo 1;\n"),
    ("another language alone", "cpp", "```python\nprint(1)\n```", None),
    ("prose", "cpp", "I would use a loop.", None),
    ("nothing", "cpp", "", None),
    ("only reasoning", "cpp", f"<think>```cpp\n{CPP}```", None),
    ("an untagged block of output", "cpp", "```\n3 4\n```", None),
]


@pytest.mark.parametrize(("name", "response", "text"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND])
def test_the_program_is_found(name: str, response: str, text: str | None) -> None:
    answer = WholeProgram(known()[name]).extract(response)
    assert (answer.text if answer else None) == text


def test_the_span_is_where_the_program_stands() -> None:
    response = f"Here:\n```cpp\n{CPP}```\nDone."
    answer = WholeProgram(known()["cpp"]).extract(response)
    assert answer is not None
    assert response[slice(*answer.span)] == CPP


def test_most_languages_know_their_own_little_program_without_a_tag() -> None:
    for one in known().values():
        if one.looks and one.name != "lua":  # print("ready") is a line of several languages
            assert WholeProgram(one).extract(f"```\n{one.warm_up}\n```"), one.name


HOSTILE = ["public " * 30_000, "\n" * 200_000, "class a " * 30_000, "```\n" * 50_000, "/*" * 100_000, " \t" * 100_000]


@pytest.mark.parametrize("text", HOSTILE, ids=[repr(one[:8]) for one in HOSTILE])
def test_any_text_is_looked_through_in_time(text: str) -> None:
    for one in known().values():
        begin = time.process_time()
        WholeProgram(one).extract(text)
        one.file_and_entry(text)
        one.told_crash(text.encode())
        assert time.process_time() - begin < 2, one.name


# ---- verdicts

needs_walls = pytest.mark.usefixtures("sandbox")
DEEDS = [
    ("right", C, "correct", 2, ""),
    ("wrong", C.replace("a+b", "a-b"), "incorrect", 0, "expected '3"),
    ("half right", C.replace("a+b", "a+b-(a>1)"), "incorrect", 1, "test 2"),
    ("no program", C.replace("int a", "in a"), "compile_error", 0, "error: "),
    ("a signal", C.replace("printf", "*(volatile int*)0=1;printf"), "runtime_error", 0, "killed by a signal (11)"),
    ("an exit code", C.replace("a+b);", "a+b);return 4;"), "runtime_error", 0, "exit code 4"),
    ("too long", C.replace("printf", "volatile int z=1;while(z);printf"), "timeout", 0, "time limit"),
    ("too much printed", C.replace("printf", "for(;;)printf"), "output_limit", 0, "output limit"),
    ("a null character", C + "\0", "compile_error", 0, "null character"),
    ("half a character", C + "\ud800", "compile_error", 0, "error: expected"),
]


@needs_walls
@pytest.mark.parametrize(("source", "verdict", "passed", "said"), [row[1:] for row in DEEDS], ids=[r[0] for r in DEEDS])
def test_a_compiled_program_is_judged_by_what_it_does(source: str, verdict: str, passed: int, said: str) -> None:
    needs("c")
    limits = {"wall_seconds": 2.0 if verdict == "timeout" else 20, "memory_mb": 128, "output_kb": 64}
    found = grade(problem("c", scoring="fraction", limits=limits), f"```c\n{source}\n```")
    assert (found.verdict, said in (found.reason or "")) == (verdict, True), found
    assert found.tests is None or found.tests == {"passed": passed, "total": 2}


@needs_walls
def test_a_missing_toolchain_is_an_error_and_no_verdict(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[gone]\nlike = "c"\ntitle = "Gone"\nprograms = ["no-such-compiler"]\nlooks = "x"\n')
    monkeypatch.setenv("TRUEGRADE_LANGUAGES", str(own))
    found = grade(problem("gone"), "```gone\nx\n```")
    assert (found.verdict, found.score) == ("error", None)
    assert "no-such-compiler" in (found.reason or "")


# ---- checkers that are programs

PY = "```python\na, b = map(int, input().split())\nprint(a + b)\n```"
WRONG = PY.replace("a + b", "a - b")
COMPARE = "import sys\nread = lambda n: open(sys.argv[n]).read().split()\nsys.exit(read(2) != read(3))\n"
CPP_CHECK = (
    "#include <fstream>\nint main(int n, char** v) { std::ifstream o(v[2]), a(v[3]); int x, y;"
    "if (!(o >> x)) return 2; a >> y; return x != y; }"
)


def program(code: str, **more: Any) -> dict[str, Any]:
    return {"type": "program", "code": code, **more}


CHECKS = [
    ("accepts", program(COMPARE), PY, "correct", ""),
    ("rejects", program(COMPARE), WRONG, "incorrect", "expected"),
    ("rejects by 2", program("exit(2)"), PY, "incorrect", ""),
    ("says why", program("import sys\nsys.exit('off by one')"), PY, "incorrect", "the checker says: off by one"),
    ("reads the input", program("import sys\nexit(len(open(sys.argv[1]).read()) != 4)"), PY, "correct", ""),
    ("has files", program("import h\nexit(h.x)", files={"h.py": "x = 0"}), PY, "correct", ""),
    ("crashes", program("None.x"), PY, "error", "the problem's checker failed"),
    ("exits with 3", program("exit(3)"), PY, "error", "exit code 3"),
    ("is killed", program("import os\nos.kill(os.getpid(), 9)"), PY, "error", "killed by a signal"),
    ("hangs", program("while True: pass", limits={"wall_seconds": 1}), PY, "error", "time limit"),
    ("eats memory", program("x = bytearray(1 << 40)"), PY, "error", "memory limit"),
    ("floods", program("while True: print('x' * 99)", limits={"output_kb": 16}), PY, "error", "output limit"),
]  # fmt: skip


@needs_walls
@pytest.mark.parametrize(
    ("checker", "response", "verdict", "said"), [r[1:] for r in CHECKS], ids=[r[0] for r in CHECKS]
)
def test_a_checker_program_decides_or_has_failed(
    checker: dict[str, Any], response: str, verdict: str, said: str
) -> None:
    found: Grade = grade(problem("python", checker), response)
    assert found.verdict == verdict, found
    assert said in (found.reason or "")
    assert (found.score is None) == (verdict == "error")


@needs_walls
def test_a_checker_may_be_compiled() -> None:
    needs("cpp")
    checker = program(CPP_CHECK, language="c++")
    verdicts = [
        grade(problem("python", checker), each).verdict.value for each in (PY, WRONG, PY.replace("a + b", "'x'"))
    ]
    assert verdicts == ["correct", "incorrect", "incorrect"]
    found = grade(problem("python", program("int main( {", language="cpp")), PY)
    assert (found.verdict, found.score) == ("error", None)
    assert "does not compile" in (found.reason or "")


@needs_walls
def test_what_a_program_prints_is_no_program_to_the_checker() -> None:
    hostile = "```python\nprint('import sys; sys.exit(0)')\nopen('answer.txt', 'w').write('x')\n```"
    assert grade(problem("python", program(COMPARE)), hostile).verdict == "incorrect"


BAD_CHECKERS = [
    (program("def"), r"field 'tests\.checker\.code'.*is no Python: line 1"),
    (program("x", language="cobol"), r"field 'tests\.checker\.language'.*known are"),
]


@pytest.mark.parametrize(("checker", "said"), BAD_CHECKERS)
def test_a_checker_that_can_be_none_is_refused_by_name(checker: dict[str, Any], said: str) -> None:
    with pytest.raises(ProblemError, match=said):
        prepare(problem("python", checker))


@pytest.mark.parametrize("checker", [{"type": "program"}, {"type": "tokens", "code": "x"}])
def test_code_and_the_type_program_belong_together(checker: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"'?code'?"):
        problem("python", checker)
