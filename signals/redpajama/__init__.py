"""RedPajama-V2's published signal files: lists of [start, end, score] by document, read and written."""
