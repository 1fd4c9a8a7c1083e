"""COMET (Rei et al., EMNLP 2020): a learnt measure of translations, with references or without, by a local checkpoint.

`unbabel-comet` asks for NumPy 1, Loam for NumPy 2: it runs in a Python of its own (`process`, `worker`).
"""

from translate.comet.checkpoint import Checkpoint, read_checkpoint
from translate.comet.process import CometError, CometProcess, comet_python

__all__ = ["Checkpoint", "CometError", "CometProcess", "comet_python", "read_checkpoint"]
