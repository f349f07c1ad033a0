"""Properties of the tree and of proofs, against the recursive definition and against a peer program."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.engines.tlog import (
    Frontier,
    HashTree,
    TlogError,
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from tests.engines.tlog.truth import tree_hash

ENTRIES = st.lists(st.binary(max_size=20), max_size=70)
PEER = """
import json, sys
from pymerkle import InmemoryTree, verify_consistency
ask = json.load(sys.stdin)
tree = InmemoryTree(algorithm="sha256")
for entry in ask["entries"]:
    tree.append_entry(bytes.fromhex(entry))
path = lambda proof: [item.hex() for item in proof.path]
json.dump({
    "roots": [tree.get_root(size).hex() for size in ask["sizes"]],
    "inclusion": [path(tree.prove_inclusion(i + 1, n)) for i, n in ask["inclusion"]],
}, sys.stdout)
for m, n, before, after in ask["consistency"]:
    verify_consistency(bytes.fromhex(before), bytes.fromhex(after), tree.prove_consistency(m, n))
"""


@given(ENTRIES)
def test_root_is_the_recursive_definition(entries: list[bytes]) -> None:
    tree = HashTree(entries)
    assert tree.root() == tree_hash(entries)
    assert all(tree.root(size) == tree_hash(entries[:size]) for size in range(len(entries) + 1))


@given(ENTRIES, st.data())
def test_any_mix_of_appends_and_restarts_gives_the_same_tree(
    entries: list[bytes], data: st.DataObject
) -> None:
    frontier, held = Frontier(), HashTree()
    rest = list(entries)
    while rest:
        count = data.draw(st.integers(1, len(rest)))
        chunk, rest = rest[:count], rest[count:]
        if count == 1:
            assert frontier.append(chunk[0]) == held.append(chunk[0])
        else:
            assert frontier.extend(chunk) == held.extend(chunk) == count
        frontier = Frontier.from_bytes(bytes(frontier))
    assert frontier.size == held.size == len(entries)
    assert frontier.root() == held.root() == tree_hash(entries)


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 8192, 10_000])
def test_batches_meet_at_their_borders(size: int) -> None:
    entries = [b"%d" % number for number in range(size)]
    once, tree = Frontier(), HashTree(entries)
    once.extend(iter(entries))
    twice = once.copy()
    twice.extend(entries)
    assert once.root() == tree.root() == tree_hash(entries)
    assert twice.root() == tree_hash(entries + entries)


def test_a_damaged_state_is_refused() -> None:
    frontier = Frontier()
    frontier.extend([b"a", b"b", b"c"])
    state = bytes(frontier)
    assert len(state) == 8 + 2 * 32
    for damaged in (b"", state[:-1], state + b"\0", b"\xff" * len(state)):
        with pytest.raises(TlogError, match=r"damaged|เสียหาย"):
            Frontier.from_bytes(damaged)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=40), st.data())
def test_inclusion_holds_for_the_entry_and_for_nothing_else(
    entries: list[bytes], data: st.DataObject
) -> None:
    tree = HashTree(entries)
    size = data.draw(st.integers(1, len(entries)))
    index = data.draw(st.integers(0, size - 1))
    root, proof = tree_hash(entries[:size]), inclusion_proof(index, size, tree.read)
    assert verify_inclusion(entries[index], index, size, proof, root)
    assert not verify_inclusion(entries[index] + b"!", index, size, proof, root)
    assert not verify_inclusion(entries[index], index, size, [*proof, root], root)
    assert not verify_inclusion(entries[index], index, size, proof[:-1], root) or not proof
    assert not verify_inclusion(entries[index], size, size, proof, root)
    assert not verify_inclusion(entries[index], -1, size, proof, root)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        bent = [*proof]
        bent[at] = bytes([bent[at][0] ^ 1]) + bent[at][1:]
        assert not verify_inclusion(entries[index], index, size, bent, root)
        assert not verify_inclusion(entries[index], index, size, [b"short"], root)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=40), st.data())
def test_consistency_holds_for_extensions_and_for_nothing_else(
    entries: list[bytes], data: st.DataObject
) -> None:
    tree = HashTree(entries)
    new = data.draw(st.integers(1, len(entries)))
    old = data.draw(st.integers(0, new))
    before, after = tree_hash(entries[:old]), tree_hash(entries[:new])
    proof = consistency_proof(old, new, tree.read)
    assert verify_consistency(old, new, proof, before, after)
    wrong = bytes(32)
    assert not verify_consistency(old, new, proof, wrong, after)
    assert not verify_consistency(old, new, [*proof, wrong], before, after)
    assert not verify_consistency(new + 1, new, proof, before, after)
    if old:
        # a consistency proof from the empty log rests on nothing, so any later root fits it
        assert not verify_consistency(old, new, proof, before, wrong)
    if proof:
        bent = [*proof[:-1], bytes([proof[-1][0] ^ 1]) + proof[-1][1:]]
        assert not verify_consistency(old, new, bent, before, after)
        assert not verify_consistency(old, new, proof[:-1], before, after)


def test_an_inner_node_is_no_root() -> None:
    entries = [b"%d" % number for number in range(8)]
    tree = HashTree(entries)
    proof = inclusion_proof(0, 8, tree.read)
    for length in range(3):
        inner = tree_hash(entries[: 1 << length])
        assert verify_inclusion(entries[0], 0, 1 << length, proof[:length], inner)
        assert not verify_inclusion(entries[0], 0, 8, proof[:length], inner)


def test_a_rewritten_past_has_no_consistency_proof() -> None:
    honest = HashTree([b"%d" % number for number in range(20)])
    forged = HashTree([b"%d" % number for number in range(7)] + [b"x"] * 13)
    proof = consistency_proof(10, 20, forged.read)
    assert verify_consistency(10, 20, proof, forged.root(10), forged.root())
    assert not verify_consistency(10, 20, proof, honest.root(10), forged.root())


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 3)])
def test_no_proof_for_what_is_not_there(index: int, size: int) -> None:
    tree = HashTree([b"a"] * 9)
    with pytest.raises(TlogError):
        inclusion_proof(index, size, tree.read)
    with pytest.raises(TlogError):
        consistency_proof(size + 1, size, tree.read)
    with pytest.raises(TlogError):
        tree.root(10)


@pytest.mark.peer
def test_the_peer_agrees_on_roots_and_proofs() -> None:
    entries = [b"entry %d" % (number * 7919 % 1009) for number in range(300)]
    sizes = [1, 2, 3, 7, 8, 64, 65, 127, 128, 255, 256, 299, 300]
    inclusion = [(index, size) for size in sizes for index in {0, size // 3, size // 2, size - 1}]
    tree = HashTree(entries)
    # the peer lays out its consistency proofs in another way than the RFC: it is given our two roots and
    # must find, by its own proof, that they belong together
    consistency = [
        (old, new, tree.root(old).hex(), tree.root(new).hex()) for new in sizes for old in sizes if old < new
    ]
    ask = {
        "entries": [entry.hex() for entry in entries],
        "sizes": sizes,
        "inclusion": inclusion,
        "consistency": consistency,
    }
    done = subprocess.run(
        [sys.executable, "-c", PEER], input=json.dumps(ask), capture_output=True, text=True, check=False
    )
    if "No module named" in done.stderr:
        pytest.skip("not run: pymerkle is missing; install it with: uv pip install pymerkle")
    assert done.returncode == 0, done.stderr
    peer = json.loads(done.stdout)
    assert [tree.root(size).hex() for size in sizes] == peer["roots"]
    for (index, size), path in zip(inclusion, peer["inclusion"], strict=True):
        # the peer's path begins with the leaf itself
        assert [item.hex() for item in inclusion_proof(index, size, tree.read)] == path[1:]
