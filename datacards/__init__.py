"""Dataset cards: everything a release says about itself, rendered from one manifest.

Pure functions over a `Manifest`; they know nothing of how a corpus was made.
"""

from datacards.manifest import Manifest

__all__ = ["Manifest"]
