"""The demo's inputs: real documents out of public packages, pinned, checked and cached."""
