"""Measurements of what the project claims; each module runs by `python -m benchmarks.NAME`."""
