"""All networks of one field at once: an address is read once and looked up by each length of prefix in use."""

from __future__ import annotations

import ipaddress
from collections import defaultdict

from phithak.engines.sigma.match.confirm import address_of
from phithak.engines.sigma.rules.model import NetworkTest


class Networks:
    """Networks by IP version and host bits; false where there are none."""

    def __init__(self) -> None:
        self._tables: dict[int, dict[int, dict[int, list[int]]]] = {4: {}, 6: {}}

    def __bool__(self) -> bool:
        return any(self._tables.values())

    def add(self, test: NetworkTest, atom: int) -> None:
        """Take in the network of a test; ``atom`` is the number of the test."""
        network = ipaddress.ip_network(test.cidr)
        shift = network.max_prefixlen - network.prefixlen
        table = self._tables[network.version].setdefault(shift, defaultdict(list))
        table[int(network.network_address) >> shift].append(atom)

    def atoms_of(self, text: str) -> list[int]:
        """Return the numbers of the tests whose network holds the address that ``text`` writes."""
        address = address_of(text)
        if address is None:
            return []
        number = int(address)
        return [
            atom
            for shift, table in self._tables[address.version].items()
            for atom in table.get(number >> shift, ())
        ]
