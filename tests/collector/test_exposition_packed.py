"""In: many who ask for gzip at once. Out: few packings, each newer than its asker."""

import asyncio
import gzip
import threading

import pytest

from collector.exposed import expositions, of, samples_of
from collector.fake_clock import FakeClock
from collector.running import device
from picotemp.payload import Reading
from picotemp_collector.metrics import packer as packing
from picotemp_collector.metrics.exposition import Exposition
from picotemp_collector.metrics.format import Format
from picotemp_collector.metrics.packer import Packer, fast, fastest, standard
from picotemp_collector.readings.store import Store


class Held(Packer):
    """A packer whose work ends when the test says so."""

    def __init__(self) -> None:
        super().__init__(standard)
        self.begun: list[tuple[bytes, asyncio.Future[bytes]]] = []

    def pack(self, text: bytes) -> asyncio.Future[bytes]:
        done = asyncio.get_running_loop().create_future()
        self.begun.append((text, done))
        return done

    def end(self, number: int) -> None:
        text, done = self.begun[number]
        done.set_result(gzip.compress(text))


@pytest.fixture
def store(clock: FakeClock) -> Store:
    return Store([device("attic")], clock.clock, 60.0)


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def text(store: Store, clock: FakeClock, held: Held) -> Exposition:
    return expositions(store, clock, held)[Format.TEXT]


def polls_in(packed: bytes) -> float:
    return samples_of(gzip.decompress(packed).decode())[of("pico_polls_total", "attic")]


def poll(store: Store) -> None:
    store.record_reading("attic", Reading(20.0, 68.0), 0.1)


async def begin(text: Exposition) -> asyncio.Task[bytes]:
    task = asyncio.create_task(text.packed())
    await settle()
    return task


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_what_did_not_change_is_packed_once(text: Exposition, held: Held) -> None:
    first, second = await begin(text), await begin(text)
    held.end(0)
    assert await first is await second is await text.packed()
    assert len(held.begun) == 1


async def test_nobody_is_given_what_is_older_than_their_question(
    store: Store, text: Exposition, held: Held
) -> None:
    early = await begin(text)
    poll(store)
    late = [await begin(text) for _ in range(20)]
    assert len(held.begun) == 1
    held.end(0)
    await settle()
    assert polls_in(await early) == 0
    assert len(held.begun) == 2
    held.end(1)
    assert [polls_in(await task) for task in late] == [1] * 20
    assert len(held.begun) == 2


async def test_who_waits_for_the_next_is_not_put_off_by_a_poll_after_it_began(
    store: Store, text: Exposition, held: Held
) -> None:
    await begin(text)
    poll(store)
    first, second = await begin(text), await begin(text)
    held.end(0)
    await settle()
    poll(store)
    held.end(1)
    assert polls_in(await first) == polls_in(await second) == 1
    assert len(held.begun) == 2


async def test_one_who_goes_does_not_take_the_answer_of_the_others(
    text: Exposition, held: Held
) -> None:
    leaving, staying = await begin(text), await begin(text)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    held.end(0)
    assert polls_in(await staying) == 0


@pytest.mark.parametrize("compress", [standard, fastest(), fast])
async def test_every_compressor_gives_gzip(compress: packing.Compress) -> None:
    for text in (b"", b"a", b"pico_up 1\n" * 50_000):
        packed = await Packer(compress).pack(text)
        assert gzip.decompress(packed) == text


async def test_only_what_is_large_goes_to_a_thread() -> None:
    threads: list[int] = []

    def compress(text: bytes) -> bytes:
        threads.append(threading.get_ident())
        return text

    packer = Packer(compress)
    await packer.pack(bytes(packing.INLINE_MOST_BYTES))
    await packer.pack(bytes(packing.INLINE_MOST_BYTES + 1))
    here = threading.get_ident()
    assert [thread == here for thread in threads] == [True, False]


async def test_without_isal_the_standard_library_packs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    assert fastest() is standard
