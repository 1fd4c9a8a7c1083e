"""The signals of group `language`."""
