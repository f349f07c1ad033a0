"""Domain names: what may be typed, what is refused with which help, who owns what, contested claims."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from phithak.core.journal.models import Entry
from phithak.registry.models import Domain, Relation
from phithak.registry.queries import assets
from phithak.registry.queries.assets.names import above, read_domain
from phithak.registry.services import assets as services
from phithak.registry.services.assets import DomainFacts, Settlement
from tests.people import People
from tests.registry.factory import organisation, organisation_of


@pytest.mark.parametrize(("typed", "name", "shown"), [
    ("Hospital.Example.TH.", "hospital.example.th", "hospital.example.th"),
    ("โรงพยาบาลตัวอย่าง.ไทย", "xn--72ca5bttyccwv0e3bjbg6v8d.xn--o3cw4h", "โรงพยาบาลตัวอย่าง.ไทย"),
    ("xn--o3cw4h.xn--o3cw4h", "xn--o3cw4h.xn--o3cw4h", "ไทย.ไทย"),
    ("münchen.example", "xn--mnchen-3ya.example", "münchen.example"),
    ("straße.example", "xn--strae-oqa.example", "straße.example"),
    ("_dmarc.clinic.or.th", "_dmarc.clinic.or.th", "_dmarc.clinic.or.th"),
    ("ก้าว.หน้า.com", None, "ก้าว.หน้า.com"),
])  # fmt: skip
def test_names_are_kept_in_ascii_and_shown_in_thai(typed: str, name: str | None, shown: str) -> None:
    found = read_domain(typed)
    assert found.shown == shown
    assert found.name.isascii()
    assert name is None or found.name == name
    assert read_domain(found.name) == found


@pytest.mark.parametrize(("typed", "thai", "english"), [
    ("", "ใส่ชื่อโดเมน", "Give a domain name"),
    ("th", "ยังไม่ใช่ชื่อเต็ม", "no full name"),
    ("ไทย", "ยังไม่ใช่ชื่อเต็ม", "no full name"),
    ("co.th", "hospital.co.th", "hospital.co.th"),
    ("go.th", "เป็นของนายทะเบียน", "belongs to the registry"),
    ("รัฐบาล.ไทย", "hospital.รัฐบาล.ไทย", "hospital.รัฐบาล.ไทย"),
    ("blogspot.com", "บริการที่ใช้ร่วมกัน", "many share"),
    ("https://www.clinic.example.th/a?b=1", "ใส่เฉพาะชื่อโดเมน: www.clinic.example.th", "only: www.clinic.example.th"),
    ("user@clinic.example.th", "นี่เป็นอีเมล", "domain name only: clinic.example.th"),
    ("*.clinic.example.th", "ไม่ต้องใส่ดอกจัน", "Give: clinic.example.th"),
    ("203.0.113.7", "หน้าช่วงไอพี", "page of IP ranges"),
    ("2001:db8::1", "หน้าช่วงไอพี", "page of IP ranges"),
    ("a.example.th, b.example.th", "ทีละหนึ่งชื่อ", "one name at a time"),
    ("clinic.example.th:8443", "เลขพอร์ต", "ports"),
    ("cli\u200bnic.example.th", "มองไม่เห็น", "cannot be seen"),
    ("clinic.exam\u202eple.th", "มองไม่เห็น", "cannot be seen"),
    ("-bad.example.th", "“-bad”", "“-bad”"),
    ("a..b.th", "ใช้เป็นชื่อโดเมนไม่ได้", "cannot stand in a domain name"),
    ("x" * 64 + ".example.th", "ใช้เป็นชื่อโดเมนไม่ได้", "cannot stand in a domain name"),
    (".".join(["abcdefghi"] * 26) + ".th", "ยาวเกิน 253", "longer than 253"),
])  # fmt: skip
def test_a_wrong_name_is_refused_with_what_to_type_instead(typed: str, thai: str, english: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_domain(typed)
    assert thai in refused.value.message.th
    assert english in refused.value.message.en
    assert refused.value.field == "name"


LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True).filter(
    lambda label: not label.startswith("xn--") and label[2:4] != "--"
)


@given(st.lists(LABEL, min_size=1, max_size=4))
def test_every_good_name_reads_back_and_lies_under_its_parents(labels: list[str]) -> None:
    name = ".".join([*labels, "example", "th"])
    found = read_domain(f" {name.upper()}. ")
    assert found.name == name
    first, *_, last = [*above(name), "example.th"]
    assert (first, last) == (name, "example.th")
    assert all(name.endswith(parent) for parent in above(name))
    assert found.reversed.split(".")[::-1] == name.split(".")


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    try:
        found = read_domain(typed)
    except InvalidInputError:
        return
    assert read_domain(found.name).name == found.name
    assert len(found.name) <= 253


@pytest.mark.db
def test_the_owner_of_a_name_is_found_by_the_nearest_name_above(people: People) -> None:
    ministry, clinic = organisation(people), organisation(people)
    admin = people.actor("analyst")
    services.add_domain(admin, ministry.pk, DomainFacts("moph-like.example.th"))
    row = services.add_domain(admin, clinic.pk, DomainFacts("doi.moph-like.example.th"))
    services.settle_domain(admin, row, Settlement.SHARE)
    found = assets.owner_of_domain("https://www.doi.moph-like.example.th:8443/path")
    assert found is not None
    assert (found.organisation_id, found.matched) == (clinic.pk, "doi.moph-like.example.th")
    other = assets.owner_of_domain("mail@other.moph-like.example.th")
    assert other is not None
    assert other.organisation_id == ministry.pk
    assert assets.owner_of_domain("example.th") is None
    services.end_domain(admin, row)
    again = assets.owner_of_domain("doi.moph-like.example.th")
    assert again is not None
    assert again.organisation_id == ministry.pk


@pytest.mark.db
def test_a_name_of_another_is_contested_and_counts_for_nothing_until_staff_decide(people: People) -> None:
    first, second = organisation_of(people, "hospital"), organisation_of(people, "hospital_b")
    mine = services.add_domain(people.actor("member_admin"), first.pk, DomainFacts("เมฆ.example.th"))
    claim = services.add_domain(people.actor("member_admin_b"), second.pk, DomainFacts("เมฆ.example.th"))
    assert Domain.objects.get(pk=mine).claim == "held"
    assert Domain.objects.get(pk=claim).claim == "contested"
    found = assets.owner_of_domain("เมฆ.example.th")
    assert found is not None
    assert found.organisation_id == first.pk
    assert Entry.objects.filter(tag="registry:domain:contested", object_id=claim).exists()
    with pytest.raises(ForbiddenError):
        services.settle_domain(people.actor("member_admin_b"), claim, Settlement.TAKE_OVER)
    services.settle_domain(people.actor("analyst"), claim, Settlement.TAKE_OVER)
    moved = assets.owner_of_domain("เมฆ.example.th")
    assert moved is not None
    assert moved.organisation_id == second.pk
    assert Domain.objects.get(pk=mine).ended_at is not None
    for again in Settlement:
        with pytest.raises(ConflictError):
            services.settle_domain(people.actor("analyst"), claim, again)
    assert Domain.objects.get(pk=claim).ended_at is None


@pytest.mark.db
def test_under_its_parents_name_an_organisation_is_at_home(people: People) -> None:
    ministry, unit = organisation(people), organisation(people)
    Relation.objects.create(over=ministry, under=unit, kind="parent")
    admin = people.actor("analyst")
    services.add_domain(admin, ministry.pk, DomainFacts("krom.example.th"))
    row = services.add_domain(admin, unit.pk, DomainFacts("unit.krom.example.th"))
    same = services.add_domain(admin, unit.pk, DomainFacts("krom.example.th"))
    assert Domain.objects.get(pk=row).claim == "held"
    assert Domain.objects.get(pk=same).claim == "contested"


@pytest.mark.db
def test_only_the_own_list_can_be_changed_and_only_from_its_newest_state(people: People) -> None:
    own, other = organisation_of(people, "hospital"), organisation_of(people, "hospital_b")
    admin = people.actor("member_admin")
    with pytest.raises(NotFoundError):
        services.add_domain(admin, other.pk, DomainFacts("a.example.th"))
    with pytest.raises(ForbiddenError):
        services.add_domain(people.actor("member_staff"), own.pk, DomainFacts("a.example.th"))
    row = services.add_domain(admin, own.pk, DomainFacts("a.example.th"))
    with pytest.raises(ConflictError):
        services.add_domain(admin, own.pk, DomainFacts("A.example.th"))
    services.change_domain(admin, row, DomainFacts("a.example.th", "เว็บหลัก"), version=1)
    with pytest.raises(ConflictError):
        services.change_domain(admin, row, DomainFacts("a.example.th", "อื่น"), version=1)
    assert Domain.objects.get(pk=row).purpose == "เว็บหลัก"
    services.end_domain(admin, row)
    with pytest.raises(ConflictError):
        services.end_domain(admin, row)
    services.add_domain(admin, own.pk, DomainFacts("a.example.th"))
