"""What every connection is set to as it is opened."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phithak.core.db.apps import tune


@pytest.mark.django_db
@pytest.mark.db
def test_postgresql_compiles_no_question() -> None:
    with CaptureQueriesContext(connection) as asked:
        tune(connection)
    if connection.vendor != "postgresql":
        assert len(asked) == 0
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
