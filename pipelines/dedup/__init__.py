"""What deduplication needs beyond its stage."""
