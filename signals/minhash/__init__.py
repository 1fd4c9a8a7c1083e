"""MinHash signatures (Broder 1997), and the sets of shingles that they stand for."""
