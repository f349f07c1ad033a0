"""IP ranges: what may be typed, whose an address is, overlaps, and whether a target may be scanned."""

from __future__ import annotations

import time
from datetime import timedelta
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base import clock
from phithak.base.errors import ConflictError, InvalidInputError
from phithak.registry.models import Agreement, AgreementParty, IpRange, SharingRule
from phithak.registry.queries import assets
from phithak.registry.queries.assets import owners
from phithak.registry.queries.assets.ranges import blocks_of, number_of, read_range
from phithak.registry.services import assets as services
from phithak.registry.services.assets import DeviceFacts, DomainFacts, RangeFacts, Settlement
from tests.people import People
from tests.registry.factory import organisation, organisation_of


@pytest.mark.parametrize(("typed", "cidr", "first", "last"), [
    ("203.0.113.0/24", "203.0.113.0/24", "203.0.113.0", "203.0.113.255"),
    (" 203.0.113.7 ", "203.0.113.7/32", "203.0.113.7", "203.0.113.7"),
    ("203.0.113.0-203.0.113.255", "203.0.113.0/24", "203.0.113.0", "203.0.113.255"),
    ("203.0.113.5 – 203.0.113.9", "203.0.113.5-203.0.113.9", "203.0.113.5", "203.0.113.9"),
    ("203.0.113.5 ถึง 203.0.113.9", "203.0.113.5-203.0.113.9", "203.0.113.5", "203.0.113.9"),
    ("::ffff:203.0.113.7", "203.0.113.7/32", "203.0.113.7", "203.0.113.7"),
    ("::ffff:203.0.113.0/120", "203.0.113.0/24", "203.0.113.0", "203.0.113.255"),
    ("2001:DB8::/48", "2001:db8::/48", "2001:db8::", "2001:db8:0:ffff:ffff:ffff:ffff:ffff"),
    ("2001:db8::1-2001:db8::3", "2001:db8::1-2001:db8::3", "2001:db8::1", "2001:db8::3"),
])  # fmt: skip
def test_blocks_and_spans_of_both_families_are_read(typed: str, cidr: str, first: str, last: str) -> None:
    found = read_range(typed)
    assert found.cidr == cidr
    assert found.low == number_of(ip_address(first))
    assert found.high == number_of(ip_address(last))
    assert not found.private


@pytest.mark.parametrize(("typed", "thai", "english"), [
    ("", "ใส่ช่วงไอพี", "Give a range"),
    ("clinic.example.th", "อ่าน “clinic.example.th” ไม่ได้", "cannot be read"),
    ("203.0.113.7/24", "ใส่ 203.0.113.0/24", "give 203.0.113.0/24"),
    ("203.0.113.256", "ไม่ได้", "cannot be read"),
    ("203.0.113.9-203.0.113.5", "ลองใส่ 203.0.113.5-203.0.113.9", "Try 203.0.113.5-203.0.113.9"),
    ("203.0.113.9-2001:db8::1", "คนละรุ่น", "different families"),
    ("203.0.0.0-213.0.0.0", "กว้างสุดคือ /8", "widest is a /8"),
    ("2000::/15", "กว้างสุดคือ /16", "widest is a /16"),
    ("127.0.0.1", "loopback", "loopback"),
    ("224.0.0.5", "multicast", "multicast"),
    ("fe80::1", "link-local", "link-local"),
    ("192.168.1.0/24", "ไอพีภายใน", "private addresses"),
    ("fd12::/32", "ไอพีภายใน", "private addresses"),
    ("192.167.255.0-192.168.0.5", "แยกเป็นสองรายการ", "two entries"),
])  # fmt: skip
def test_a_wrong_range_is_refused_with_what_to_type_instead(typed: str, thai: str, english: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_range(typed)
    assert thai in refused.value.message.th
    assert english in refused.value.message.en


def test_the_mark_private_and_the_addresses_must_agree() -> None:
    assert read_range("192.168.1.0/24", private=True).private
    assert read_range("100.64.0.0/16", private=True).private
    with pytest.raises(InvalidInputError, match="อินเทอร์เน็ต"):
        read_range("203.0.113.0/24", private=True)


V4 = st.integers(0xCB007100, 0xCB0071FF)


@given(st.tuples(V4, V4), V4)
def test_an_address_is_in_a_range_exactly_if_its_blocks_and_ends_say_so(
    ends: tuple[int, int], at: int
) -> None:
    low, high = sorted(ends)
    found = read_range(f"{ip_address(low)}-{ip_address(high)}")
    number = number_of(ip_address(at))
    assert (low <= at <= high) == (found.low <= number <= found.high)
    if low <= at <= high:
        assert found.block in blocks_of(number)
    assert found.first <= found.last
    assert read_range(found.cidr) == found


@given(st.integers(0, 2**128 - 1), st.integers(16, 128))
def test_a_block_of_ipv6_is_its_own_block(number: int, bits: int) -> None:
    network = ip_network((number, bits), strict=False)
    try:
        found = read_range(str(network))
    except InvalidInputError:
        return
    if network.version == 6 and network.network_address.ipv4_mapped is None:
        assert found.cidr == str(network)
        assert found.block == f"{int(network[0]):032x}/{bits}"


@given(st.text(alphabet="0123456789abcdef.:/- ", max_size=45))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    try:
        found = read_range(typed)
    except InvalidInputError:
        return
    assert read_range(found.cidr) == found


@pytest.mark.db
def test_an_address_belongs_to_the_smallest_range_that_holds_it(people: People) -> None:
    carrier, clinic = organisation(people), organisation(people)
    admin = people.actor("analyst")
    services.add_range(admin, carrier.pk, RangeFacts("203.0.113.0/24"))
    inner = services.add_range(admin, clinic.pk, RangeFacts("203.0.113.14-203.0.113.17"))
    assert IpRange.objects.get(pk=inner).claim == "contested"
    assert _owner("203.0.113.15") == carrier.pk
    services.settle_range(admin, inner, Settlement.SHARE)
    assert _owner("203.0.113.15") == clinic.pk
    assert _owner("::ffff:203.0.113.17") == clinic.pk
    assert _owner("203.0.113.18") == carrier.pk
    assert _owner("203.0.114.0") is None
    assert _owner("no address") is None
    assert [one.organisation_id for one in assets.owners_of_ip("203.0.113.14")] == [clinic.pk, carrier.pk]


@pytest.mark.db
@pytest.mark.parametrize(("theirs", "mine", "overlaps"), [
    ("203.0.113.0/24", "203.0.113.128/25", True),
    ("203.0.113.128/25", "203.0.113.0/24", True),
    ("203.0.113.0-203.0.113.9", "203.0.113.9-203.0.113.20", True),
    ("203.0.113.0-203.0.113.9", "203.0.113.10-203.0.113.20", False),
    ("2001:db8::/32", "2001:db8:5::/48", True),
    ("2001:db8::/32", "203.0.113.0/24", False),
])  # fmt: skip
def test_an_overlap_with_another_organisation_is_seen_whichever_lies_inside(
    people: People, theirs: str, mine: str, *, overlaps: bool
) -> None:
    first, second = organisation(people), organisation(people)
    admin = people.actor("analyst")
    services.add_range(admin, first.pk, RangeFacts(theirs))
    assert bool(owners.other_ranges(read_range(mine), second.pk)) is overlaps
    row = services.add_range(admin, second.pk, RangeFacts(mine))
    assert (IpRange.objects.get(pk=row).claim == "contested") is overlaps


@pytest.mark.db
def test_private_networks_of_two_organisations_are_two_networks(people: People) -> None:
    first, second = organisation(people), organisation(people)
    admin = people.actor("analyst")
    rows = [
        services.add_range(admin, one.pk, RangeFacts("192.168.1.0/24", private=True))
        for one in (first, second)
    ]
    assert set(IpRange.objects.filter(pk__in=rows).values_list("claim", flat=True)) == {"held"}
    assert _owner("192.168.1.5") is None
    found = assets.owner_of_ip("192.168.1.5", organisation_id=second.pk)
    assert found is not None
    assert found.organisation_id == second.pk
    assert "ไอพีภายใน" in assets.may_be_scanned("192.168.1.5", organisation_id=second.pk).reason.th


@pytest.mark.db
def test_an_address_is_found_among_many_ranges_within_ten_milliseconds(people: People) -> None:
    holder = organisation(people)
    base = number_of(ip_address("11.0.0.0"))
    # the bench runs 300,000; the plan is the same, an equality on the index
    IpRange.objects.bulk_create(
        IpRange(
            tenant_id=holder.pk,
            cidr=f"n{number}",
            first=f"{base + 256 * number:032x}",
            last=f"{base + 256 * number + 255:032x}",
            block=f"{base + 256 * number:032x}/120",
        )
        for number in range(3_000)
    )
    taken = []
    for number in range(0, 3_000, 150):
        started = time.process_time()
        found = assets.owner_of_ip(str(ip_address(int(ip_address("11.0.0.0")) + 256 * number + 77)))
        taken.append(time.process_time() - started)
        assert found is not None
        assert found.matched == f"n{number}"
    assert sorted(taken)[len(taken) // 2] < 0.010


@pytest.mark.db
def test_nothing_may_be_scanned_without_registry_consent_and_permission_to_probe(people: People) -> None:
    hospital = organisation_of(people, "hospital")
    admin = people.actor("analyst")
    network = services.add_range(admin, hospital.pk, RangeFacts("203.0.113.0/24"))
    name = services.add_domain(admin, hospital.pk, DomainFacts("hospital.example.th"))
    assert "ไม่อยู่ในทะเบียน" in assets.may_be_scanned("198.51.100.1").reason.th
    assert "not in the registry" in assets.may_be_scanned("other.example.th").reason.en
    assert "cannot be read" in assets.may_be_scanned("???").reason.en
    for target in ("203.0.113.9", "http://www.hospital.example.th/", "203.0.113.9:443"):
        verdict = assets.may_be_scanned(target)
        assert not verdict.allowed
        assert verdict.organisation_ids == (hospital.pk,)
    _consent(people)
    for target in ("203.0.113.9", "https://www.hospital.example.th/"):
        assert assets.may_be_scanned(target).allowed
        assert not assets.may_be_scanned(target, organisation_id=people.tenant_id("merchant")).allowed
    device = services.add_device(admin, hospital.pk, DeviceFacts("เครื่องเอกซเรย์", range_id=network))
    barred = assets.may_be_scanned("203.0.113.9")
    assert not barred.allowed
    assert "เครื่องมือแพทย์" in barred.reason.th
    with pytest.raises(ConflictError):
        services.end_range(admin, network)
    services.change_device(
        admin, device, DeviceFacts("เครื่องเอกซเรย์", range_id=network, never_probe=False), version=1
    )
    assert assets.may_be_scanned("203.0.113.9").allowed
    services.change_domain(admin, name, DomainFacts("", never_probe=True), version=1)
    assert not assets.may_be_scanned("www.hospital.example.th").allowed
    other = organisation_of(people, "hospital_b")
    services.add_range(admin, other.pk, RangeFacts("203.0.113.8/30"))
    assert "claims it" in assets.may_be_scanned("203.0.113.9").reason.en


def _consent(people: People) -> None:
    today = clock.today()
    paper = Agreement.objects.create(
        tenant=people.tenant("cert"),
        number="สมมติ 1/2569",
        title_th="ยินยอมให้สแกน",
        kind="consent",
        scope="ระบบทั้งหมด",
        scan_consent=True,
        starts_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=300),
        state="signed",
    )
    AgreementParty.objects.create(
        agreement=paper, organisation_id=people.tenant_id("hospital"), signed_on=today
    )
    SharingRule.objects.create(agreement=paper, party_id=people.tenant_id("hospital"), flow="scan", on=True)


def _owner(address: str) -> object:
    found = assets.owner_of_ip(address)
    return found.organisation_id if found is not None else None
