"""The plan document: built from the preparation, kept as source, compared between versions. Pure."""
