"""Inclusion and consistency proofs: made from stored subtrees, verified from roots alone.

Making follows the recursive definitions of RFC 6962 sections 2.1.1 and 2.1.2; verifying follows the
iterative algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2, so the two share no code. A proof is a list
of 32-byte hashes, leaf end first. Verifiers answer True or False, never raise: what they read comes from
strangers.
"""

from __future__ import annotations

from collections.abc import Sequence

from phithak.engines.tlog.errors import TlogError
from phithak.engines.tlog.tree import (
    EMPTY_ROOT,
    HASH_BYTES,
    NodeReader,
    leaf_hash,
    node_hash,
    range_root,
    split,
)


def inclusion_proof(index: int, size: int, read: NodeReader) -> list[bytes]:
    """Prove that entry ``index`` (from 0) is in the tree of ``size`` entries (RFC 6962 section 2.1.1).

    Raises:
        TlogError: ``index`` is not below ``size``.
    """
    if not 0 <= index < size:
        raise TlogError(
            "tlog.proof.index",
            th=f"ไม่มีรายการลำดับ {index} ในบันทึกขนาด {size}",
            en=f"There is no entry {index} in a log of size {size}.",
        )
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(range_root(middle, end, read))
            end = middle
        else:
            path.append(range_root(start, middle, read))
            start = middle
    path.reverse()
    return path


def consistency_proof(old: int, new: int, read: NodeReader) -> list[bytes]:
    """Prove that the tree of ``new`` entries only appended to that of ``old`` (RFC 6962 section 2.1.2).

    Empty when ``old`` is 0 (everything extends nothing) or equals ``new``.

    Raises:
        TlogError: ``old`` is negative or larger than ``new``.
    """
    if not 0 <= old <= new:
        raise TlogError(
            "tlog.proof.sizes",
            th=f"ขนาดเดิม {old} ต้องไม่มากกว่าขนาดใหม่ {new}",
            en=f"The old size {old} must not be larger than the new size {new}.",
        )
    return [] if old in {0, new} else _subproof(old, 0, new, read, whole=True)


def _subproof(old: int, start: int, end: int, read: NodeReader, *, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962; ``whole``: the verifier already knows the root of this range."""
    width = end - start
    if old == width:
        return [] if whole else [range_root(start, end, read)]
    left = split(width)
    if old <= left:
        inner = _subproof(old, start, start + left, read, whole=whole)
        return [*inner, range_root(start + left, end, read)]
    inner = _subproof(old - left, start + left, end, read, whole=False)
    return [*inner, range_root(start, start + left, read)]


def verify_inclusion(entry: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether ``proof`` shows that ``entry`` stands at ``index`` (from 0) under ``root`` of ``size``."""
    return verify_inclusion_hash(leaf_hash(entry), index, size, proof, root)


def verify_inclusion_hash(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Like ``verify_inclusion`` for an entry known only by its leaf hash."""
    if not 0 <= index < size or not _well_formed(proof):
        return False
    at, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            found = node_hash(found, sibling)
        at >>= 1
        last >>= 1
    return last == 0 and found == root


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Tell whether ``proof`` shows that the tree of ``new`` entries extends that of ``old``."""
    if not 0 <= old <= new or not _well_formed(proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    # a complete old tree is its own first subtree: the proof does not repeat what the verifier holds
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path or not proof:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at >>= 1
        last >>= 1
    found_old = found_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            found_old = node_hash(sibling, found_old)
            found_new = node_hash(sibling, found_new)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            found_new = node_hash(found_new, sibling)
        at >>= 1
        last >>= 1
    return last == 0 and found_old == old_root and found_new == new_root


def _well_formed(proof: Sequence[bytes]) -> bool:
    return len(proof) <= 2 * 64 and all(len(item) == HASH_BYTES for item in proof)
