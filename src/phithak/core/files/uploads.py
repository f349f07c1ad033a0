"""Uploads are sealed while they arrive: a leaked file that is sent in as evidence never lies on a disk in the clear.

Django would write anything over 2.5 MB to the temporary folder as it comes. This handler (the only one of the
settings) keeps the first MiB in memory and seals the rest into scratch space under a key that lives in this
process alone.
"""

from __future__ import annotations

import io
from contextlib import ExitStack
from typing import IO, Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from phithak.core.accounts.actors import ActorKind
from phithak.core.privacy import rootkey, scratch
from phithak.core.privacy.frames import FrameWriter

IN_MEMORY = 1024 * 1024
PUBLIC_MOST_BYTES = 20 * 1024 * 1024
_NAME = "upload"


class SealedUpload(UploadedFile):  # type: ignore[type-arg] # generic in the stubs alone
    """An uploaded file; ``too_large`` tells that its end was thrown away."""

    def __init__(self, file: IO[bytes], cleanup: ExitStack, *, too_large: bool, **about: Any) -> None:
        super().__init__(file=file, **about)
        self.too_large = too_large
        self._cleanup = cleanup

    def close(self) -> None:
        """Close the stream and remove its scratch space; Django does it at the end of the request."""
        super().close()
        self._cleanup.close()


class SealedUploadHandler(FileUploadHandler):
    """Takes each file of a form, sealed, up to the limit of who sends it; the rest is read and dropped."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._cleanup = ExitStack()
        self._memory = io.BytesIO()
        self._writer: FrameWriter | None = None
        self._scratch: scratch.Scratch | None = None
        self._writing: ExitStack = ExitStack()
        self._too_large = False
        self._taken = 0
        self._limit = self._limit_of_sender()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002 - Django's shape
        """Take one piece; None tells Django that no other handler is wanted."""
        self._taken += len(raw_data)
        if self._taken > self._limit:
            self._too_large = True
            return None
        if self._writer is None and self._memory.tell() + len(raw_data) > IN_MEMORY:
            self._spill()
        if self._writer is None:
            self._memory.write(raw_data)
        else:
            self._writer.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> SealedUpload:
        """End a file and return it."""
        self._writing.close()
        if self._scratch is None:
            self._memory.seek(0)
            stream: IO[bytes] = self._memory
        else:
            stream = cast("IO[bytes]", self._scratch.open(_NAME))
        return SealedUpload(
            stream,
            self._cleanup,
            too_large=self._too_large,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        """Throw away what came before the connection broke."""
        if hasattr(self, "_cleanup"):
            self._cleanup.close()

    def _spill(self) -> None:
        self._scratch = self._cleanup.enter_context(scratch.folder(in_memory=False))
        self._writer = self._writing.enter_context(self._scratch.create(_NAME))
        self._writer.write(self._memory.getbuffer())
        self._memory = io.BytesIO()

    def _limit_of_sender(self) -> int:
        most = rootkey.config_of(None).upload_max_mb * 2**20
        user = getattr(self.request, "user", None)
        actor = getattr(self.request, "actor", None)
        known = (user is not None and user.is_authenticated) or (
            actor is not None and actor.kind is not ActorKind.PUBLIC
        )
        # the form is read before the view checks rights (the CSRF token stands in it): a stranger gets less
        return most if known else min(most, PUBLIC_MOST_BYTES)
