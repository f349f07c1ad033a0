"""Software and devices: CPE names, package URLs, pasted lists, devices that are never probed by default."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base.errors import ConflictError, InvalidInputError
from phithak.core.search import queries as search
from phithak.registry.models import Device, Software
from phithak.registry.queries import assets
from phithak.registry.queries.assets.products import Product, read_cpe, read_line, read_lines, read_purl
from phithak.registry.services import assets as services
from phithak.registry.services.assets import DeviceFacts, SoftwareFacts
from tests.people import People
from tests.registry.factory import organisation_of

NGINX = "cpe:2.3:a:f5:nginx:1.24.0:*:*:*:*:*:*:*"


@pytest.mark.parametrize(("typed", "kept"), [
    (NGINX, NGINX),
    (NGINX.upper(), NGINX),
    ("cpe:/a:f5:nginx:1.24.0", NGINX),
    ("cpe:/o:microsoft:windows_server_2019", "cpe:2.3:o:microsoft:windows_server_2019:*:*:*:*:*:*:*:*"),
    (r"cpe:2.3:a:foo\:bar:baz:1.0:*:*:*:*:*:*:*", r"cpe:2.3:a:foo\:bar:baz:1.0:*:*:*:*:*:*:*"),
    ("", ""),
])  # fmt: skip
def test_a_cpe_name_is_kept_in_version_two_three(typed: str, kept: str) -> None:
    assert read_cpe(typed) == kept


@pytest.mark.parametrize("typed", [
    "nginx 1.24", "cpe:2.3:a:f5:nginx", "cpe:2.3:x:f5:nginx:1.24.0:*:*:*:*:*:*:*", "cpe:2.3:a:*:*:*:*:*:*:*:*:*:*",
    "cpe:2.3:a:f5:ng inx:1.24.0:*:*:*:*:*:*:*", NGINX + ":*",
])  # fmt: skip
def test_what_is_no_cpe_name_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInputError, match=r"cpe:2\.3"):
        read_cpe(typed)


def test_a_package_url_is_kept_with_its_type_in_lower_case() -> None:
    assert read_purl("pkg:NPM/%40angular/core@16.2.0") == "pkg:npm/%40angular/core@16.2.0"
    assert read_purl("pkg:deb/debian/openssl@3.0.11?arch=amd64") == "pkg:deb/debian/openssl@3.0.11?arch=amd64"
    assert not read_purl(" ")
    for typed in ("npm/lodash", "pkg:npm", "pkg:npm/", "pkg:1npm/x", "pkg:npm/a b\tc"):
        with pytest.raises(InvalidInputError, match="purl"):
            read_purl(typed)


@pytest.mark.parametrize(("line", "product"), [
    ("nginx 1.24.0", Product("nginx", "1.24.0")),
    ("Apache HTTP Server v2.4.57", Product("Apache HTTP Server", "2.4.57")),
    ("Microsoft SQL Server 2019", Product("Microsoft SQL Server", "2019")),
    ("PHP version 8.2.1", Product("PHP", "8.2.1")),
    ("HOSxP รุ่น 4.66", Product("HOSxP", "4.66")),
    ("ระบบนัดหมาย", Product("ระบบนัดหมาย")),
    ("Oracle, MySQL, 8.0.34", Product("MySQL", "8.0.34", "Oracle")),
    ("openssl\t3.0.11", Product("openssl", "3.0.11")),
    (NGINX, Product("nginx", "1.24.0", "f5", cpe=NGINX)),
    ("pkg:npm/lodash@4.17.21", Product("lodash", "4.17.21", purl="pkg:npm/lodash@4.17.21")),
    ("12345", None),
    ("a, b, c, d", None),
    ("cpe:2.3:broken", None),
    ("x" * 121, None),
])  # fmt: skip
def test_a_pasted_line_is_a_product_and_its_version(line: str, product: Product | None) -> None:
    assert read_line(line) == product


def test_a_pasted_list_names_the_lines_that_say_nothing_and_keeps_each_product_once() -> None:
    products, faults = read_lines("# เครื่องแม่ข่าย\n\n1. nginx 1.24.0\n- NGINX 1.24.0\n• openssl 3.0.11\n????\n")
    assert products == [Product("nginx", "1.24.0"), Product("openssl", "3.0.11")]
    assert [(fault.number, fault.words) for fault in faults] == [(6, "????")]
    with pytest.raises(InvalidInputError, match="500"):
        read_lines("nginx 1\n" * 501)


@given(st.text(max_size=200))
def test_whatever_is_pasted_is_read_or_named_as_a_fault(pasted: str) -> None:
    products, faults = read_lines(pasted)
    assert all(1 <= len(one.product) <= 120 and len(one.release) <= 80 for one in products)
    assert all(fault.words for fault in faults)


@pytest.mark.db
def test_software_is_added_pasted_and_updated(people: People) -> None:
    hospital = organisation_of(people, "hospital")
    admin = people.actor("member_admin")
    key = services.add_software(admin, hospital.pk, SoftwareFacts("nginx", "1.24.0", cpe=NGINX))
    with pytest.raises(ConflictError):
        services.add_software(admin, hospital.pk, SoftwareFacts("NGINX", "1.24.0"))
    done = services.paste_software(admin, hospital.pk, "nginx 1.24.0\nopenssl 3.0.11\n????")
    assert (done.added, done.known, len(done.faults)) == (1, 1, 1)
    services.change_software(admin, key, SoftwareFacts("nginx", "1.26.1"), version=1)
    assert Software.objects.get(pk=key).release == "1.26.1"
    found = assets.software_visible_to(admin).filter(pk__in=search.matching(assets.SOFTWARE, "openssl 3.0"))
    assert [row.source for row in found] == ["paste"]
    services.end_software(admin, key)
    with pytest.raises(InvalidInputError):
        services.paste_software(admin, hospital.pk, "????")


@pytest.mark.db
def test_a_device_is_never_probed_unless_a_person_says_otherwise(people: People) -> None:
    hospital = organisation_of(people, "hospital")
    admin = people.actor("member_admin")
    key = services.add_device(admin, hospital.pk, DeviceFacts("เครื่อง CT", maker="ก้าวไกล", count=2))
    assert Device.objects.get(pk=key).never_probe
    for wrong in ({"kind": ""}, {"count": 0}, {"range_id": hospital.pk}, {"system_id": hospital.pk}):
        with pytest.raises(InvalidInputError) as refused:
            services.add_device(admin, hospital.pk, DeviceFacts(**{"kind": "เครื่อง MRI", **wrong}))
        assert refused.value.field == next(iter(wrong))
    services.end_device(admin, key)
    assert not assets.devices_visible_to(admin).filter(ended_at__isnull=True).exists()
