"""What can be wrong with a batch; the code is the one of the refusal that answers it."""

from __future__ import annotations


class BatchError(ValueError):
    """A batch that cannot be taken.

    Attributes:
        code: a key of :data:`phithak.base.batch.replies.REFUSALS`.
        detail: for a log; never holds content of an event.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
