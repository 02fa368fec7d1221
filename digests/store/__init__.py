"""Every query of this package: the ledger and its digests, the outbox, and what people ask about both."""
