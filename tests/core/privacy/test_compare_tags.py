"""Equal values are known by their tags, also over the turn of a year; a sealed document's opening is journalled."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phithak.base import clock, ids
from phithak.core.accounts import actors
from phithak.core.journal.models import Entry
from phithak.core.privacy import queries, services
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.db]

ACTOR = actors.system("test")


def test_a_number_sealed_in_two_years_has_one_tag(people: People) -> None:
    tenant = people.tenant_id("hospital")
    handles = []
    for year, number in ((2026, "081-234-5678"), (2027, "+66 81 234 5678"), (2027, "081-234-5679")):
        with clock.at(datetime(year, 7, 1, tzinfo=UTC)):
            handles.append(services.seal(ACTOR, "phone", number, tenant_id=tenant))
    gone = ids.uuid7()
    tags = queries.compare_tags([*handles, gone])
    assert tags[handles[0]] == tags[handles[1]] != tags[handles[2]]
    assert gone not in tags
    assert not any("81234567" in tag for tag in tags.values())


def test_opening_for_a_document_is_told_once_with_its_count(people: People) -> None:
    tenant = people.tenant_id("hospital")
    handles = services.seal_many(
        ACTOR, [("phone", "0812345678"), ("email", "a@example.test")], tenant_id=tenant
    )
    before = Entry.objects.count()
    found = services.reveal_for_document(
        ACTOR, [*handles, handles[0]], tenant_id=tenant, document="test.sheet"
    )
    assert [found[handle] for handle in handles] == ["0812345678", "a@example.test"]
    (entry,) = Entry.objects.order_by("at")[before:]
    assert entry.tag == "privacy:item:opened_for_document"
    assert "0812345678" not in str(entry.body)
