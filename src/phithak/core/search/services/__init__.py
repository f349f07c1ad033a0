"""All writes of the search room. No journal entry: an index holds nothing that its room has not recorded."""

from phithak.core.search.services.charts import chart, chart_all
from phithak.core.search.services.documents import (
    NO_KEYS,
    Entry,
    SortKey,
    prepare_many,
    put,
    put_many,
    put_prepared,
    remove,
)

__all__ = [
    "NO_KEYS",
    "Entry",
    "SortKey",
    "chart",
    "chart_all",
    "prepare_many",
    "put",
    "put_many",
    "put_prepared",
    "remove",
]
