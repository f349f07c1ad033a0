"""The Null adapter: writes each message to a folder and never reaches anybody."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from phithak.core.outbox.adapters.base import Accepted, Looked, Missing, Outcome, Outgoing, Refused
from phithak.core.outbox.states import Channel, Mode

FOLDER = "null-outbox"


@dataclass(frozen=True)
class NullAdapter:
    """Stands for any channel; a message that is sent again lands in the same file.

    Attributes:
        channel: the channel that it stands for.
        folder: where the files go; made when absent (0700, files 0600). The only place where an address and a
            text lie in the clear, so it never belongs to a backup.
    """

    channel: Channel
    folder: Path
    name: str = "null"
    mode: Mode = Mode.CLIENT_REF
    real: bool = False

    def send(self, outgoing: Outgoing) -> Outcome:
        """Write the message."""
        outgoing.check()
        words = outgoing.rendered
        lines = [f"to: {outgoing.address}", f"reference: {outgoing.reference}", f"subject: {words.subject}"]
        lines += [f"{name}: {value}" for name, value in words.headers.items()]
        path = self._path(outgoing.reference)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial = path.with_suffix(".partial")
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write("\n".join([*lines, "", words.body, ""]))
            partial.rename(path)
        except OSError:
            return Refused("null.write", again=True)
        return Accepted(path.name)

    def lookup(self, reference: str, seconds: float) -> Looked:  # noqa: ARG002 - a file answers at once
        """Tell whether the file is there."""
        path = self._path(reference)
        return Accepted(path.name) if path.exists() else Missing()

    def _path(self, reference: str) -> Path:
        return self.folder / f"{self.channel}-{reference}.txt"
