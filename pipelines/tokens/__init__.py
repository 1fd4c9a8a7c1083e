"""Tokenizers, the shards that trainers read, where each sequence in them came from, and how often it is seen."""
