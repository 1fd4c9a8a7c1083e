"""Collectors: what a source says of its licence and its author's wishes. Text in, evidence out; nothing is decided."""
