"""The ledger: what the record is made of, and what an outsider needs to check it.

Nothing here knows Django, a database or a room. The byte-exact format is written down in ``docs/record-format.md``.
"""
