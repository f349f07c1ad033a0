"""The house rules over Python source; each rule is fed a bad sample too, and must catch it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.house import code_rules as rules
from tests.house.tree import Source, python

Rule = Callable[[Source], Iterator[str]]


@pytest.mark.parametrize("rule", rules.OF_PRODUCT, ids=lambda rule: rule.__name__)
def test_the_product_keeps(rule: Rule) -> None:
    found = [finding for source in python("src/phithak") for finding in rule(source)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("rule", rules.OF_TESTS, ids=lambda rule: rule.__name__)
def test_the_tests_keep(rule: Rule) -> None:
    found = [finding for source in python("tests") for finding in rule(source)]
    assert not found, "\n".join(found)


BAD = [
    (rules.rows_behind_doors, "rows = Case.objects"),
    (rules.rows_behind_doors, "rows = Case._default_manager"),
    (rules.rows_behind_doors, "case.save()"),
    (rules.rows_behind_doors, "case.delete()"),
    (rules.rows_behind_doors, "rows.filter(a=1).update(b=2)"),
    (rules.rows_behind_doors, "queries.visible_to(actor).update(b=2)"),
    (rules.rows_behind_doors, "manager.using('x').create(b=2)"),
    (rules.rows_behind_doors, "manager.bulk_create(rows)"),
    (rules.rows_behind_doors, "manager.get_or_create(a=1)"),
    (rules.transactions_have_names, "with transaction.atomic(): pass"),
    (rules.transactions_have_names, "@db.transaction.atomic\ndef f(): ..."),
    (rules.models_stay_in_their_room, "from phithak.core.journal.models import Entry"),
    (rules.models_stay_in_their_room, "from phithak.core.journal import models"),
    (rules.models_stay_in_their_room, "from phithak.core.accounts.models import Tenant, TenantOwned"),
    (rules.models_stay_in_their_room, "from phithak.notices.models.template import Template"),
    (rules.only_commands_print, "print('x')"),
    (rules.one_clock, "import datetime\ndatetime.datetime.now()"),
    (rules.one_clock, "datetime.now(UTC)"),
    (rules.one_clock, "date.today()"),
    (rules.one_clock, "timezone.now()"),
    (rules.texts_have_both_languages, 'Text("", "English")'),
    (rules.texts_have_both_languages, 'Text("ไทย", " ")'),
    (rules.texts_have_both_languages, 'Text("Only English", "Only English")'),
    (rules.texts_have_both_languages, 'text.Text("ไทย {a}", "English {b}")'),
    (rules.texts_have_both_languages, 'Text("ไทย", "English {b}")'),
    (rules.texts_have_both_languages, 'Text(f"only {n}", f"only {n}")'),
    (rules.texts_have_both_languages, 'Text(f"เหลือ {n}", f"{n}")'),
    (rules.short_enough, "x = 1\n" * 601),
    (rules.every_test_asserts, "def test_nothing():\n    run()"),
    (
        rules.every_test_asserts,
        "class TestX:\n    def test_nothing(self):\n        helper()\ndef helper():\n    run()",
    ),
]
GOOD = [
    (rules.rows_behind_doors, "digest.update(b''); words.update({}); keyfiles.create(path); session.save()"),
    (rules.transactions_have_names, "with transactions.write('room.service'): pass"),
    (rules.models_stay_in_their_room, "from phithak.sample.models import Thing"),
    (rules.models_stay_in_their_room, "from phithak.core.db.models import Row"),
    (rules.models_stay_in_their_room, "from django.db import models"),
    (rules.models_stay_in_their_room, "from phithak.core.accounts.models import TenantOwned"),
    (rules.models_stay_in_their_room, "if TYPE_CHECKING:\n    from phithak.notices.models import Template"),
    (rules.only_commands_print, "log.info('x')"),
    (rules.one_clock, "clock.now(); clock.today()"),
    (rules.texts_have_both_languages, 'Text("ไทย {a}", "English {a}"); Text("CSV", "CSV"); Text(code, code)'),
    (rules.texts_have_both_languages, 'Text(f"เหลือ {n} รายการ", f"{n} left"); Text(f"{n}", f"{n}")'),
    (rules.texts_have_both_languages, 'Text("เหตุ: {reason_th}", "Why: {reason_en}"); Text("{n}", "{n}")'),
    (rules.short_enough, "x = 1\n" * 600),
    (
        rules.every_test_asserts,
        "def test_a():\n    with pytest.raises(E): run()\ndef test_b():\n    assert run()",
    ),
    (
        rules.every_test_asserts,
        "def test_a():\n    holds(1)\ndef holds(x):\n    deeper(x)\ndef deeper(x):\n    assert x",
    ),
]


@pytest.mark.parametrize(("rule", "sample"), BAD)
def test_a_bad_sample_is_caught(rule: Rule, sample: str) -> None:
    assert list(rule(Source.of(sample)))


@pytest.mark.parametrize(("rule", "sample"), GOOD)
def test_a_good_sample_passes(rule: Rule, sample: str) -> None:
    assert list(rule(Source.of(sample))) == []


@pytest.mark.parametrize("path", [
    "src/phithak/notices/services.py", "src/phithak/notices/services/sending.py",
    "src/phithak/core/journal/queries.py", "src/phithak/core/db/budget.py",
])  # fmt: skip
def test_rows_are_used_behind_the_doors(path: str) -> None:
    assert list(rules.rows_behind_doors(Source.of("Case.objects.create()", path))) == []


def test_pages_of_a_core_app_belong_to_the_app() -> None:
    text = "from phithak.core.accounts.models import User"
    own = Source.of(text, "src/phithak/core/ui/pages/accounts/tables.py")
    other = Source.of(text, "src/phithak/core/ui/pages/journal/tables.py")
    assert list(rules.models_stay_in_their_room(own)) == []
    assert list(rules.models_stay_in_their_room(other))


@pytest.mark.parametrize("path", ["src/phithak/notices/cli.py", "src/phithak/web/commands/up.py"])
def test_commands_print(path: str) -> None:
    assert list(rules.only_commands_print(Source.of("print('x')", path))) == []
