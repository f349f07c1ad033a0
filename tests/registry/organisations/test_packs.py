"""Sector packs load from files, ready ones and own ones; a bad file is named by file and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from phithak.base.text import using_language
from phithak.core.jobs.services import run_pending
from phithak.registry.models import Sector
from phithak.registry.packs import PackFileError, read_pack, ready_packs
from phithak.registry.queries import organisations as queries
from phithak.registry.queries import searching, sectors
from phithak.registry.services import organisations as services
from phithak.web.cli import main
from tests.registry.organisations.conftest import Registry

OWN = """
format = 1
pack = "water"
version = 1
title = { th = "ประปา", en = "Water" }
[[sector]]
code = "water"
name = { th = "ประปา", en = "Water supply" }
words = ["น้ำดื่ม"]
cii = true
[[sector]]
code = "water.plant"
name = { th = "โรงกรองน้ำ", en = "Water plants" }
"""


@pytest.mark.django_db
@pytest.mark.db
@pytest.mark.usefixtures("people")
def test_the_ready_packs_load_from_files_by_one_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: S4-17. Health, telecom and e-commerce, with parts and CII as data; again changes nothing."""
    assert Sector.objects.count() == 0
    assert main(["registry", "packs", "load"]) == 0
    told = capsys.readouterr().out
    assert [line.split()[0] for line in told.splitlines()] == ["health", "telecom", "e-commerce"]
    whole = dict(Sector.objects.filter(parent__isnull=True).values_list("code", "cii"))
    assert whole == {"health": True, "telecom": True, "e-commerce": False}
    parts = Sector.objects.filter(parent__code="health").values_list("code", flat=True)
    assert {"health.hospital", "health.clinic"} <= set(parts)
    before = list(Sector.objects.values())
    assert main(["registry", "packs", "load"]) == 0
    assert list(Sector.objects.values()) == before
    assert main(["registry", "sectors"]) == 0
    assert "health.hospital" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.db
def test_a_file_of_ones_own_serves_another_sector(
    registry: Registry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves (part): S4-17. The same software for another sector."""
    file = tmp_path / "water.toml"
    file.write_text(OWN, encoding="utf-8")
    assert main(["registry", "packs", "load", str(file)]) == 0
    plant = registry.add("โรงกรองน้ำสมมติ", "other", sector="water.plant")
    found = searching.matching(queries.listed(registry.analyst), "น้ำดื่ม")
    assert [row.pk for row in found] == [plant]
    answer = registry.people.client("analyst").get("/api/v1/registry/sectors").json()
    assert {one["code"]: one["cii"] for one in answer if one["pack"] == "water"} == {
        "water": True,
        "water.plant": False,
    }
    assert capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
@pytest.mark.db
def test_new_words_reach_the_search_by_a_job(registry: Registry, tmp_path: Path) -> None:
    file = tmp_path / "water.toml"
    file.write_text(OWN, encoding="utf-8")
    services.load_file(registry.admin, file)
    plant = registry.add("โรงกรองสมมติ", "other", sector="water.plant")
    file.write_text(OWN.replace("น้ำดื่ม", "น้ำบาดาล"), encoding="utf-8")
    assert services.load_file(registry.admin, file).changed == ("water",)
    run_pending()
    found = searching.matching(queries.listed(registry.analyst), "น้ำบาดาล")
    assert [row.pk for row in found] == [plant]


@pytest.mark.parametrize(("line", "bad", "where"), [
    ("format = 1", "format = 9", "format"),
    ('pack = "water"', 'pack = "Wasser Werk"', "pack"),
    ("version = 1", 'version = "one"', "version"),
    ('title = { th = "ประปา", en = "Water" }', 'title = "Water"', "title"),
    ('code = "water"\n', 'code = "water..x"\n', "sector[1].code"),
    ('code = "water.plant"', 'code = "fire.plant"', "sector[2].code"),
    ('code = "water.plant"', 'code = "water"', "sector[2].code"),
    ('words = ["น้ำดื่ม"]', 'words = "น้ำดื่ม"', "sector[1].words"),
    ('words = ["น้ำดื่ม"]', 'words = [""]', "sector[1].words"),
    ("cii = true", 'cii = "yes"', "sector[1].cii"),
    ("cii = true", "ciii = true", "sector[1].ciii"),
    ('en = "Water plants"', 'en = ""', "sector[2].name.en"),
    ("format = 1", "format = ", "-"),
])  # fmt: skip
def test_a_bad_file_is_named_by_file_and_field(line: str, bad: str, where: str) -> None:
    assert line in OWN
    with pytest.raises(PackFileError) as caught:
        read_pack("water.toml", OWN.replace(line, bad, 1).encode())
    assert (caught.value.slots["file"], caught.value.slots["where"]) == ("water.toml", where)
    assert "water.toml" in caught.value.message.th
    assert "water.toml" in caught.value.message.en


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x = " + b"1" * 2_000_000, b"", b"sector = 3"])
def test_what_is_no_pack_at_all_is_refused(content: bytes) -> None:
    with pytest.raises(PackFileError):
        read_pack("x.toml", content)


@pytest.mark.django_db
@pytest.mark.db
@pytest.mark.usefixtures("people")
def test_the_command_refuses_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "water.toml"
    file.write_text(OWN.replace("cii = true", "cii = 3"), encoding="utf-8")
    for language, word in (("th", "ช่อง sector[1].cii"), ("en", "field sector[1].cii")):
        with using_language(language):
            assert main(["registry", "packs", "load", str(file)]) == 2
        told = capsys.readouterr()
        assert word in told.out + told.err
    assert main(["registry", "packs", "load", str(tmp_path / "absent.toml")]) == 2
    assert Sector.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.db
def test_a_code_belongs_to_one_pack(registry: Registry, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(OWN.replace("water", "health"), encoding="utf-8")
    file.write_text(
        file.read_text(encoding="utf-8").replace('pack = "health"', 'pack = "mine"'), encoding="utf-8"
    )
    with pytest.raises(services.SectorTakenError) as caught:
        services.load_file(registry.admin, file)
    assert caught.value.slots["sector"] == "health"
    assert not Sector.objects.filter(code="health.plant").exists()


def test_the_ready_packs_are_sound() -> None:
    for pack in ready_packs():
        assert all(one.code.split(".")[0] == pack.name for one in pack.sectors)
        assert all(one.name.th and one.name.en for one in pack.sectors)
    assert sectors.ancestors("a.b.c") == ["a", "a.b", "a.b.c"]
    assert sectors.ancestors("") == []
