"""Measurements: each module here has a `bench(report)`; `start.py bench` runs them and writes docs/benchmarks.md."""
