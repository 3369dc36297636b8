"""What a finished text is held against before it leaves: each folder is one check (docs/kinds/check.md)."""
