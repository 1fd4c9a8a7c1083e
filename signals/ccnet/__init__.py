"""Signals that CCNet computed: what a source brought along."""
