"""The rules in use: those of Phithak and the files of this instance; a set that cannot be read changes nothing."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from phithak.engines.sigma.compiled import PatternFolder, load_cached
from phithak.engines.sigma.correlate import make_plan
from phithak.engines.sigma.correlate.plan import Plan
from phithak.engines.sigma.errors import SigmaError
from phithak.engines.sigma.match import Engine
from phithak.engines.sigma.match.passing import library
from phithak.engines.sigma.pack import own_folder, own_placeholders
from phithak.engines.sigma.rules.model import RuleSet

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class InUse:
    """Rules that are in use, ready to match."""

    rules: RuleSet
    engine: Engine
    plan: Plan


class Rules:
    """Reads rules, and reads them again when their files change.

    Args:
        folder: files of this instance; it need not be there.
        kept: folder where read rules and compiled patterns are kept between starts.
    """

    def __init__(self, folder: Path, kept: Path) -> None:
        self._folder, self._kept = folder, kept
        self.fault = ""
        self._stamp = self._stamp_now()
        self.now = self._read(self._stamp)

    def refresh(self) -> bool:
        """Read the rules again if a file came, went or changed; tell whether others are in use now.

        A set that cannot be read, or in which a file is refused that was in use before, is told in the log and in
        :attr:`fault`, once for each change of the files; the one before stays in use.
        """
        stamp = self._stamp_now()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            read = self._read(stamp)
        except SigmaError as error:
            self._tell(str(error))
            return False
        broken = _refused(read.rules) & _used(self.now.rules)
        if broken:
            self._tell(", ".join(sorted(broken)))
            return False
        self.now, self.fault = read, ""
        return True

    def _tell(self, fault: str) -> None:
        self.fault = fault
        log.error("changed rules cannot be used, those before stay: %s", fault)

    def _read(self, stamp: tuple[tuple[str, int, int], ...]) -> InUse:
        paths = [own_folder(), *([str(self._folder)] if stamp else [])]
        rules = load_cached(paths, self._kept, own_placeholders())
        engine = Engine(rules, store=PatternFolder(self._kept), native=library(self._kept))
        return InUse(rules, engine, make_plan(rules))

    def _stamp_now(self) -> tuple[tuple[str, int, int], ...]:
        found = []
        for path in sorted(self._folder.rglob("*")) if self._folder.is_dir() else []:
            told = path.stat()
            if path.is_file():
                found.append((str(path), told.st_mtime_ns, told.st_size))
        return tuple(found)


def _refused(rules: RuleSet) -> set[str]:
    return {one.file for one in rules.judgements if one.state == "refused"}


def _used(rules: RuleSet) -> set[str]:
    return {one.file for one in rules.judgements if one.state != "refused"}
