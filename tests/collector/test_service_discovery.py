"""In: devices, and askers of all kinds. Out: the list that http_sd is promised."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from collector.running import device
from picotemp_collector.config.shapes import Listen
from picotemp_collector.lifecycle import Lifecycle, serving
from picotemp_collector.listening import bind
from picotemp_collector.outlets.service_discovery import (
    make_service_discovery_handler,
    render,
)
from picotemp_collector.readings.device import Device
from picotemp_collector.web import make_web_app

COLLECTOR = URL("http://picotemp.lan:3030")


@asynccontextmanager
async def served(
    devices: Sequence[Device], external_url: URL | None = None
) -> AsyncIterator[int]:
    """Serve /sd; give the port."""
    handler = make_service_discovery_handler(lambda: devices, lambda: external_url)
    bound = bind(Listen("127.0.0.1", 0))
    port: int = bound.getsockname()[1]
    async with serving(make_web_app({"/sd": handler}), bound, Lifecycle()):
        yield port


async def ask(port: int, *headers: str) -> tuple[str, str, bytes]:
    """Ask with exactly these headers; give the status, the content type, the body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = ("GET /sd HTTP/1.1", *headers, "Connection: close", "", "")
    writer.write("\r\n".join(lines).encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    status = head.split(b" ", 2)[1].decode()
    [content_type] = [
        line.partition(b": ")[2].decode()
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-type")
    ]
    return status, content_type, body


async def targets_for(host: str, external_url: URL | None = None) -> object:
    async with served([device("attic")], external_url) as port:
        status, content_type, body = await ask(port, f"Host: {host}")
    assert (status, content_type) == ("200", "application/json")
    return json.loads(body)


def group(target: str, name: str = "attic", **labels: str) -> dict[str, object]:
    return {
        "targets": [target],
        "labels": {
            "__metrics_path__": "/probe",
            "__param_target": name,
            "device": name,
            **labels,
        },
    }


@pytest.mark.parametrize(
    ("host", "target"),
    [
        ("picotemp.lan:3030", "picotemp.lan:3030"),
        ("10.0.0.7:3030", "10.0.0.7:3030"),
        ("[fd00::7]:3030", "[fd00::7]:3030"),
        ("picotemp.lan", "picotemp.lan:80"),
        ("picotemp_1", "picotemp_1:80"),
    ],
)
async def test_each_device_is_a_target_where_the_asker_found_us(
    host: str, target: str
) -> None:
    assert await targets_for(host) == [group(target)]


@pytest.mark.parametrize(
    ("external_url", "expected"),
    [
        ("http://picotemp.example", group("picotemp.example:80")),
        (
            "https://picotemp.example/house/",
            group(
                "picotemp.example:443",
                __metrics_path__="/house/probe",
                __scheme__="https",
            ),
        ),
        ("https://[fd00::7]:8443", group("[fd00::7]:8443", __scheme__="https")),
    ],
)
async def test_each_device_is_a_target_at_the_external_url_if_there_is_one(
    external_url: str, expected: dict[str, object]
) -> None:
    assert await targets_for("inside:3030", URL(external_url)) == [expected]


@pytest.mark.parametrize(
    "headers",
    [
        [],
        ["Host:"],
        ["Host: :3030"],
        ["Host: a:b"],
        ["Host: a:0"],
        ["Host: a:65536"],
        ["Host: a b"],
        ["Host: a/b"],
        ["Host: a@b"],
        ["Host: a?b"],
        ["Host: {{x}}"],
        ['Host: a"b'],
        ["Host: [fd00::x]"],
        ["Host: fd00::7"],
        ["Host: " + "a" * 300],
        ["Host: a", "Host: b"],
    ],
)
async def test_a_host_that_is_none_is_never_advertised(headers: list[str]) -> None:
    async with served([device("attic")]) as port:
        status, _, body = await ask(port, *headers)
    assert status == "400"
    assert b"targets" not in body


async def test_without_devices_the_list_is_empty_and_not_missing() -> None:
    async with served([]) as port:
        status, content_type, body = await ask(port, "Host: a:1")
    assert (status, content_type) == ("200", "application/json")
    assert json.loads(body) == []


async def test_a_device_that_goes_leaves_the_list_at_once() -> None:
    devices = [device("attic"), device("cellar")]
    async with served(devices) as port:
        names = []
        for _ in range(3):
            _, _, body = await ask(port, "Host: a:1")
            names.append([each["labels"]["device"] for each in json.loads(body)])
            devices.reverse()
            del devices[1:]
    assert names == [["attic", "cellar"], ["cellar"], ["cellar"]]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_names_of_any_text_come_back_the_same(names: list[str]) -> None:
    listed = json.loads(render(names, COLLECTOR))
    assert listed == [group("picotemp.lan:3030", name) for name in names]


async def test_a_list_is_made_once_for_all_who_ask_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[URL] = []

    def make(names: Sequence[str], url: URL) -> bytes:
        made.append(url)
        return render(names, url)

    monkeypatch.setattr("picotemp_collector.outlets.service_discovery.render", make)
    devices = [device("attic")]
    async with served(devices) as port:
        for host in ("a:1", "b:1", "a:1", "b:1"):
            await ask(port, f"Host: {host}")
        assert [url.host for url in made] == ["a", "b"]
        devices.append(device("cellar"))
        await ask(port, "Host: a:1")
    assert len(made) == 3
