"""The study: what the grades of many samples say of the models that gave them.

>>> from verifiers.study import build_report, write_report
>>> report = build_report(grades, problems)          # doctest: +SKIP
>>> write_report(report, Path("out"))                # doctest: +SKIP
"""

from verifiers.study.estimators import miss_at_k, pass_at_k, pass_hat_k
from verifiers.study.files import write_report
from verifiers.study.findings import ModelReport, Pair, Report
from verifiers.study.report import build_report
from verifiers.study.uncertainty import Interval

__all__ = [
    "Interval",
    "ModelReport",
    "Pair",
    "Report",
    "build_report",
    "miss_at_k",
    "pass_at_k",
    "pass_hat_k",
    "write_report",
]
