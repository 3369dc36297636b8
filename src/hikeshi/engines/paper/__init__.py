"""Paper: a document in, PDF, Word, a page or plain text out. Knows nothing of incidents."""
