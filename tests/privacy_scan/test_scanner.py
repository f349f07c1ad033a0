"""Positive controls: the scanner finds one planted person in every form, container and place."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import typst
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.privacy_scan import forms, scanner
from tests.privacy_scan.scanner import Person, Scanner

PERSON = Person("1101700203450", "0812345678", "ทองดี เมฆลอย", "thongdi.m@example.th")
OTHER = Person("3100500123454", "0898765432", "บัวลอย ดาวตก", "bualoi@example.th")
SCAN = Scanner([PERSON])
EVERY_PATTERN = [(form, pattern) for form, made in forms.patterns(PERSON).items() for pattern in sorted(made)]


def test_there_are_at_least_forty_forms() -> None:
    assert len(set(forms.NAMES)) >= 40
    assert {form for form, _ in EVERY_PATTERN} == set(forms.NAMES)


@pytest.mark.parametrize(("form", "pattern"), EVERY_PATTERN)
def test_each_form_is_found_within_other_bytes(form: str, pattern: bytes) -> None:
    assert form in {leak.form for leak in SCAN.content(b"\x00before " + pattern + b" after\xff", "here")}


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_base64_is_found_at_any_alignment(before: bytes, after: bytes) -> None:
    import base64  # noqa: PLC0415 - only this control encodes by itself

    for text in (PERSON.national_id, PERSON.name, PERSON.email):
        content = base64.b64encode(before + text.encode() + after)
        assert any(leak.form.startswith("base64 at") for leak in SCAN.content(content, "here"))


@pytest.mark.parametrize("name", sorted(scanner.packed(b"")))
def test_each_container_is_opened_and_those_within(name: str) -> None:
    text = f"x,{PERSON.national_id},y\n".encode() * 20
    packed = scanner.packed(text)[name]
    assert any(f"here › {name} " in leak.where for leak in SCAN.content(b"junk" + packed, "here"))
    twice = scanner.packed(packed)["gzip"]
    assert any(f" › {name} " in leak.where for leak in SCAN.content(twice, "here"))


@given(st.binary(max_size=4000))
def test_other_bytes_are_no_leak(content: bytes) -> None:
    assert SCAN.content(content, "here") == []


def test_another_person_is_no_leak(tmp_path: Path) -> None:
    for form, made in forms.patterns(OTHER).items():
        for pattern in made:
            assert SCAN.content(pattern, form) == []
    (tmp_path / "f").write_text(f"{OTHER.national_id} {OTHER.name}", encoding="utf-8")
    assert SCAN.folder(tmp_path) == []


PLACES = (
    "phithak.log",
    "exports/list.csv",
    "backups/b/records.json",
    "scratch/1/spill.tmp",
    "files/ab/sealed",
)


@pytest.mark.parametrize("place", PLACES)
def test_a_leak_in_any_file_is_found(tmp_path: Path, place: str) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"…{PERSON.phone}…", encoding="utf-8")
    assert [leak.where for leak in SCAN.folder(tmp_path)] == [str(path)]
    assert SCAN.folder(tmp_path, allowed=[path.parent]) == []


def test_a_leak_in_a_file_name_is_found(tmp_path: Path) -> None:
    (tmp_path / f"{PERSON.national_id}.pdf").touch()
    assert [leak.form for leak in SCAN.folder(tmp_path)] == ["id plain"]


def test_a_leak_in_the_write_ahead_log_is_found(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "a.db")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA wal_autocheckpoint=0")
    db.execute("CREATE TABLE t (v TEXT)")
    db.execute("INSERT INTO t VALUES (?)", (PERSON.national_id,))
    db.commit()
    assert str(tmp_path / "a.db-wal") in {leak.where for leak in SCAN.folder(tmp_path)}
    db.close()


def test_a_leak_across_database_pages_is_found(tmp_path: Path) -> None:
    # a value longer than a page lies torn in the file, and is whole only in its column
    with sqlite3.connect(tmp_path / "a.db") as db:
        db.execute("PRAGMA page_size=512")
        db.execute("CREATE TABLE t (v TEXT)")
        for fill in range(520):
            db.execute("INSERT INTO t VALUES (?)", ("x" * fill + PERSON.email + "y" * 4000,))
    torn = [leak for leak in SCAN.folder(tmp_path) if ": t.v" in leak.where]
    assert len(torn) == 520


def test_a_leak_in_a_search_index_is_found(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as db:
        db.execute("CREATE VIRTUAL TABLE s USING fts5(body, tokenize='trigram')")
        db.execute("INSERT INTO s VALUES (?)", (f"ชื่อ {PERSON.name}",))
    assert any(leak.form == "name" for leak in SCAN.folder(tmp_path))


def test_a_leak_in_a_pdf_text_is_found(tmp_path: Path) -> None:
    source = tmp_path / "letter.typ"
    source.write_text(f'Reference {PERSON.national_id} and #"{PERSON.email}".', encoding="utf-8")
    document = typst.compile(source)
    source.unlink()
    (tmp_path / "letter.pdf").write_bytes(document)
    assert PERSON.national_id.encode() not in document
    assert {"id plain", "e-mail"} <= {leak.form for leak in SCAN.folder(tmp_path)}


# -- every text column of every table -------------------------------------------------------------------

TEXT = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
_LEAST = 13


def _columns() -> list[tuple[type[models.Model], models.Field]]:
    return [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, TEXT) and not field.primary_key and (field.max_length or 99) >= _LEAST
    ]


def _filled(model: type[models.Model]) -> models.Model:
    """Return a row in which whatever must not be empty holds something."""
    row = model()
    for field in model._meta.concrete_fields:
        if field.null or field.has_default() or field.primary_key:
            continue
        if isinstance(field, models.ForeignKey):
            setattr(row, field.attname, field.target_field.get_default() or 1)
        elif isinstance(field, models.DateTimeField | models.DateField):
            setattr(
                row, field.attname, "2026-01-02" if type(field) is models.DateField else "2026-01-02T03:04Z"
            )
        elif isinstance(field, models.IntegerField | models.FloatField | models.DecimalField):
            setattr(row, field.attname, 1)
        elif isinstance(field, models.BinaryField):
            setattr(row, field.attname, b"x")
        elif isinstance(field, models.UUIDField):
            setattr(row, field.attname, "00000000-0000-7000-8000-000000000001")
    return row


@pytest.mark.django_db
def test_a_leak_in_any_column_is_found() -> None:
    refused, found = [], 0
    for model, field in _columns():
        row = _filled(model)
        planted: object = PERSON.national_id
        if isinstance(field, models.BinaryField):
            planted = PERSON.national_id.encode()
        elif isinstance(field, models.JSONField):
            planted = {"deep": [PERSON.national_id]}
        setattr(row, field.attname, planted)
        try:
            with transaction.atomic():
                models.Model.save(row, force_insert=True)
                leaks = {leak.where for leak in SCAN.database(connection)}
                transaction.set_rollback(True)
        except (DatabaseError, ValueError, TypeError) as error:
            refused.append(f"{model.__name__}.{field.name}: {error}")
            continue
        assert f"{model._meta.db_table}.{field.column}" in leaks, (model, field)
        found += 1
    # a column that only takes known words (a constraint) cannot leak a person
    assert found >= 4 * len(refused), refused
