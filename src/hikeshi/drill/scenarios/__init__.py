"""Scenarios, found by folder: adding one is adding a folder (docs/kinds/scenario.md)."""
