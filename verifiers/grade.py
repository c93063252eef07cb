"""Old place of `verifiers.grading`."""

from verifiers.grading import Grade, grade

__all__ = ["Grade", "grade"]
