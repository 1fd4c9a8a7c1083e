"""What was removed from a corpus on request, and stays out of it: tombstones, pins, and what they touch."""
