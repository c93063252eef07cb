"""lmms-eval: `process_results: !function utils.process_results` in a task's YAML; tested with 0.7.3.

In a `utils.py` beside the YAML: `from verifiers.adapters.for_lmms_eval import process_results, mean`, and in the YAML's
`metric_list` the names `verified` and `grader_error`, each with `aggregation: !function utils.mean`. The document's
fields state the problem (`verifiers.adapters.rows`). A sample whose grader failed has None, which `mean` leaves out;
`results_processor(on_error=…)` gives another way.

What lmms-eval inherited from lm-evaluation-harness is the same there, so this is that adapter without its filter.
"""

from verifiers.adapters.for_lm_eval import mean, process_results, results_processor

__all__ = ["mean", "process_results", "results_processor"]
