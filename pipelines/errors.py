"""Errors a user can act on: one line that says what, where, and what to do."""


class LoamError(Exception):
    """A failure whose message is meant for the user and needs no traceback."""


class RecipeError(LoamError):
    """A recipe that cannot be used; the message names the key, the line and what was expected."""


class UsageError(LoamError):
    """A command line that asks for what there is not; the message says what there is."""


class CorpusError(LoamError):
    """A corpus whose files, receipts or counts do not agree."""


class WorkerLostError(LoamError):
    """A unit that this process cannot do, and another may: what it worked with died, or it was told to end."""
