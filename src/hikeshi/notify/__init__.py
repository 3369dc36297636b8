"""連絡・報告 (S4): whom to tell what by when, and the documents that do it."""
