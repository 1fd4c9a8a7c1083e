"""Fetching files of sources: pinned, checked, resumed where they were cut off, and kept."""
