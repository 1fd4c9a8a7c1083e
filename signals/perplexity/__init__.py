"""Group `perplexity`: how much a text surprises a language model of clean text."""
