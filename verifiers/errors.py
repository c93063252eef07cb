"""What can go wrong, for a person to read: every error of the library is a `VerifierError`.

A wrong answer is never an error, and an error is never a wrong answer: where the *grader* fails while
judging, the grade's verdict is `error`; exceptions are for input that cannot be graded at all.
"""

from __future__ import annotations


class VerifierError(Exception):
    """Root of the library's exceptions."""


class InputError(VerifierError):
    """Input that cannot be read: says where (file, line, field), what is wrong and what would be right.

    `path` is the file as the user named it, `line` counts from 1, `field` is the JSON field; each may be None.
    """

    def __init__(
        self, message: str, *, path: str | None = None, line: int | None = None, field: str | None = None
    ) -> None:
        self.message = message
        self.path = path
        self.line = line
        self.field = field
        super().__init__(message)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line) if part is not None)
        parts = [place, f"field '{self.field}'" if self.field else "", self.message]
        return ": ".join(part for part in parts if part)

    def at(self, path: str, line: int) -> InputError:
        """The same error, found at `line` of `path`."""
        return InputError(self.message, path=path, line=line, field=self.field or None)


class ProblemError(InputError):
    """A problem that no response could be graded against: its own fault, named by its id.

    Raised by `Verifier.prepare`: a reference that cannot be parsed, an option that does not exist, tests
    that do not compile.
    """

    def __init__(
        self,
        message: str,
        *,
        problem_id: str = "",
        path: str | None = None,
        line: int | None = None,
        field: str | None = None,
    ) -> None:
        self.problem_id = problem_id
        super().__init__(message, path=path, line=line, field=field)

    def __str__(self) -> str:
        named = f"problem '{self.problem_id}'" if self.problem_id else ""
        rest = super().__str__()
        if not named:
            return rest
        place = ":".join(str(part) for part in (self.path, self.line) if part is not None)
        body = f"{named}: " + ": ".join(
            part for part in (f"field '{self.field}'" if self.field else "", self.message) if part
        )
        return f"{place}: {body}" if place else body

    def at(self, path: str, line: int) -> ProblemError:
        """The same error, found at `line` of `path`."""
        return ProblemError(self.message, problem_id=self.problem_id, path=path, line=line, field=self.field)


class GraderFailure(VerifierError):
    """The grader itself failed (a lost sandbox, a killed slow lane): the verdict is `error`, never `incorrect`."""


class MissingExtra(VerifierError):
    """An optional dependency is absent; names the `pip install` that brings it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an extra that is not installed: pip install 'truegrade[{extra}]'")
