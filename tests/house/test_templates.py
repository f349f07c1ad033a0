"""Page templates: both languages everywhere, nothing that the content security policy would refuse."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tests.house.code_rules import pair_faults
from tests.house.tree import templates

Rule = Callable[[str], Iterator[str]]

PAIR = re.compile(r"""\{%\s*t\s+("[^"]*"|'[^']*')\s+("[^"]*"|'[^']*')""")
CALL = re.compile(r"\{%\s*t\s")
CODE = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
ELEMENT = re.compile(r"<!--.*?-->|<(script|style|code|kbd|svg)\b.*?</\1>|<[^>]*>", re.DOTALL)
READ_ALOUD = re.compile(r"""\b(?:title|aria-label|placeholder|alt|content-label)=(["'])(.*?)\1""", re.DOTALL)
WORD = re.compile(r"[A-Za-zก-๛]{2,}")
# names of things, the same for every reader
NAMES = {
    "Phithak",
    "พิทักษ์",
    "ไทย",
    "English",
    "API",
    "CSV",
    "JSON",
    "ISO",
    "openapi",
    "json",
    "TOTP",
    "UTC",
    "SHA",
}
ENTITY = re.compile(r"&#?\w+;")


def both_languages(text: str) -> Iterator[str]:
    """Each ``{% t %}`` holds a Thai and an English text."""
    pairs = PAIR.findall(text)
    if len(pairs) != len(CALL.findall(text)):
        yield "{% t %} without two quoted texts"
    for thai, english in pairs:
        yield from pair_faults(thai[1:-1], english[1:-1])


def no_bare_words(text: str) -> Iterator[str]:
    """Every word that a reader sees or hears stands in ``{% t %}`` or comes from the view."""
    plain = ENTITY.sub(" ", CODE.sub(" ", text))
    heard = [match[1] for match in READ_ALOUD.findall(plain)]
    for part in [ELEMENT.sub(" ", plain), *heard]:
        words = [word for word in WORD.findall(part) if word not in NAMES]
        if words:
            yield f"words in one language: {' '.join(words)[:80]}"


def nothing_that_runs(text: str) -> Iterator[str]:
    """No inline script, style or event handler, no htmx attribute that evaluates."""
    for what, pattern in (
        ("an inline script", r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/json)"),
        ("a script with a body", r"<script\b[^>]*\bsrc=[^>]*>\s*[^<\s]"),
        ("an inline style element", r"<style\b"),
        ("a style attribute", r"\sstyle\s*="),
        ("an event handler", r"<[^>]*\son[a-z]+\s*="),
        ("hx-on", r"\bhx-on\b"),
        ("a javascript address", r"(?i)javascript:"),
        ("an evaluated htmx value", r"""\bhx-[a-z-]+\s*=\s*["']\s*js:"""),
        ("text marked safe", r"\|\s*safe\b|\{%\s*autoescape\s+off"),
        ("an outside address", r"""\b(?:src|href|action)=["'](?:https?:)?//"""),
    ):
        if re.search(pattern, text):
            yield what


RULES = (both_languages, no_bare_words, nothing_that_runs)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_templates_keep(rule: Rule) -> None:
    found = [f"{path}: {finding}" for path, text in templates() for finding in rule(text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("rule", "sample"), [
    (both_languages, '{% t "English" "English" %}'),
    (both_languages, '{% t "ไทย" "" %}'),
    (both_languages, "{% t label %}"),
    (no_bare_words, "<p>Hello</p>"),
    (no_bare_words, "<p>สวัสดี</p>"),
    (no_bare_words, '<a href="/" aria-label="Home">{{ icon }}</a>'),
    (no_bare_words, '<input placeholder="ค้นหา">'),
    (nothing_that_runs, "<script>go()</script>"),
    (nothing_that_runs, '<script src="/a.js">go()</script>'),
    (nothing_that_runs, "<style>a {}</style>"),
    (nothing_that_runs, '<p style="color: red">'),
    (nothing_that_runs, '<p onclick="go()">'),
    (nothing_that_runs, '<p hx-on:click="go()">'),
    (nothing_that_runs, '<p hx-vals="js:{a: 1}">'),
    (nothing_that_runs, '<a href="javascript:go()">'),
    (nothing_that_runs, "{{ body|safe }}"),
    (nothing_that_runs, '<img src="https://cdn.example/x.png">'),
    (nothing_that_runs, '<img src="//cdn.example/x.png">'),
])  # fmt: skip
def test_a_bad_sample_is_caught(rule: Rule, sample: str) -> None:
    assert list(rule(sample))


@pytest.mark.parametrize("sample", [
    '<h1 class="title">{% t "หน้าแรก" "Home" %}</h1>',
    '<a href="{% url \'ui:home\' %}" aria-label="{% t "หน้าแรก" "Home" %}">{{ icon }}</a>',
    '<script src="{% static "phithak/app.js" %}" defer></script>',
    '<script type="application/json" id="data">{{ json }}</script>',
    "{# a remark for developers #}<p>{{ text }} 12 %</p>",
])  # fmt: skip
def test_a_good_sample_passes(sample: str) -> None:
    assert [finding for rule in RULES for finding in rule(sample)] == []
