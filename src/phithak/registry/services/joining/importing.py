"""Files come in: kept sealed, read at once so that a useless one is refused, checked and run by jobs."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from phithak.base import ids
from phithak.base.errors import ConflictError, InvalidInputError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.files import names
from phithak.core.files import queries as file_queries
from phithak.core.files import services as files
from phithak.core.jobs import services as jobs
from phithak.core.privacy import masks
from phithak.registry.events.joining import Tag
from phithak.registry.models import ImportRun
from phithak.registry.queries.joining import imports as queries
from phithak.registry.queries.joining.imports import IMPORT, KIND, ImportState
from phithak.registry.services.organisations.rows import SYSTEM
from phithak.registry.sheets import Options, Sheet, read_table
from phithak.registry.sheets.columns import LAYOUTS, Layout
from phithak.registry.sheets.reading import content_of

CHECK_JOB, RUN_JOB, COMPARE_JOB = "registry.check_import", "registry.run_import", "registry.compare_imported"
SAMPLE_ROWS, SAMPLE_CELL = 5, 60
_DEFAULTS = ("kind", "sector")


class ImportStateError(ConflictError):
    """The import is at another step."""

    code = "registry.import_state"
    text = Text(
        "การนำเข้านี้อยู่ในสถานะ “{state_th}” จึงทำขั้นนี้ไม่ได้ โปรดเปิดหน้าใหม่",
        "This import is at the state “{state_en}”, which does not allow this. Open its page again.",
    )


class ColumnsError(InvalidInputError):
    """The columns are not told well enough."""

    code = "registry.import_columns"
    text = Text("จับคู่คอลัมน์ไม่ได้: {reason_th}", "The columns do not fit: {reason_en}")


def upload(
    actor: Actor,
    stream: Any,
    *,
    name: str,
    kind: str,
    options: Options | None = None,
    defaults: Mapping[str, str] | None = None,
) -> UUID:
    """Keep a file sealed, read it, guess its columns, and queue its check.

    Args:
        actor: needs ``registry.import``.
        stream: gives the bytes; at most 25 MB.
        name: of the file, as given from outside.
        kind: ``organisations`` or ``contacts``.
        options: encoding, delimiter, sheet and header line, where a person knows better.
        defaults: ``kind`` and ``sector`` of rows that do not tell them.

    Returns:
        The import's id.

    Raises:
        SheetError: the file cannot be read as a table; nothing is kept.
        ColumnsError: no column names the organisation.
    """
    permissions.require(actor, IMPORT)
    layout = _layout(kind)
    tenant_id = queries.home(actor)
    content = content_of(stream)
    chosen = options or Options()
    sheet = read_table(content, known=layout.known, options=chosen)
    columns = layout.guess(sheet.header)
    file_id = files.put(actor, io.BytesIO(content), tenant_id=tenant_id, name=name)
    row = ImportRun(
        id=ids.uuid7(),
        tenant_id=tenant_id,
        kind=kind,
        name=masks.scrub(names.displayed_name(name))[:200],
        file_id=file_id,
        read={**_told(sheet, layout, chosen, columns), "defaults": _known(defaults or {})},
        columns=columns,
        rows=len(sheet.lines),
        by_id=actor.user_id,
    )
    with write("registry.upload_import"):
        row.job_id = _enqueue(actor, CHECK_JOB, row)
        row.save(force_insert=True)
        note_file(actor, Tag.IMPORT_UPLOADED, row, rows=row.rows)
    return row.pk


def choose(
    actor: Actor,
    run_id: UUID,
    *,
    columns: Mapping[str, str],
    options: Options,
    defaults: Mapping[str, str],
) -> None:
    """Decide otherwise about a file that was not run yet, and check it anew.

    Args:
        actor: needs ``registry.import``.
        run_id: which import.
        columns: number of a column (from 0, as text) to field; guessed anew when the file is read otherwise.
        options: encoding, delimiter, sheet, header line; empty = find out.
        defaults: as in :func:`upload`.

    Raises:
        ImportStateError: it runs or has run.
        ColumnsError: a field twice, or an unknown one.
        SheetError: it cannot be read that way.
    """
    row = _at(actor, run_id, ImportState.CHECKING, ImportState.CHECKED, ImportState.FAILED)
    layout = _layout(row.kind)
    before = _options(row)
    sheet = sheet_of(row, options)
    found = dict(columns) if (options == before and columns) else layout.guess(sheet.header)
    _check_columns(layout, found)
    read = {**_told(sheet, layout, options, found), "defaults": _known(defaults)}
    with write("registry.choose_import"):
        changed = ImportRun.objects.filter(pk=row.pk, state=row.state, job_id=row.job_id).update(
            state=ImportState.CHECKING,
            columns=found,
            read=read,
            rows=len(sheet.lines),
            faults=0,
            plan={},
            error="",
            job_id=_enqueue(actor, CHECK_JOB, row, again=True),
        )
        if not changed:
            raise ConflictError


def start(actor: Actor, run_id: UUID) -> None:
    """Run a checked import: good rows go in, faulty ones stay to be downloaded.

    Raises:
        ImportStateError: it is not checked, or there is nothing to take.
    """
    row = _at(actor, run_id, ImportState.CHECKED)
    with write("registry.start_import"):
        changed = ImportRun.objects.filter(pk=row.pk, state=ImportState.CHECKED).update(
            state=ImportState.RUNNING,
            added=0,
            changed=0,
            same=0,
            faults=0,
            cursor=0,
            job_id=_enqueue(actor, RUN_JOB, row),
        )
        if not changed:
            raise _wrong_state(row)
        note_file(actor, Tag.IMPORT_STARTED, row, rows=row.rows)


def cancel(actor: Actor, run_id: UUID) -> None:
    """Stop an import at its next chunk, or drop one that was not run; what went in stays in.

    Raises:
        ImportStateError: it has ended.
    """
    row = _at(
        actor, run_id, ImportState.CHECKING, ImportState.CHECKED, ImportState.RUNNING, ImportState.FAILED
    )
    if row.job_id is not None and queries.settled(row) in {ImportState.CHECKING, ImportState.RUNNING}:
        told = queries.progress(row)
        if told is not None and told.state in {"queued", "running"}:
            jobs.cancel(SYSTEM, row.job_id)
    with write("registry.cancel_import"):
        if ImportRun.objects.filter(pk=row.pk, state=row.state).update(state=ImportState.CANCELLED):
            current = ImportRun.objects.get(pk=row.pk)
            note_end(actor, current)


def sheet_of(row: ImportRun, options: Options | None = None) -> Sheet:
    """Read the file of an import that was found through its door, as decided or as ``options`` say.

    Raises:
        SheetError: it cannot be read that way.
        LockedError, KeyDestroyedError: it cannot be opened.
    """
    stored = file_queries.visible_to(SYSTEM).get(pk=row.file_id)
    with file_queries.content(stored) as stream:
        content = stream.read()
    return read_table(content, known=_layout(row.kind).known, options=options or _options(row, fixed=True))


def note_end(actor: Actor, row: ImportRun) -> None:
    """Record how an import ended."""
    state = ImportState(row.state)
    note_file(
        actor, Tag.IMPORT_ENDED, row, added=row.added, changed=row.changed, same=row.same,
        faults=row.faults, state=state.text.en,
    )  # fmt: skip


def note_file(actor: Actor, tag: Tag, row: ImportRun, **facts: object) -> None:
    """Record something that happened to an import."""
    title = _layout(row.kind).title
    told = {"kind_th": title.th, "kind_en": title.en, **facts}
    contrib.record(actor, tag, (KIND, row.pk), tenant_id=row.tenant_id, facts=told)


def _enqueue(actor: Actor, job: str, row: ImportRun, *, again: bool = False) -> UUID:
    key = f"{row.pk}/{ids.uuid7()}" if again else str(row.pk)
    return jobs.enqueue(job, {"run_id": str(row.pk)}, actor=actor, unique=key, tenant_id=row.tenant_id)


def _told(sheet: Sheet, layout: Layout, chosen: Options, columns: Mapping[str, str]) -> dict[str, Any]:
    """Return how a file was read, as kept; the sample holds no number of a person and no address."""
    personal = {item.name for item in layout.fields if item.personal}
    hidden = {int(place) for place, name in columns.items() if name in personal}
    sample = [
        [
            masks.NOTHING if place in hidden and cell else masks.scrub(cell)[:SAMPLE_CELL]
            for place, cell in enumerate(line.cells[: len(sheet.header)])
        ]
        for line in sheet.lines[:SAMPLE_ROWS]
    ]
    reading = sheet.reading
    return {
        "kind": reading.kind,
        "encoding": reading.encoding,
        "delimiter": reading.delimiter,
        "sheet": reading.sheet,
        "sheets": list(reading.sheets),
        "line": reading.header,
        "sure": reading.sure,
        "header": [masks.scrub(name)[:100] for name in sheet.header],
        "sample": sample,
        "chosen": {
            "encoding": chosen.encoding,
            "delimiter": chosen.delimiter,
            "sheet": chosen.sheet,
            "header": chosen.header,
        },
    }


def _options(row: ImportRun, *, fixed: bool = False) -> Options:
    """Return what was chosen; with ``fixed`` everything as it was decided, so that each reading is the same."""
    chosen = Options(**row.read.get("chosen", {}))
    if not fixed:
        return chosen
    read = row.read
    return replace(
        chosen,
        encoding=read["encoding"],
        delimiter=read["delimiter"],
        sheet=read["sheet"],
        header=read["line"],
    )


def _known(defaults: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name in _DEFAULTS if (value := defaults.get(name, ""))}


def _check_columns(layout: Layout, columns: Mapping[str, str]) -> None:
    given = list(columns.values())
    known = {item.name for item in layout.fields}
    twice = next((name for name in given if given.count(name) > 1), None)
    if twice:
        title = layout.title_of(twice) if twice in known else Text(twice, twice)
        raise ColumnsError(
            field="columns",
            reason_th=f"สองคอลัมน์เป็น {title.th}",
            reason_en=f"two columns are {title.en}",
        )
    if set(given) - known or not all(place.isdigit() for place in columns):
        raise ColumnsError(field="columns", reason_th="มีช่องที่ไม่รู้จัก", reason_en="a field is not known")


def _layout(kind: str) -> Layout:
    found = LAYOUTS.get(kind)
    if found is None:
        raise InvalidInputError(
            field="kind", reason_th="เลือกหน่วยงานหรือผู้ประสานงาน", reason_en="choose organisations or contacts"
        )
    return found


def _at(actor: Actor, run_id: UUID, *states: ImportState) -> ImportRun:
    permissions.require(actor, IMPORT)
    row = queries.run(actor, run_id)
    if ImportState(row.state) not in states:
        raise _wrong_state(row)
    return row


def _wrong_state(row: ImportRun) -> ImportStateError:
    text = ImportState(row.state).text
    return ImportStateError(state_th=text.th, state_en=text.en)
