"""The statements of DuckDB that make rows by whole columns."""

from __future__ import annotations

from functools import cache
from importlib import resources

from phithak.eventstore.duck import quoted
from phithak.eventstore.normalise import shapes
from phithak.eventstore.normalise.reference import mapping
from phithak.eventstore.normalise.shapes import Plan

FEW = 100
"""Of fewer events of a kind than this the reference makes rows sooner than a statement of their own."""


@cache
def macros() -> tuple[str, ...]:
    """Return the statements of ``normalise.sql``."""
    text = resources.files(__package__).joinpath("normalise.sql").read_text("utf-8")
    return tuple(part for part in text.split(";\n") if part.strip())


def statement(plan: Plan) -> str:
    """Return the statement that inserts the rows of a plan's events; asks for their shapes and types."""
    paths = shapes.paths_of(plan)
    places = {path: number + 1 for number, path in enumerate(paths)}
    asked = ", ".join(quoted(shapes.pointer(path)) for path in paths)
    found = f"json_extract_string(raw, [{asked}])" if paths else "[]::VARCHAR[]"
    texts = {}
    for column, terms in plan.columns:
        parts = [
            quoted(term.text) if term.path is None else f"nullif(x[{places[term.path]}], '')"
            for term in terms
        ]
        texts[column] = f"left(coalesce({', '.join(parts)}), 4096)"
    written = "NULL::VARCHAR"
    if plan.time is not None and plan.time.path is not None:
        written = f"trim(x[{places[plan.time.path]}])"
        if plan.fraction:
            written = f"format('{{:.6f}}', x[{places[plan.time.path]}]::DOUBLE)"
    source = (
        f"(SELECT b, n, raw, {found} AS x FROM typed JOIN (SELECT unnest($1) AS shape, unnest($2) AS types)"  # noqa: S608
        " USING (shape, types)) JOIN batches USING (b)"
    )
    return insert_rows(source, plan.log, texts, written, utc=plan.utc)


def insert_rows(source: str, name: str, texts: dict[str, str], written: str, *, utc: bool) -> str:
    """Return the statement that inserts rows.

    Args:
        source: relation with ``b``, ``n``, ``raw`` and the columns of ``batches``.
        name: of the log.
        texts: column → expression.
        written: expression for the text of the moment.
        utc: such a text is in UTC.
    """
    columns = ", ".join(f'{texts.get(column, "NULL")} AS "{column}"' for column in mapping())
    named = ", ".join(f'"{column}"' for column in mapping())
    # one layer for each value that the next needs more than once: DuckDB would reckon it anew at every mention
    long = [
        (column, sign) for column, sign in (("hashes", 1), ("src_ip", 2), ("dst_ip", 3)) if column in texts
    ]
    residue, kept = "raw", "false AS short"
    if long:
        # as the macros of the whole, without what these events never have
        for column, sign in long:
            residue = f"replace({residue}, coalesce({column}, chr({sign})), chr({sign}))"
        kept = (
            f"residue <> raw AND NOT holds_signs(concat({', '.join(column for column, _ in long)})) AS short"
        )
    inner = (
        f"SELECT b, o, n, source, sender, received, zone, raw, {written} AS written, {columns} FROM {source}"  # noqa: S608
    )
    inner = f"SELECT *, zone_of(written) AS tail, {residue} AS residue FROM ({inner})"  # noqa: S608
    inner = f"SELECT *, read_moment(written, tail, received, zone, {utc}) AS read FROM ({inner})"  # noqa: S608
    inner = f"SELECT *, moment_of(written, read, received) AS m, {kept} FROM ({inner})"  # noqa: S608
    return (
        f"INSERT INTO rows SELECT b, o, n, source, sender, {quoted(name)}, make_timestamp(m.us), m.flag,"  # noqa: S608
        f" make_timestamp(received), {named}, short, encode(CASE WHEN short THEN residue ELSE raw END)"
        f" FROM ({inner}) WHERE m IS NOT NULL"
    )
