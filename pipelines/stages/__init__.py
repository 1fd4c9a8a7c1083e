"""The stages, one file each, from sources to card."""
