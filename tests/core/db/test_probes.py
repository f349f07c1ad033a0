"""Asking each row by itself means what EXISTS means, and PostgreSQL makes no list of everything for it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from phithak.core.accounts.models import Oversight, Tenant
from phithak.core.db.probes import HasAny, over_all_rows

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def under() -> QuerySet[Oversight]:
    """One tenant over two of four; return who lies under somebody."""
    over, *others = (Tenant.objects.create(kind="cert", name_th=f"ศูนย์สมมติ {number}") for number in range(4))
    for other in others[:2]:
        Oversight.objects.create(over=over, under=other, reason="parent")
    return Oversight.objects.filter(under=OuterRef("pk"), ended_at__isnull=True)


def names(condition: Q) -> list[str]:
    return sorted(Tenant.objects.filter(condition).values_list("name_th", flat=True))


def test_it_means_what_exists_means(under: QuerySet[Oversight]) -> None:
    asked, listed = Q(HasAny(under)), Q(Exists(under))
    beside = Q(name_th="ศูนย์สมมติ 0")
    assert names(asked) == names(listed) == ["ศูนย์สมมติ 1", "ศูนย์สมมติ 2"]
    assert names(asked | beside) == ["ศูนย์สมมติ 0", "ศูนย์สมมติ 1", "ศูนย์สมมติ 2"]
    assert names(~asked & ~beside) == ["ศูนย์สมมติ 3"]
    with over_all_rows():
        assert names(asked | beside) == names(listed | beside)
        assert names(~asked) == names(~listed)


def test_it_is_planned_row_by_row_unless_all_rows_are_read(under: QuerySet[Oversight]) -> None:
    if connection.vendor != "postgresql":
        assert names(Q(HasAny(under)))  # SQLite asks row by row anyway
        return
    rows = Tenant.objects.filter(Q(HasAny(under)) | Q(name_th="ศูนย์สมมติ 0"))
    assert "hashed SubPlan" not in rows.explain()
    with over_all_rows():
        assert "hashed SubPlan" in rows.explain()
    assert "hashed SubPlan" not in rows.explain()
