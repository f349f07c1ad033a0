"""Drawing charts, and telling them what was written since."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from phithak.base import clock
from phithak.core.db.transactions import CHUNK_ROWS, chunks, write
from phithak.core.search import charts
from phithak.core.search.models import Change, Chart, ChartPiece, Document
from phithak.core.search.queries.samples import SMALL

REGION = 512
"""So many documents lie in a region; those of one sort key are never parted."""

FOLDED = 2_000
"""More changes than this are not told one by one: the chart is drawn anew."""

KEPT = timedelta(minutes=2)
"""A page that has read the chart before it was told still finds the changes for so long."""


def chart_all() -> None:
    """Bring the charts of all kinds up to date."""
    kind = ""
    while (
        following := Document.objects.filter(kind__gt=kind).order_by("kind").values("kind").first()
    ) is not None:
        kind = following["kind"]
        chart(kind)


def chart(kind: str) -> None:
    """Bring one kind's chart up to date; a kind of few documents, or in no order, has none.

    Pages may go on while it is drawn, and others may write: only one at a time draws, and what is written meanwhile
    stays a change.
    """
    _forget_old_changes(kind)
    changed = list(Change.objects.filter(kind=kind, charted_at=None).values_list("pk", "object_id"))
    drawn = Chart.objects.filter(kind=kind).first()
    if drawn is not None and len(changed) <= FOLDED and drawn.added + len(changed) <= drawn.total // 4:
        if changed:
            _tell(drawn, changed)
        return
    if not changed and drawn is not None:
        return
    if not _wanted(kind):
        _blot_out(drawn)
    elif not _draw(kind, drawn):
        return
    for some in chunks([number for number, _ in changed], CHUNK_ROWS):
        with write("search.chart"):
            # without a chart nobody asks for changes
            Change.objects.filter(pk__in=some).update(charted_at=clock.now())


def _wanted(kind: str) -> bool:
    rows = Document.objects.filter(kind=kind)
    if rows[: SMALL + 1].count() <= SMALL:
        return False
    keys = rows.values_list("sort_key", flat=True)
    return bytes(keys.order_by("sort_key")[0]) != bytes(keys.order_by("-sort_key")[0])


def _blot_out(drawn: Chart | None) -> None:
    # the row stays with another version: what a process keeps of a version never comes to stand for a later chart
    if drawn is not None and drawn.starts:
        with write("search.chart"):
            Chart.objects.filter(kind=drawn.kind).update(
                version=drawn.version + 1, starts=b"", total=0, added=0
            )


def _forget_old_changes(kind: str) -> None:
    old = Change.objects.filter(kind=kind, charted_at__lt=clock.now() - KEPT).values_list("pk", flat=True)
    for some in chunks(list(old), CHUNK_ROWS):
        with write("search.chart"):
            Change.objects.filter(pk__in=some).delete()


def _draw(kind: str, before: Chart | None) -> bool:
    """Draw a chart in place of the one before; tell whether nobody else did or told it meanwhile."""
    version = before.version + 1 if before is not None else 1
    starts: list[bytes] = []
    bits: defaultdict[str, int] = defaultdict(int)
    total = 0
    for start, texts in _regions(kind):
        own = 1 << len(starts)
        starts.append(start)
        total += len(texts)
        for piece in charts.pieces_of(text for both in texts for text in both):
            bits[piece] |= own
    # left over by one that was interrupted
    _drop(kind, version, version)
    for some in chunks(bits.items(), CHUNK_ROWS):
        with write("search.chart"):
            ChartPiece.objects.bulk_create(
                ChartPiece(kind=kind, version=version, piece=piece, regions=_bytes(value))
                for piece, value in some
            )
    made = Chart(kind=kind, version=version, starts=charts.packed(starts), total=total)
    with write("search.chart"):
        now = Chart.objects.select_for_update().filter(kind=kind).first()
        if (now and (now.version, now.added)) != (before and (before.version, before.added)):
            # what they told may be missing here
            return False
        made.save(force_insert=before is None)
    # the one before is still read by pages that began earlier
    _drop(kind, 0, version - 2)
    return True


def _regions(kind: str) -> Iterator[tuple[bytes, list[tuple[str, str]]]]:
    """Yield the first sort key and the texts of each region, in order."""
    rows = Document.objects.filter(kind=kind).order_by("sort_key", "object_id")
    told = rows.values_list("sort_key", "exact", "loose")
    last: bytes | None = None
    while found := list((told if last is None else told.filter(sort_key__gt=last))[:REGION]):
        start, last = bytes(found[0][0]), bytes(found[-1][0])
        whole = [(exact, loose) for key, exact, loose in found if bytes(key) != last]
        whole += rows.filter(sort_key=last).values_list("exact", "loose")
        yield start, whole


def _drop(kind: str, first: int, last: int) -> None:
    old = ChartPiece.objects.filter(kind=kind, version__range=(first, last)).values_list("pk", flat=True)
    for some in chunks(list(old), CHUNK_ROWS):
        with write("search.chart"):
            ChartPiece.objects.filter(pk__in=some).delete()


def _tell(drawn: Chart, changed: Sequence[tuple[int, UUID]]) -> None:
    starts = charts.unpacked(bytes(drawn.starts))
    for some in chunks(changed, CHUNK_ROWS):
        bits = _bits_of(drawn.kind, starts, [object_id for _, object_id in some])
        with write("search.chart"):
            now = Chart.objects.select_for_update().get(kind=drawn.kind)
            if now.version != drawn.version:
                return
            rows = ChartPiece.objects.filter(kind=now.kind, version=now.version)
            known = {
                piece: int.from_bytes(bytes(value), "little")
                for part in chunks(bits, CHUNK_ROWS)
                for piece, value in rows.filter(piece__in=part).values_list("piece", "regions")
            }
            ChartPiece.objects.bulk_create(
                (
                    ChartPiece(
                        kind=now.kind, version=now.version, piece=piece,
                        regions=_bytes(known.get(piece, 0) | value),
                    )
                    for piece, value in bits.items()
                    if known.get(piece, 0) | value != known.get(piece)
                ),
                update_conflicts=True,
                unique_fields=["kind", "version", "piece"],
                update_fields=["regions"],
            )  # fmt: skip
            Chart.objects.filter(kind=now.kind).update(added=now.added + len(some))
            Change.objects.filter(pk__in=[number for number, _ in some]).update(charted_at=clock.now())


def _bits_of(kind: str, starts: Sequence[bytes], objects: Sequence[UUID]) -> dict[str, int]:
    bits: defaultdict[str, int] = defaultdict(int)
    rows = Document.objects.filter(kind=kind, object_id__in=objects)
    for key, exact, loose in rows.values_list("sort_key", "exact", "loose"):
        # what stands before the first region is found with it
        own = 1 << max(0, bisect_right(starts, bytes(key)) - 1)
        for piece in charts.pieces_of((exact, loose)):
            bits[piece] |= own
    return dict(bits)


def _bytes(bits: int) -> bytes:
    return bits.to_bytes(-(-bits.bit_length() // 8), "little")
