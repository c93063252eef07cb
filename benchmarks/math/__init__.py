"""Measurements of the mathematics verifier: labelled rewrites, probes, speed beside a peer, and a fuzzer."""
