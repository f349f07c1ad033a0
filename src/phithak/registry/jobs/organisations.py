"""Jobs of the part ``organisations``: each goes on where it was interrupted, and running it again changes nothing."""

from __future__ import annotations

from uuid import UUID

from phithak.base.text import Text
from phithak.core.jobs.registry import Lane, job
from phithak.core.jobs.services import Run
from phithak.core.schedule import every
from phithak.registry.queries import organisations as queries
from phithak.registry.services import organisations as services

_HOURS = 3600


@job(
    "registry.follow_scope",
    text=Text("เปิดปิดการมองเห็นตามขอบเขตหน่วยงานกำกับ", "Open and shut what an authority's scope takes in"),
    attempts=50,
    timeout=2 * _HOURS,
)
def follow_scope(run: Run, authority: str, sector: str) -> None:
    """Write or end the oversight of an authority over the organisations of a sector."""
    total = queries.ids_in_sector(sector).count()
    done = 0
    for chunk in run.chunks(queries.in_sector(sector)):
        with chunk.write("registry.follow_scope"):
            services.follow_chunk(UUID(authority), [row.pk for row in chunk])
        done += len(chunk)
        run.progress(done, total)


@job(
    "registry.reindex",
    text=Text("ทำดัชนีค้นหาของภาคส่วนใหม่", "Index the organisations of a sector anew"),
    lane=Lane.HEAVY,
    attempts=50,
    timeout=2 * _HOURS,
)
def reindex(run: Run, sector: str) -> None:
    """Index the organisations of a sector by its new words."""
    for chunk in run.chunks(queries.in_sector(sector), size=100):
        with chunk.write("registry.reindex"):
            services.index_many(list(chunk))


@job(
    "registry.resize",
    text=Text("จัดขนาดหน่วยงานตามกฎใหม่", "Size organisations by the rules in force"),
    lane=Lane.HEAVY,
    attempts=50,
    timeout=2 * _HOURS,
)
def resize(run: Run, rule: str) -> None:
    """Size the organisations that were sized by another rule."""
    for chunk in run.chunks(queries.not_sized_by(rule), size=100):
        with chunk.write("registry.resize"):
            services.resize_chunk(list(chunk))


@job(
    "registry.find_duplicates",
    text=Text("หาหน่วยงานที่อาจซ้ำกันทั้งทะเบียน", "Look through the registry for duplicates"),
    lane=Lane.HEAVY,
    attempts=50,
    timeout=6 * _HOURS,
)
def find_duplicates(run: Run) -> None:
    """Compare every organisation with those that share a key; keys and search entries are made anew too."""
    rows = queries.living()
    total, done = rows.count(), 0
    for chunk in run.chunks(rows, size=10):
        with chunk.write("registry.find_duplicates"):
            for row in chunk:
                services.refresh(row)
        done += len(chunk)
        run.progress(done, total)


@every(
    "registry.daily",
    cron="15 0 * * *",
    text=Text("ตรวจกำหนดต่ออายุและความสัมพันธ์ที่สิ้นสุด", "Mark overdue renewals and relations that are over"),
)
def daily(run: Run, due: str) -> None:  # noqa: ARG001 - a schedule's body takes both
    """Mark what fell due with the new day in Bangkok."""
    while services.lapse(run.actor):
        run.checkpoint()
    while services.end_expired():
        run.checkpoint()
