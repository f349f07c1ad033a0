"""Where the parts of the event store lie on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from phithak.base import keyfiles

SEGMENT_SUFFIX = ".seg"
_DIGITS = 20


@dataclass(frozen=True)
class Layout:
    """The paths of one event store under ``root``, which is ``<data_dir>/events``."""

    root: Path

    @property
    def ledger(self) -> Path:
        """The rows of stored batches; only ingest writes."""
        return self.root / "ledger.db"

    @property
    def manifest(self) -> Path:
        """Which Parquet files there are; only the compactor writes."""
        return self.root / "manifest.db"

    @property
    def control(self) -> Path:
        """Senders, sources, tenants; only the Django side writes."""
        return self.root / "control.db"

    @property
    def segments(self) -> Path:
        """The folder of batches as received."""
        return self.root / "segments"

    @property
    def parquet(self) -> Path:
        """The folder of Parquet files."""
        return self.root / "parquet"

    @property
    def marks(self) -> Path:
        """The folder in which each consumer says up to where it needs nothing any more."""
        return self.root / "marks"

    def segment(self, number: int) -> Path:
        """Return the path of a segment."""
        return self.segments / f"{number:0{_DIGITS}d}{SEGMENT_SUFFIX}"

    def segment_numbers(self) -> list[int]:
        """Return the numbers of the segments on disk, rising."""
        return sorted(
            int(path.stem) for path in self.segments.glob("*" + SEGMENT_SUFFIX) if path.stem.isdigit()
        )

    def prepare(self) -> None:
        """Make the folders, durably; nothing happens to those that are there."""
        for folder in (self.root, self.segments, self.parquet, self.marks):
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                keyfiles.sync_folder(folder.parent)
