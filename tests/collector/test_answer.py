"""In: answers of every kind. Out: the reading, or the right reason for none."""

import time

import pytest

from collector.asking import failure_of
from collector.fake_device import FakeDevice, Script
from collector.running import device
from picotemp_collector.devices.client import Client
from picotemp_collector.errors import FailureReason

ANSWERS: dict[str, tuple[bytes, FailureReason]] = {
    "nan": (b'{"tempC": NaN, "tempF": NaN}', FailureReason.BAD_JSON),
    "infinity": (b'{"tempC": Infinity, "tempF": 1}', FailureReason.BAD_JSON),
    "1e999": (b'{"tempC": 1e999, "tempF": 1e999}', FailureReason.BAD_READING),
    "html": (b"<html><body>Router login</body></html>", FailureReason.BAD_JSON),
    "nothing": (b"", FailureReason.BAD_JSON),
    "half": (b'{"tempC": 27.0', FailureReason.BAD_JSON),
    "not utf-8": (b'{"tempC": "\xff"}', FailureReason.BAD_JSON),
    "nested": (b"[" * 4000, FailureReason.BAD_JSON),
    "digits": (b'{"tempC": ' + b"9" * 4000, FailureReason.BAD_JSON),
    "strings": (b'{"tempC": "27.04", "tempF": "80.67"}', FailureReason.BAD_READING),
    "booleans": (b'{"tempC": true, "tempF": true}', FailureReason.BAD_READING),
    "null": (b'{"tempC": null, "tempF": null}', FailureReason.BAD_READING),
    "list": (b"[27.04, 80.67]", FailureReason.BAD_READING),
    "one key": (b'{"tempC": 27.04}', FailureReason.BAD_READING),
    "disagree": (b'{"tempC": 27.04, "tempF": 32}', FailureReason.BAD_READING),
    "too hot": (b'{"tempC": 125.01, "tempF": 257.02}', FailureReason.BAD_READING),
    "too cold": (b'{"tempC": -127, "tempF": -196.6}', FailureReason.BAD_READING),
    "too long": (b'{"a": "' + b"x" * 4096 + b'"}', FailureReason.TOO_LARGE),
}


@pytest.mark.parametrize("kind", ANSWERS)
async def test_a_wrong_body_is_no_reading(
    kind: str, client: Client, fake: FakeDevice
) -> None:
    body, reason = ANSWERS[kind]
    fake.follow(fake.answer(body))
    assert (await failure_of(client, device(url=fake.url))).reason is reason


@pytest.mark.parametrize("status", [203, 206, 301, 307, 401, 404, 500, 502])
async def test_any_status_but_200_is_no_reading(
    status: int, client: Client, fake: FakeDevice
) -> None:
    fake.follow(fake.answer(status=status, headers=f"Location: {fake.url}/x\r\n"))
    failure = await failure_of(client, device(url=fake.url))
    assert failure.reason is FailureReason.HTTP_STATUS
    assert str(status) in failure.detail
    assert fake.requests == ["/"], "a redirect is not followed"


async def test_a_sensor_that_is_not_trusted_is_told_with_its_words(
    client: Client, fake: FakeDevice
) -> None:
    fake.follow(fake.answer(b'{"error": "stuck\\nat \\ud800 0"}', status=503))
    failure = await failure_of(client, device(url=fake.url))
    assert failure.reason is FailureReason.SENSOR
    assert failure.detail.endswith(": stuck at 0")


async def test_a_503_of_someone_else_is_a_status(
    client: Client, fake: FakeDevice
) -> None:
    fake.follow(fake.answer(b"<h1>Service unavailable</h1>", status=503))
    failure = await failure_of(client, device(url=fake.url))
    assert failure.reason is FailureReason.HTTP_STATUS


def _busy(fake: FakeDevice, retry_after: str) -> Script:
    headers = f"Retry-After: {retry_after}\r\n"
    return fake.answer(b'{"error": "busy"}', status=503, headers=headers)


@pytest.mark.parametrize("retry_after", ["0", "1", "soon", "-1", "1.5"])
async def test_a_busy_board_is_asked_again_within_the_same_poll(
    retry_after: str, client: Client, fake: FakeDevice
) -> None:
    fake.follow(_busy(fake, retry_after), fake.answer())
    assert (await client.read(device(url=fake.url))).celsius == 27.04
    assert fake.requests == ["/", "/"]


async def test_a_board_that_stays_busy_is_busy_and_not_hammered(
    client: Client, fake: FakeDevice
) -> None:
    fake.follow(_busy(fake, "0"))
    failure = await failure_of(client, device(url=fake.url, timeout_seconds=0.7))
    assert failure.reason is FailureReason.BUSY
    assert 2 <= len(fake.requests) <= 4


async def test_a_retry_after_beyond_the_deadline_is_not_waited_for(
    client: Client, fake: FakeDevice
) -> None:
    fake.follow(_busy(fake, "3600"))
    begun_seconds = time.monotonic()
    failure = await failure_of(client, device(url=fake.url, timeout_seconds=5))
    assert failure.reason is FailureReason.BUSY
    assert time.monotonic() - begun_seconds < 4


async def test_a_board_that_was_busy_and_then_hangs_is_busy(
    client: Client, fake: FakeDevice
) -> None:
    fake.follow(_busy(fake, "0"), fake.be_silent)
    failure = await failure_of(client, device(url=fake.url, timeout_seconds=0.5))
    assert failure.reason is FailureReason.BUSY
