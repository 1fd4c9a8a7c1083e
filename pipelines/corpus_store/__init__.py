"""Corpora in buckets: a working folder on this machine, and the same tables, receipts last, in the store."""
