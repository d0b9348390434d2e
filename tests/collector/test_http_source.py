"""In: an http_sd server, right and wrong. Out: its list; at any fault the last good."""

import base64
import json
import logging
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest

from collector.sd_server import SdServer
from picotemp_collector.config.device_url import device_url
from picotemp_collector.devices.resolver import DaemonResolver
from picotemp_collector.devices.session_client import open_session, tcp_connector
from picotemp_collector.sources import http_source
from picotemp_collector.sources.http_source import HttpSource

INTERVAL_SECONDS = 60.0


class Asking:
    """A source that is asked with the project's own session."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.source = HttpSource(device_url(url))

    async def ask(self, interval_seconds: float = INTERVAL_SECONDS) -> list[str]:
        await self.source.refresh(self.session, interval_seconds, lambda: 7.0)
        return [one.settings.url.name for one in self.source.kept.entries]

    @property
    def problems(self) -> tuple[str, ...]:
        return self.source.kept.problems


@pytest.fixture
async def own_session() -> AsyncIterator[aiohttp.ClientSession]:
    resolver = DaemonResolver()
    async with open_session(tcp_connector(resolver)) as opened:
        yield opened
    await resolver.close()


@pytest.fixture
async def asking(own_session: aiohttp.ClientSession, sd: SdServer) -> Asking:
    """Give a source that has a good list of one device."""
    sd.list_targets("10.0.0.1")
    asking = Asking(own_session, sd.url)
    assert await asking.ask() == ["10.0.0.1"]
    return asking


async def kept_because(asking: Asking) -> str:
    """Ask; give why the list did not change."""
    failures_before = asking.source.kept.failure_count
    assert await asking.ask() == ["10.0.0.1"]
    kept = asking.source.kept
    assert not kept.is_current
    assert kept.failure_count == failures_before + 1
    (problem,) = asking.problems
    return problem.removeprefix(f"{kept.origin}: ")


async def test_it_is_asked_as_prometheus_asks(asking: Asking, sd: SdServer) -> None:
    await asking.ask(interval_seconds=0.5)
    first, second = sd.asked
    assert first.headers["X-Prometheus-Refresh-Interval-Seconds"] == "60"
    assert second.headers["X-Prometheus-Refresh-Interval-Seconds"] == "0.5"
    assert first.headers["Accept"] == "application/json"
    assert first.headers["User-Agent"].startswith("picotemp-collector/")


async def test_a_good_list_takes_the_place_of_the_old_one(
    asking: Asking, sd: SdServer
) -> None:
    sd.list_targets("10.0.0.2", "10.0.0.3")
    assert await asking.ask() == ["10.0.0.2", "10.0.0.3"]
    kept = asking.source.kept
    assert (kept.is_current, kept.failure_count) == (True, 0)
    assert kept.last_success_unix_seconds == 7.0


async def test_an_empty_list_is_an_empty_list(asking: Asking, sd: SdServer) -> None:
    sd.body = b"[]"
    assert await asking.ask() == []
    assert asking.problems == ()


@pytest.mark.parametrize("status", [204, 301, 404, 500, 503])
async def test_no_status_but_200_gives_a_list(
    status: int, asking: Asking, sd: SdServer
) -> None:
    sd.list_targets("10.0.0.2")
    sd.status, sd.headers["Location"] = status, sd.url
    assert await kept_because(asking) == f"expected status 200, given {status}"
    assert len(sd.asked) == 2


@pytest.mark.parametrize(
    "text", ["application/json; charset=UTF-8", "Application/JSON"]
)
async def test_json_is_json_however_it_is_called(
    text: str, asking: Asking, sd: SdServer
) -> None:
    sd.body, sd.headers["Content-Type"] = b"[]", text
    assert await asking.ask() == []


@pytest.mark.parametrize("text", ["text/html", "application/jsonp", "text/json"])
async def test_what_is_not_called_json_is_no_list(
    text: str, asking: Asking, sd: SdServer
) -> None:
    sd.body, sd.headers["Content-Type"] = b"[]", text
    assert await kept_because(asking) == (
        f"expected Content-Type application/json, given {text}"
    )


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'[{"targets": ["10', "not JSON: Unterminated string starting at"),
        (b"<html>", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"[" * 100_000, "not JSON: a number or a nesting without end"),
        (b'{"targets": []}', "expected a list of target groups, given a table"),
        (b'[{"targets": [1]}]', "group 1: target 1: expected a text, given 1"),
    ],
)
async def test_a_broken_body_is_no_list(
    body: bytes, why: str, asking: Asking, sd: SdServer
) -> None:
    sd.body = body
    assert (await kept_because(asking)).startswith(why)


async def test_a_compressed_body_is_refused(asking: Asking, sd: SdServer) -> None:
    sd.headers["Content-Encoding"] = "gzip"
    assert "Content-Encoding" in await kept_because(asking)
    assert sd.asked[-1].headers["Accept-Encoding"] == "identity"


async def test_a_body_without_end_is_not_read_to_it(
    asking: Asking, sd: SdServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_source, "MOST_BYTES", 1000)
    sd.body = b"[" + b" " * 998 + b"]"
    assert await asking.ask() == []
    sd.list_targets("10.0.0.1")
    await asking.ask()
    sd.body = b"[" + b" " * 999 + b"]"
    assert await kept_because(asking) == "more than 1000 bytes"


async def test_silence_ends_with_the_timeout(
    asking: Asking, sd: SdServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_source, "TIMEOUT_SECONDS", 0.05)
    sd.is_silent = True
    assert await kept_because(asking) == "no whole answer within 0.05 s"


async def test_nobody_there_is_no_list(own_session: aiohttp.ClientSession) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        asking = Asking(own_session, f"http://127.0.0.1:{bound.getsockname()[1]}/sd")
        assert await asking.ask() == []
    assert asking.problems[0].endswith(": connection refused")
    assert asking.source.kept.last_success_unix_seconds is None


async def test_a_password_is_sent_and_never_told(
    own_session: aiohttp.ClientSession,
    sd: SdServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    asking = Asking(own_session, sd.url.replace("//", "//robot:s3cret@") + "?t=k3y")
    await asking.ask()
    sent = base64.b64encode(b"robot:s3cret").decode()
    assert sd.asked[0].headers["Authorization"] == f"Basic {sent}"
    sd.status = 401
    await asking.ask()
    sd.is_silent = True
    await asking.ask(interval_seconds=0.05)
    told = " ".join([*asking.problems, asking.source.kept.origin, caplog.text])
    assert "s3cret" not in told
    assert "k3y" not in told
    assert asking.source.kept.failure_count == 2


async def test_an_equal_answer_is_not_read_again(asking: Asking, sd: SdServer) -> None:
    first = asking.source.kept.entries
    sd.status = 500
    await kept_because(asking)
    sd.status = 200
    await asking.ask()
    assert asking.source.kept.entries is first
    sd.body = json.dumps([{"targets": []}]).encode()
    assert await asking.ask() == []
