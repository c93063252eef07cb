"""Benchmarks of the choice verifier."""
