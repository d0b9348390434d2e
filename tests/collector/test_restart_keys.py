"""In: every key of the configuration. Out: it follows a reload, or says so."""

from attrs import evolve

from collector.running import config_of, device
from picotemp_collector.config.load import known_keys
from picotemp_collector.config.shapes import (
    Count,
    Listen,
    LogFormat,
    LogLevel,
    LogSettings,
    PollSettings,
    Seconds,
    ServerSettings,
)
from picotemp_collector.in_force import TAKEN_UP_AT_START, need_restart

# These are asked for when they are needed, or each device has them.
FOLLOWED = {
    ("server", "external_url"),
    ("poll", "interval_seconds"),
    ("poll", "timeout_seconds"),
    ("poll", "shard"),
    ("log", "level"),
    ("probe", "max_age_seconds"),
    ("probe", "allowed_networks"),
    ("probe", "allowed_ports"),
    ("sources", "file_sd"),
    ("sources", "http_sd"),
    ("sources", "http_sd_interval_seconds"),
}


def test_every_key_follows_a_reload_or_says_that_it_needs_a_restart() -> None:
    assert set(known_keys()) == FOLLOWED | set(TAKEN_UP_AT_START)
    assert not FOLLOWED & set(TAKEN_UP_AT_START)


def test_keys_that_differ_from_those_of_the_start_need_a_restart() -> None:
    before = config_of(device())
    after = evolve(
        before,
        server=ServerSettings(Listen("", 3031)),
        poll=PollSettings(
            Seconds(9), concurrency=Count(9), info_interval_seconds=Seconds(9)
        ),
        log=LogSettings(LogLevel.DEBUG, LogFormat.JSON),
    )
    assert need_restart(before, after) == list(TAKEN_UP_AT_START)
    assert need_restart(before, evolve(before, log=LogSettings(LogLevel.DEBUG))) == []
