"""A request that was paid for is answered from disk: which recording answers, and why none does.

Recordings are the store's own records, found by the hash of the request. This room decides and explains; it sends
nothing and writes nothing.
"""

from nbgemini.replay.askings import Asker, Asking, Askings
from nbgemini.replay.difference import Asked, explained, nearest
from nbgemini.replay.recall import Recall, Recalled

__all__ = ["Asked", "Asker", "Asking", "Askings", "Recall", "Recalled", "explained", "nearest"]
