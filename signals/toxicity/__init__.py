"""The signals of group `toxicity`: word lists and block lists of URLs."""
