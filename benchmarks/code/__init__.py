"""Benchmarks of the verifier of programs."""
