"""記録保管 (S6.1): the sealed record, its check by anybody, its copies, how long it is kept, and its disposal."""
