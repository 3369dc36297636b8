"""Mail: one message a person over SMTP, and what comes back read over IMAP. Knows nothing of incidents.

`address` judges addresses, `message` writes one message, `smtp` hands it to a server and says what became of it,
`journal` keeps what was begun and what ended, `sending` goes through a list, `imap` and `bounces` read what came back,
`sheet` reads the list. Nothing is sent twice by itself: where nobody can know whether it went, it stands as open.
"""
