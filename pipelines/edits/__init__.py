"""Edits: what changes a text is proposed as spans beside it, resolved here, and applied by those who pass it on."""
