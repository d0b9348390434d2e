"""In: names of devices, i/n. Out: each name in one shard, the one Prometheus says."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.loading import loaded, problems_of
from picotemp_collector.config.describe import describe
from picotemp_collector.config.shard import Shard

BOARDS = {"PICO_SERVER_URL": "attic=h1,picotemp.local,[fd00::7]:8080,Küche=h2"}
names = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)


# The first two stand in Prometheus' own test of relabelling; the others are
# `printf %s NAME | md5sum | cut -c17-32`, from hexadecimal, modulo the count.
@pytest.mark.parametrize(
    ("name", "count", "index"),
    [
        ("baz", 1000, 976),
        ("foo\nbar", 1000, 734),
        ("attic", 10000, 174),
        ("picotemp.local", 10000, 7845),
        ("[fd00::7]:8080", 7, 4),
        ("Küche", 10000, 6276),
    ],
)
def test_a_name_is_in_the_shard_that_hashmod_gives(
    name: str, count: int, index: int
) -> None:
    assert [i for i in range(count) if Shard(i, count).holds(name)] == [index]


@given(names, st.integers(1, 100))
def test_every_name_is_in_exactly_one_shard(name: str, count: int) -> None:
    assert sum(Shard(index, count).holds(name) for index in range(count)) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0/3", Shard(0, 3)),
        ("2/3", Shard(2, 3)),
        (" 9999/10000 ", Shard(9999, 10000)),
        ("0/1", None),
    ],
)
def test_a_shard_is_written_as_index_and_count(
    text: str, expected: Shard | None
) -> None:
    config = loaded(environment={**BOARDS, "PICOTEMP_POLL_SHARD": text})
    assert config.poll.shard == expected


@pytest.mark.parametrize(
    "text",
    ["3", "0/0", "/3", "0/", "-1/3", "0/10001", "0/3/3", "a/b", "1.0/3", "0 / 3"],
)
def test_what_is_no_shard_is_a_problem(text: str) -> None:
    flags = {("poll", "shard"): ("--shard", text)}
    [problem] = problems_of(None, BOARDS, flags)
    assert problem == (
        "--shard: poll.shard: expected INDEX/COUNT such as 0/3, the first of three,"
        f' of at most 10000, given "{text}"'
    )


@pytest.mark.parametrize(("text", "most"), [("3/3", 2), ("1/1", 0), ("99999/7", 6)])
def test_an_index_counts_from_0_and_ends_before_the_count(text: str, most: int) -> None:
    flags = {("poll", "shard"): ("--shard", text)}
    count = text.partition("/")[2]
    [problem] = problems_of(None, BOARDS, flags)
    assert problem == (
        f"--shard: poll.shard: expected an index from 0 to {most} before /{count},"
        f' given "{text}"'
    )


@pytest.mark.parametrize("raw", ["1", "true", "0.5", "[0, 3]", "{}"])
def test_a_shard_in_a_file_is_a_text(raw: str, tmp_path: Path) -> None:
    file = tmp_path / "collector.toml"
    file.write_text(f"poll.shard = {raw}\n")
    [problem] = problems_of(file, BOARDS)
    assert problem.startswith(f"{file}: poll.shard: expected INDEX/COUNT")


def test_a_shard_has_its_own_devices_and_the_configuration_all() -> None:
    own = {}
    for index in range(3):
        environment = {**BOARDS, "PICOTEMP_POLL_SHARD": f"{index}/3"}
        config = loaded(environment=environment)
        own[index] = [device.name for device in config.poll.own(config.devices)]
        assert len(config.devices) == 4
    assert own == {
        0: ["picotemp.local", "[fd00::7]:8080", "Küche"],
        1: [],
        2: ["attic"],
    }


def test_without_a_shard_all_devices_are_own_ones() -> None:
    config = loaded(environment=BOARDS)
    assert config.poll.own(config.devices) == config.devices
    assert 'shard = "0/1"' in describe(config).splitlines()
