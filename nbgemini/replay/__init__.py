"""A request that was paid for is answered from disk: which recording answers, and why none does.

Recordings are the store's own records, found by the hash of the request. Begin with `lookup`: what of an ask is
answered, and what is said when nothing may be sent. `askings` counts which asking of a request this is, `recall` finds
the recording for it, `classroom` that of a cell after a student's experiment, `difference` explains a miss. Not here:
sending, and writing anything.
"""

from nbgemini.replay.askings import Asker, Asking, Askings
from nbgemini.replay.recall import Recall, Recalled

__all__ = ["Asker", "Asking", "Askings", "Recall", "Recalled"]
