"""The layered layout: the same picture for the same graph, from left to right, nothing on top of another."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from phithak.registry.views.shares.layout import COLUMN, LEAST_HEIGHT, PORT, WIDTH, lay

_nodes = st.integers(0, 14)
_graphs = st.sets(st.tuples(_nodes, _nodes), max_size=30)


def test_a_chain_runs_from_left_to_right() -> None:
    picture = lay("abc", [("a", "b"), ("b", "c")])
    assert [picture.places[node].column for node in "abc"] == [0, 1, 2]
    assert picture.places["b"].x - picture.places["a"].x == WIDTH + COLUMN
    assert all(not line.back for line in picture.lines)


def test_a_shortcut_does_not_pull_its_end_back() -> None:
    picture = lay("abc", [("a", "c"), ("a", "b"), ("b", "c")])
    assert [picture.places[node].column for node in "abc"] == [0, 1, 2]


def test_a_circle_is_cut_where_it_closes() -> None:
    picture = lay("xab", [("x", "a"), ("a", "b"), ("b", "a")])
    assert [(line.start, line.end) for line in picture.lines if line.back] == [("b", "a")]
    assert picture.places["b"].column == 2


def test_edges_do_not_cross_where_they_need_not() -> None:
    picture = lay("abcdef", [("a", "f"), ("b", "e"), ("c", "d")])
    y = {node: picture.places[node].y for node in "abcdef"}
    assert y["f"] < y["e"] < y["d"]


def test_many_arrivals_make_a_node_taller_and_keep_apart() -> None:
    picture = lay("abcdz", [(node, "z") for node in "abcd"])
    assert picture.places["z"].height == 4 * PORT > LEAST_HEIGHT
    arrivals = sorted(line.y2 for line in picture.lines)
    assert all(later - earlier == PORT for earlier, later in pairwise(arrivals))


def test_nothing_gives_an_empty_picture() -> None:
    assert lay([], []).places == {}


@given(edges=_graphs)
def test_any_graph_lies_without_overlap_inside_the_picture(edges: set[tuple[int, int]]) -> None:
    nodes = sorted({node for edge in edges for node in edge})
    picture = lay(nodes, edges)
    assert lay(nodes, sorted(edges, reverse=True)) == picture
    assert set(picture.places) == set(nodes)
    wanted = {edge for edge in edges if edge[0] != edge[1]}
    assert {(line.start, line.end) for line in picture.lines} == wanted
    for line in picture.lines:
        forward = picture.places[line.start].column < picture.places[line.end].column
        assert forward or line.back
        assert max(line.x1, line.x2) <= picture.width
        assert max(line.y1, line.y2) <= picture.height
    for one, other in combinations(picture.places.values(), 2):
        apart = (
            one.x + one.width <= other.x
            or other.x + other.width <= one.x
            or one.y + one.height <= other.y
            or other.y + other.height <= one.y
        )
        assert apart
    for place in picture.places.values():
        assert place.x + place.width <= picture.width
        assert place.y + place.height <= picture.height


@given(edges=_graphs)
def test_a_graph_without_circles_has_no_way_back(edges: set[tuple[int, int]]) -> None:
    up = {(min(edge), max(edge)) for edge in edges if edge[0] != edge[1]}
    nodes = sorted({node for edge in up for node in edge}, reverse=True)
    assert not any(line.back for line in lay(nodes, up).lines)
