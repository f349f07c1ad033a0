"""All rules under some paths: parsed by pySigma, made trees, filtered, joined to correlations, judged.

Every document gets exactly one judgement: loaded, degraded (a part is unknown and was set so that hits never
grow) or refused, with reason, file and line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sigma.exceptions import SigmaError as ParserError
from sigma.filters import SigmaFilter
from sigma.policy.profiles import SafePolicy, TrustedPolicy
from sigma.rule import SigmaDetections, SigmaRule, SigmaRuleBase

from phithak.engines.sigma.rules.correlation import correlation_of, parsed_correlation, resolved
from phithak.engines.sigma.rules.detect import ConditionError, Detected, tree_of
from phithak.engines.sigma.rules.documents import Document, join_actions, read_documents
from phithak.engines.sigma.rules.model import (
    AllOf,
    Constant,
    Correlation,
    Judgement,
    Logsource,
    Node,
    Reason,
    Rule,
    RuleSet,
)
from phithak.engines.sigma.rules.sources import Limits, SourceFile, read_sources
from phithak.engines.sigma.rules.trees import simplified
from phithak.engines.sigma.rules.values import Placeholders


@dataclass
class _Filter:
    logsource: Logsource
    targets: frozenset[str] | None
    node: Node
    judged: int
    used: bool = False


@dataclass
class _Loading:
    placeholders: Placeholders
    rules: list[Rule] = field(default_factory=list)
    correlations: list[Correlation] = field(default_factory=list)
    filters: list[_Filter] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    judged: dict[str, int] = field(default_factory=dict)

    def judge(
        self, document: Document, kind: str, state: str, reasons: tuple[Reason, ...], line: int = 0
    ) -> None:
        content = document.content if isinstance(document.content, dict) else {}
        self.judgements.append(
            Judgement(
                document.file,
                line or document.line,
                str(content.get("id") or content.get("name") or ""),
                str(content.get("title") or ""),
                kind,
                state,
                reasons,
            )
        )


def load_rules(
    paths: list[str], *, placeholders: Placeholders | None = None, limits: Limits | None = None
) -> RuleSet:
    """Read and judge every rule under ``paths``.

    Args:
        paths: files, folders, ``.zip``, ``.tar.zst``, ``.zst`` or ``-``.
        placeholders: values for the modifier ``expand``, by name without the percent signs.
        limits: how much may be read.

    Raises:
        SourceError: a path is missing or no file or folder.
    """
    return load_files(read_sources(paths, limits=limits), placeholders=placeholders)


def load_files(files: Iterable[SourceFile], *, placeholders: Placeholders | None = None) -> RuleSet:
    """Read and judge rules from files that are already open; as :func:`load_rules`."""
    loading = _Loading(placeholders or {})
    for file in files:
        if file.problem:
            refused = Document(file.name, 1, None, reason=Reason("source", file.problem))
            loading.judge(refused, "unknown", "refused", (Reason("source", file.problem),))
            continue
        for document in join_actions(read_documents(file.name, file.data)):
            _one(document, loading)
    _apply_filters(loading)
    correlations = _join_correlations(loading)
    return RuleSet(tuple(loading.rules), tuple(correlations), tuple(loading.judgements))


def _one(document: Document, loading: _Loading) -> None:
    content = document.content
    if document.reason is not None:
        loading.judge(document, "unknown", "refused", (document.reason,))
    elif content is None:
        return
    elif not isinstance(content, dict):
        loading.judge(document, "unknown", "refused", (Reason("shape", type(content).__name__),))
    else:
        kind = "correlation" if "correlation" in content else "filter" if "filter" in content else "rule"
        reader = {"rule": _rule, "correlation": _correlation, "filter": _filter}[kind]
        try:
            reader(document, content, loading)
        except ConditionError as error:
            line = document.lines.get("detection", document.lines.get("correlation", document.line))
            loading.judge(document, kind, "refused", (error.reason,), line)
        except (ParserError, TypeError, ValueError, AttributeError, KeyError, RecursionError) as error:
            # pySigma raises its own tree for most faults, plain errors for odd types
            line = document.lines.get(_section_of(error, kind), document.line)
            reason = Reason("parser", f"{type(error).__name__}: {error}"[:500])
            loading.judge(document, kind, "refused", (reason,), line)


def _section_of(error: Exception, kind: str) -> str:
    name = type(error).__name__.lower()
    for word in ("logsource", "level", "status", "date", "tag", "identifier", "related", "title"):
        if word in name:
            return {"tag": "tags", "identifier": "id"}.get(word, word)
    return {"rule": "detection"}.get(kind, kind)


def _common(parsed: SigmaRuleBase, document: Document) -> dict[str, Any]:
    name = parsed.name or ""
    return {
        "rule_id": str(parsed.id or name or f"{document.file}:{document.line}"),
        "name": name,
        "title": str(parsed.title or ""),
        "level": parsed.level.name.lower() if parsed.level else "",
        "status": parsed.status.name.lower() if parsed.status else "",
        "tags": tuple(str(tag) for tag in parsed.tags),
        "author": str(parsed.author or ""),
    }


def _duplicate(rule_id: str, document: Document, kind: str, loading: _Loading) -> bool:
    first = loading.places.setdefault(rule_id, f"{document.file}:{document.line}")
    if first == f"{document.file}:{document.line}":
        return False
    line = document.lines.get("id", document.line)
    loading.judge(document, kind, "refused", (Reason("duplicate", first),), line)
    return True


def _tree(detections: SigmaDetections, loading: _Loading) -> Detected:
    # expressions of values were parsed in Python's syntax and are judged by rules.regex; the patterns of
    # "1 of …" are run by pySigma itself, so those go through its linear engine
    detections.policy = SafePolicy
    return tree_of(detections, loading.placeholders)


def _logsource(source: Any) -> Logsource:
    parts = (source.category, source.product, source.service)
    return Logsource(*(str(part).lower() if part else "" for part in parts))


def _rule(document: Document, content: dict[str, Any], loading: _Loading) -> None:
    parsed = SigmaRule.from_dict(content, policy=TrustedPolicy)
    common = _common(parsed, document)
    if _duplicate(common["rule_id"], document, "rule", loading):
        return
    found = _tree(parsed.detection, loading)
    line = document.lines.get("detection", document.line)
    if isinstance(found.node, Constant) and not found.node.value:
        loading.judge(document, "rule", "refused", found.reasons or (Reason("never", ""),), line)
        return
    loading.judged[common["rule_id"]] = len(loading.judgements)
    state = "degraded" if found.reasons else "loaded"
    loading.judge(document, "rule", state, found.reasons, line if found.reasons else 0)
    loading.rules.append(
        Rule(
            **common,
            logsource=_logsource(parsed.logsource),
            condition=found.node,
            file=document.file,
            line=document.line,
            degraded=bool(found.reasons),
        )
    )


def _correlation(document: Document, content: dict[str, Any], loading: _Loading) -> None:
    parsed = parsed_correlation(content)
    common = _common(parsed, document)
    if _duplicate(common["rule_id"], document, "correlation", loading):
        return
    found = correlation_of(parsed, content, common, document.file, document.line)
    loading.judged[common["rule_id"]] = len(loading.judgements)
    loading.judge(document, "correlation", "loaded", ())
    loading.correlations.append(found)


def _filter(document: Document, content: dict[str, Any], loading: _Loading) -> None:
    parsed = SigmaFilter.from_dict(content, policy=TrustedPolicy)
    # the filter's condition joins the rule's by and: unknown parts are settled in the same direction
    found = _tree(parsed.filter, loading)
    rules = parsed.filter.rules
    targets = None if isinstance(rules, str) else frozenset(item.reference for item in rules)
    judged = len(loading.judgements)
    loading.filters.append(_Filter(_logsource(parsed.logsource), targets, found.node, judged))
    loading.judge(document, "filter", "degraded" if found.reasons else "loaded", found.reasons)


def _apply_filters(loading: _Loading) -> None:
    for place, rule in enumerate(loading.rules):
        node, degraded = rule.condition, rule.degraded
        for item in loading.filters:
            if _fits(item, rule):
                item.used = True
                node = simplified(AllOf((node, item.node)))
                degraded = degraded or loading.judgements[item.judged].state == "degraded"
        if node is not rule.condition:
            loading.rules[place] = msgspec.structs.replace(rule, condition=node, degraded=degraded)
    for item in loading.filters:
        if not item.used:
            _rejudge(loading, item.judged, Reason("filter.unused", ""))


def _fits(item: _Filter, rule: Rule) -> bool:
    ours, its = item.logsource, rule.logsource
    same = all(
        not wanted or wanted == given
        for wanted, given in (
            (ours.category, its.category),
            (ours.product, its.product),
            (ours.service, its.service),
        )
    )
    return same and (item.targets is None or bool(item.targets & {rule.rule_id, rule.name}))


def _join_correlations(loading: _Loading) -> list[Correlation]:
    usable: list[Rule | Correlation] = [*loading.rules, *loading.correlations]
    ids = {item.rule_id: item.rule_id for item in usable}
    for item in usable:
        # a name that two have names none of them
        if item.name and ids.setdefault(item.name, item.rule_id) != item.rule_id:
            ids[item.name] = ""
    degraded = frozenset(rule.rule_id for rule in loading.rules if rule.degraded)
    done = resolved(loading.correlations, ids, degraded)
    for rule_id, reason in done.refused.items():
        _rejudge(loading, loading.judged[rule_id], reason)
    for rule_id, reason in done.degraded.items():
        _rejudge(loading, loading.judged[rule_id], reason, state="degraded")
    return done.correlations


def _rejudge(loading: _Loading, index: int, reason: Reason, state: str = "refused") -> None:
    loading.judgements[index] = msgspec.structs.replace(
        loading.judgements[index], state=state, reasons=(reason,)
    )
