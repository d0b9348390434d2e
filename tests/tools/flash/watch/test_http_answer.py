"""In: whatever may answer at an address. Out: a version, a reading, or why neither."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from picotemp.answer import render, render_error
from picotemp.payload import build
from picotemp_tools.flash.watch.http_answer import NoAnswerError, Why, info, reading

HERE = "127.0.0.1"
BUSY = render_error(503, "busy", {"Retry-After": "0"})
READING = render(200, {}, build(21.5).encode())


@contextmanager
def serving(*answers: bytes, stays: bool = False) -> Iterator[tuple[int, list[bytes]]]:
    """Give a port where each connection gets the next answer, and the requests."""
    asked: list[bytes] = []
    over = threading.Event()

    def answer_all() -> None:
        for answer in answers:
            client, _ = listener.accept()
            with client:
                asked.append(client.recv(4096))
                client.sendall(answer)
                over.wait(30 if stays else 0)

    with socket.create_server((HERE, 0)) as listener, running(answer_all):
        yield listener.getsockname()[1], asked
        over.set()


@contextmanager
def running(job: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=job, daemon=True)
    thread.start()
    yield
    thread.join(30)


def why(*answers: bytes, seconds: float = 3, stays: bool = False) -> tuple[Why, str]:
    with (
        serving(*answers, stays=stays) as (port, _),
        pytest.raises(NoAnswerError) as caught,
    ):
        reading(HERE, port, seconds)
    return caught.value.why, str(caught.value)


def test_info_is_what_the_board_tells() -> None:
    told = {"version": "1.2.3", "id": "e661"}
    with serving(render(200, {}, json.dumps(told).encode())) as (port, asked):
        assert info(HERE, port) == told
    assert asked[0].startswith(b"GET /info HTTP/1.1\r\n")


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"version": 1}'])
def test_info_without_a_version_is_not_ours(body: bytes) -> None:
    with (
        serving(render(200, {}, body)) as (port, _),
        pytest.raises(NoAnswerError) as caught,
    ):
        info(HERE, port)
    assert caught.value.why is Why.NOT_OURS


def test_a_reading_is_one() -> None:
    with serving(READING) as (port, asked):
        assert reading(HERE, port) == (21.5, 70.7)
    assert asked[0].startswith(b"GET / HTTP/1.1\r\n")


def test_a_proxy_of_the_environment_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serving(READING) as (port, _):
        assert reading(HERE, port).celsius == 21.5


def test_a_busy_board_is_asked_again() -> None:
    with serving(BUSY, BUSY, READING) as (port, asked):
        assert reading(HERE, port).celsius == 21.5
    assert len(asked) == 3


def test_a_board_that_stays_busy_is_told_to_be() -> None:
    busy = render_error(503, "busy", {"Retry-After": "60"})
    assert why(busy) == (Why.BUSY, "the board is busy with others")


def test_a_sensor_that_is_refused_is_told_in_the_board_s_words() -> None:
    assert why(render_error(503, "no change")) == (Why.TROUBLE, "no change")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (render(200, {}, b"<html>"), "the answer is not JSON"),
        (render(200, {}, b"[" * 4000), "the answer is not JSON"),
        (render(200, {}, b"\xff"), "the answer is not JSON"),
        (render(200, {}, b"[]"), "the answer is not a JSON object"),
        (render(200, {}, b'{"tempC": 21}'), "the key tempF is missing"),
        (render(200, {}, b" " * 5000), "the answer is too long"),
        (render(302, {"Location": "/x"}, b""), "status 302"),
        (render_error(404, "no such path"), "status 404"),
        (render(503, {}, b"none"), "status 503"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "the answer is not HTTP"),
    ],
)
def test_what_is_no_reading_is_told_to_be_none(answer: bytes, text: str) -> None:
    assert why(answer) == (Why.NOT_OURS, text)


def test_a_port_where_nobody_listens_is_silent() -> None:
    with socket.create_server((HERE, 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NoAnswerError) as caught:
        reading(HERE, port)
    assert caught.value.why is Why.SILENT


def test_an_answer_that_breaks_off_is_silence() -> None:
    assert why(READING[:-5]) == (Why.SILENT, "the answer broke off")
    assert why(b"")[0] is Why.SILENT


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.0 200 OK\r\nA: b", READING[:-5]])
def test_who_does_not_come_to_an_end_is_silent_when_the_time_is_over(
    begun: bytes,
) -> None:
    assert why(begun, seconds=0.3, stays=True)[0] is Why.SILENT


def test_who_never_falls_silent_but_never_ends_is_left_when_the_time_is_over() -> None:
    sent: list[int] = []

    def dribble() -> None:
        client, _ = listener.accept()
        with client, contextlib.suppress(OSError):
            for number in range(50):
                client.sendall(b"HTTP/1.0 200 OK\r\nA: b"[number : number + 1] or b"b")
                sent.append(number)
                time.sleep(0.1)

    with (
        socket.create_server((HERE, 0)) as listener,
        running(dribble),
        pytest.raises(NoAnswerError) as caught,
    ):
        reading(HERE, listener.getsockname()[1], 0.3)
    assert caught.value.why is Why.SILENT
    assert len(sent) < 50
