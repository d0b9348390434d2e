"""In: a board that runs MicroPython, real mpremote. Out: its settings are others."""

import asyncio
import json
import logging
import traceback
import urllib.request
from pathlib import Path

import pytest

from picotemp_tools.emulator.place import PASSWORD
from picotemp_tools.flash.board.session import Session
from picotemp_tools.flash.errors import FlashError
from picotemp_tools.flash.settings.backup import backup, restore
from picotemp_tools.flash.settings.questions import Given
from picotemp_tools.flash.settings.stored import Board, load
from picotemp_tools.flash.settings.verbs import change, changes, edit, get
from tools.emulator.port import Ported
from tools.flash.settings.fake_asker import FakeAsker

LIMIT_SECONDS = 10


def hostname(url: str) -> object:
    answer = urllib.request.urlopen(f"{url}/info", timeout=LIMIT_SECONDS)  # noqa: S310 a board's
    with answer:
        return json.load(answer)["hostname"]


async def test_a_new_hostname_is_the_boards_after_its_reset(serving: Ported) -> None:
    def give_name() -> tuple[bool, dict[str, object] | None]:
        wanted = changes(["hostname=shed"], Given(), FakeAsker())
        with Session(serving.port.path) as session:
            return change(session, wanted, print), load(session)

    is_changed, settings = await asyncio.to_thread(give_name)
    await serving.board.wait_until_serving()
    assert is_changed
    assert await asyncio.to_thread(hostname, serving.board.url) == "shed"
    assert settings == {"ssid": "emulated", "password": PASSWORD, "hostname": "shed"}


def show_and_change(board: Board, file: Path) -> list[str]:
    """Do all that is done with a board; give how what was refused is told."""
    for is_json in (True, False):
        get(board, None, is_json, print)
    backup(board, file, False, print)
    given = Given({"PICOTEMP_WIFI_PASSWORD": PASSWORD})
    change(board, changes(["password", "hostname=shed"], given, FakeAsker()), print)
    restore(board, file, print)
    file.write_text(f'{{"password": "{PASSWORD}')
    with pytest.raises(FlashError) as unreadable:
        restore(board, file, print)
    with pytest.raises(FlashError) as bad:
        change(board, {"port": 0, "password": PASSWORD * 9}, print)
    errors = (unreadable.value, bad.value)
    return [line for error in errors for line in traceback.format_exception(error)]


async def test_the_password_is_in_nothing_that_is_printed_or_logged(
    serving: Ported,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    loop = asyncio.get_running_loop()

    def typed(file: Path) -> None:
        up = asyncio.run_coroutine_threadsafe(serving.board.wait_until_serving(), loop)
        up.result()  # a board that is just starting is not reached
        file.write_text(file.read_text().replace('"picotemp"', '"attic"'))

    def reach() -> Session:
        return Session(serving.port.path)

    def work() -> list[str]:
        with reach() as session:
            return show_and_change(session, tmp_path / "backup")

    said = await asyncio.to_thread(work)
    await serving.board.wait_until_serving()
    assert await asyncio.to_thread(edit, reach, FakeAsker(is_here=True), print, typed)
    said += [*capfd.readouterr(), caplog.text]
    everything = "\n".join(said)
    assert "password = (set)" in everything
    assert PASSWORD not in everything
