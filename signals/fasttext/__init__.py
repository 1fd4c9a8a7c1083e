"""Supervised fastText models, read from their files and applied to whole batches of texts."""
