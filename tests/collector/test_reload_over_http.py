"""In: a collector whose file is changed. Out: every outlet follows, or none does."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from collector.exposed import samples_of
from collector.fake_clock import FakeClock
from collector.fake_device import FakeDevice
from collector.running import Running, running_by
from picotemp_collector.config.load import Inputs, load

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]
HIDDEN = "geheim"
OUTLETS = ("/", "/metrics", "/health", "/api/v1/devices")
IS_GOOD = "picotemp_collector_config_last_reload_successful"
SHARD = "picotemp_collector_shard"
GOOD_AT = "picotemp_collector_config_last_reload_success_timestamp_seconds"


def write(file: Path, *names: str, more: str = "", url: str = "127.0.0.1:1") -> None:
    devices = "".join(f'[[devices]]\nname = "{n}"\nurl = "{url}"\n' for n in names)
    file.write_text(f"{more}\n{devices}")


def replace(file: Path, text: str | None) -> None:
    file.unlink()
    if text is not None:
        file.write_text(text)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "picotemp.toml"
    write(path, "attic", "cellar")
    return path


@pytest.fixture
async def house(clock: FakeClock, file: Path) -> AsyncIterator[Running]:
    async with running_by(partial(load, Inputs(file)), clock.clock, file) as started:
        yield started


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def reload(
    house: Running, session: aiohttp.ClientSession
) -> tuple[int, list[str]]:
    async with session.post(f"{house.url}/-/reload") as response:
        return response.status, (await response.text()).splitlines()


async def get(house: Running, session: aiohttp.ClientSession, path: str) -> str:
    async with session.get(house.url + path) as response:
        return await response.text()


async def names_in(
    house: Running, session: aiohttp.ClientSession
) -> Sequence[set[str]]:
    """Give the devices that each outlet shows."""
    page = await get(house, session, "/")
    async with session.get(f"{house.url}/health") as response:
        health = await response.json()
    async with session.get(f"{house.url}/api/v1/devices") as response:
        api = await response.json()
    samples = samples_of(await get(house, session, "/metrics"))
    return (
        {name for name in ("attic", "cellar", "den") if f">{name}<" in page},
        set(health["devices"]),
        {device["name"] for device in api["devices"]},
        {dict(labels)["device"] for name, labels in samples if name == "pico_up"},
    )


async def own_metrics(
    house: Running, session: aiohttp.ClientSession, clock: FakeClock
) -> dict[str, float]:
    clock.advance(1)  # they are told anew once a second
    samples = samples_of(await get(house, session, "/metrics"))
    return {name: value for (name, labels), value in samples.items() if not labels}


async def test_every_outlet_follows_before_the_answer_comes(
    house: Running, file: Path, session: aiohttp.ClientSession, clock: FakeClock
) -> None:
    assert await names_in(house, session) == ({"attic", "cellar"},) * 4
    write(file, "cellar", "den")
    assert await reload(house, session) == (200, ["reloaded"])
    assert await names_in(house, session) == ({"cellar", "den"},) * 4
    write(file, "den")
    clock.advance(60)
    assert (await reload(house, session))[0] == 200
    metrics = await own_metrics(house, session, clock)
    assert metrics["picotemp_collector_devices"] == 1
    assert (metrics[IS_GOOD], metrics[GOOD_AT]) == (1, 1_700_000_060)


async def test_the_shard_that_is_told_is_the_one_in_force(
    house: Running, file: Path, session: aiohttp.ClientSession, clock: FakeClock
) -> None:
    metrics = await own_metrics(house, session, clock)
    assert (metrics[f"{SHARD}_index"], metrics[f"{SHARD}s"]) == (0, 1)
    write(file, "attic", "cellar", more='[poll]\nshard = "1/2"')
    assert (await reload(house, session))[0] == 200
    metrics = await own_metrics(house, session, clock)
    assert (metrics[f"{SHARD}_index"], metrics[f"{SHARD}s"]) == (1, 2)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[devices]", "not TOML"),
        ('[poll]\nintervall_seconds = 1\n[[devices]]\nurl = "h"', "unknown key"),
        ('[[devices]]\nurl = "h"\n[[devices]]\nurl = "h"', "number 2: name"),
        ("", "no devices"),
        (None, "no such file"),
    ],
)
async def test_of_a_bad_file_nothing_is_in_force_and_everybody_says_so(
    text: str | None,
    problem: str,
    house: Running,
    file: Path,
    session: aiohttp.ClientSession,
    clock: FakeClock,
) -> None:
    clock.advance(60)
    replace(file, text)
    status, (stays, *problems) = await reload(house, session)
    assert (status, len(problems)) == (500, 1)
    assert "last good configuration" in stays
    assert problem in problems[0]
    assert await names_in(house, session) == ({"attic", "cellar"},) * 4
    async with session.get(f"{house.url}/health") as response:
        told = (await response.json())["configuration"]
    assert told["loaded"] == "2023-11-14T22:13:20.000+00:00"
    assert (told["ok"], told["problems"]) == (False, problems)
    assert problem in await get(house, session, "/")
    metrics = await own_metrics(house, session, clock)
    assert (metrics[IS_GOOD], metrics[GOOD_AT]) == (0, 1_700_000_000)

    write(file, "den")
    assert (await reload(house, session))[0] == 200
    async with session.get(f"{house.url}/health") as response:
        told = (await response.json())["configuration"]
    assert (told["ok"], told["problems"]) == (True, [])
    assert 'class="notice"' not in await get(house, session, "/")


async def test_what_needs_a_restart_is_said_and_the_rest_is_done(
    house: Running, file: Path, session: aiohttp.ClientSession
) -> None:
    write(file, "den", more='[server]\nlisten = ":3031"\n[poll]\nconcurrency = 7')
    status, lines = await reload(house, session)
    assert (status, lines[0]) == (200, "reloaded")
    assert [line.split()[0] for line in lines[1:]] == [
        "server.listen",
        "poll.concurrency",
    ]
    assert await names_in(house, session) == ({"den"},) * 4
    assert lines[1] in await get(house, session, "/")


@pytest.mark.parametrize(
    "bad",
    [
        f'[[devices]]\nurl = "http://u:{HIDDEN}@[::bad"',
        f'[[devices]]\nurl = "ftp://h/?token={HIDDEN}"',
        f'[[devices]]\nurl = "http://u:{HIDDEN}@h"\nurl = "http://u:{HIDDEN}@h"',
        f'[[devices]]\nurl = "http://u:{HIDDEN}@h"\npassword = "x@{HIDDEN}"',
        f'[sources]\nhttp_sd = ["http://u:{HIDDEN}@ bad"]',
    ],
)
async def test_no_secret_of_a_bad_file_is_told(
    bad: str,
    house: Running,
    file: Path,
    session: aiohttp.ClientSession,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    replace(file, bad)
    status, lines = await reload(house, session)
    told = [*lines, caplog.text]
    told += [await get(house, session, path) for path in OUTLETS]
    assert status == 500
    assert HIDDEN not in "\n".join(told)


async def test_only_post_reloads(
    house: Running, file: Path, session: aiohttp.ClientSession
) -> None:
    write(file, "den")
    for method in ("GET", "HEAD", "PUT"):
        async with session.request(method, f"{house.url}/-/reload") as response:
            assert response.status == 405
            assert response.headers["Allow"] == "POST"
    assert len(house.store) == 2


async def test_a_board_that_moved_shows_what_the_other_one_says(
    house: Running,
    file: Path,
    fake: FakeDevice,
    session: aiohttp.ClientSession,
    eventually: Eventually,
) -> None:
    write(file, "attic", url=fake.url)
    assert (await reload(house, session))[0] == 200
    await eventually(lambda: house.store.view("attic").up)
    write(file, "attic")
    assert (await reload(house, session))[0] == 200
    assert "27.04" not in await get(house, session, "/metrics")
