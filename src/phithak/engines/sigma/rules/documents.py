"""YAML files to documents with line numbers; duplicate keys, deep nesting and alias bombs are refused.

Also the multi-document forms of the specification: ``action: global``, ``reset`` and ``repeat``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from phithak.engines.sigma.rules.model import Reason

_DEPTH = 40
_NODES = 200_000
# what a deeply nested document cannot do without, unless it indents by thousands of spaces
_SUSPICIOUS = re.compile(rb"[\[{](?:[^\[{\n]{0,8}[\[{]){12}|(?:[-?] +){12}|\n {80}")


@dataclass(frozen=True)
class Document:
    """One document of a file.

    Attributes:
        line: line (from 1) where it begins.
        content: the value; None where ``reason`` says why there is none.
        lines: top-level key -> its line.
    """

    file: str
    line: int
    content: Any
    lines: dict[str, int] = field(default_factory=dict)
    reason: Reason | None = None


class _RefusedError(Exception):
    def __init__(self, code: str, detail: str, line: int) -> None:
        self.reason = Reason(code, detail)
        self.line = line
        super().__init__(code)


def read_documents(file: str, data: bytes) -> Iterator[Document]:
    """Yield the documents of one YAML file; a fault ends the file with one refused document."""
    try:
        text = data.decode("utf-8-sig")
        if _SUSPICIOUS.search(data):
            _check_depth(text)
        loader = yaml.CSafeLoader(text)
        try:
            while loader.check_node():
                yield _document(file, loader)
        finally:
            loader.dispose()
    except _RefusedError as error:
        yield Document(file, error.line, None, reason=error.reason)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        yield Document(file, line, None, reason=Reason("yaml", str(error.problem or error.context or "")))
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        # UnicodeDecodeError is a ValueError; so are impossible dates
        yield Document(file, 1, None, reason=Reason("yaml", f"{type(error).__name__}: {error}"[:300]))


def _document(file: str, loader: yaml.CSafeLoader) -> Document:
    node = loader.get_node()
    if node is None:
        return Document(file, 1, None)
    line = node.start_mark.line + 1
    _check_nodes(node)
    lines = {}
    if isinstance(node, yaml.MappingNode):
        lines = {key.value: key.start_mark.line + 1 for key, _ in node.value if isinstance(key.value, str)}
    return Document(file, line, loader.construct_document(node), lines)


def _check_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
            if depth > _DEPTH:
                raise _RefusedError(
                    "yaml.size",
                    f"depth over {_DEPTH}",
                    (event.start_mark.line if event.start_mark else 0) + 1,
                )
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1


def _check_nodes(root: yaml.Node) -> None:
    """Refuse duplicate keys, and aliases that would unfold to more than ``_NODES`` nodes or into themselves."""
    weights: dict[int, int] = {}
    open_nodes: set[int] = set()
    stack: list[tuple[yaml.Node, bool]] = [(root, False)]
    while stack:
        node, done = stack.pop()
        key = id(node)
        children = _children(node)
        if done:
            open_nodes.discard(key)
            weights[key] = 1 + sum(weights[id(child)] for child in children)
            if weights[key] > _NODES:
                raise _RefusedError("yaml.size", f"over {_NODES} nodes", node.start_mark.line + 1)
        elif key in open_nodes:
            raise _RefusedError("yaml.size", "a map that holds itself", node.start_mark.line + 1)
        elif key not in weights:
            if isinstance(node, yaml.MappingNode):
                _check_keys(node)
            if children:
                open_nodes.add(key)
                stack.append((node, True))
                stack.extend((child, False) for child in children if id(child) not in weights)
            else:
                weights[key] = 1


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _check_keys(node: yaml.MappingNode) -> None:
    seen = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                raise _RefusedError("yaml.key", key.value, key.start_mark.line + 1)
            seen.add(key.value)


def join_actions(documents: Iterator[Document]) -> Iterator[Document]:
    """Yield rules with the global documents of their file laid under them (section "Rule collections")."""
    common: dict[str, Any] = {}
    former: dict[str, Any] = {}
    for document in documents:
        content = document.content
        if not isinstance(content, dict):
            yield document
            continue
        action = content.get("action")
        rest = {key: value for key, value in content.items() if key != "action"}
        if action == "global":
            common = _laid_over(common, rest)
            continue
        if action == "reset":
            common = {}
            continue
        if "correlation" in rest or "filter" in rest:
            yield document
            continue
        base = former if action == "repeat" else common
        former = _laid_over(base, rest)
        yield Document(document.file, document.line, former, document.lines, document.reason)


def _laid_over(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    joined = dict(base)
    for key, value in top.items():
        below = joined.get(key)
        both_maps = isinstance(below, dict) and isinstance(value, dict)
        joined[key] = _laid_over(below, value) if both_maps else value  # type: ignore[arg-type] # both are maps
    return joined
