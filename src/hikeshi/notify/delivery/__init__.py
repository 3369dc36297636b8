"""Delivery of exactly one approved text to many people, one each: by mail, by letter, by telephone.

`people` reads the list, `merging` puts one person's own words in, `acts` records what is decided, `running` sends,
`bounced` reads what came back, `envelopes` prints letters, `reminding` sends reminders of deadlines to the owner.
Where a delivery stands follows from its entries alone (`rules`); names and addresses lie in disposable texts.
"""
