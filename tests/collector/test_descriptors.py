"""In: a limit of open files. Out: a part of it for each who needs some."""

import logging
import resource

import pytest

from picotemp_collector.descriptors import most_clients, most_requests, raise_limit


def limit_to(monkeypatch: pytest.MonkeyPatch, soft: int, hard: int) -> list[object]:
    """Say that this is the limit; give what it is set to after."""
    asked: list[object] = []
    monkeypatch.setattr("resource.getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr("resource.setrlimit", lambda _, limits: asked.append(limits))
    return asked


@pytest.mark.parametrize(
    ("soft", "most"), [(256, 64), (1 << 20, 512), (2, 1), (resource.RLIM_INFINITY, 512)]
)
def test_most_descriptors_are_left_to_the_polls(
    monkeypatch: pytest.MonkeyPatch, soft: int, most: int
) -> None:
    limit_to(monkeypatch, soft, soft)
    assert most_clients() == most


@pytest.mark.parametrize(
    ("soft", "most"), [(64, 32), (1, 1), (1024, 500), (resource.RLIM_INFINITY, 500)]
)
def test_no_more_are_asked_at_once_than_there_are_descriptors_for(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    soft: int,
    most: int,
) -> None:
    limit_to(monkeypatch, soft, soft)
    assert most_requests(500) == most
    warned = [record.getMessage() for record in caplog.records]
    text = "only %d devices are asked at once: raise the limit of files (ulimit -n)"
    assert warned == ([text % most] if most < 500 else [])
    assert all(record.levelno == logging.WARNING for record in caplog.records)


@pytest.mark.parametrize(
    ("soft", "hard", "becomes"),
    [
        (256, 4096, (4096, 4096)),
        (1024, 1 << 20, (32768, 1 << 20)),
        (256, resource.RLIM_INFINITY, (32768, resource.RLIM_INFINITY)),
        (1 << 20, 1 << 20, (1 << 20, 1 << 20)),
    ],
)
def test_a_low_limit_is_raised_as_far_as_it_may_be(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, becomes: object
) -> None:
    asked = limit_to(monkeypatch, soft, hard)
    raise_limit()
    assert asked == [becomes]


def test_a_limit_that_the_system_does_not_grant_is_asked_for_lower(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    granted: list[object] = []

    def grant(_what: int, limits: tuple[int, int]) -> None:
        if limits[0] > 10240:
            raise ValueError("not on this system")
        granted.append(limits)

    limit_to(monkeypatch, 256, resource.RLIM_INFINITY)
    monkeypatch.setattr("resource.setrlimit", grant)
    raise_limit()
    assert granted == [(10240, resource.RLIM_INFINITY)]


def test_no_limit_stays_none(monkeypatch: pytest.MonkeyPatch) -> None:
    no_limit = resource.RLIM_INFINITY
    asked = limit_to(monkeypatch, no_limit, no_limit)
    raise_limit()
    assert asked == []
