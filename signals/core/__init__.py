"""The signals of group `core`: RedPajama-V2's own, and the right ones beside them."""
