"""Benchmarks of the verifier of programs: its speed beside the graders that people use, and its eye for faults."""
