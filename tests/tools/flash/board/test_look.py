"""In: boards full of whatever. Out: what decides the steps is seen, and seen right."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from picotemp_tools.emulator import FlashImage, image
from picotemp_tools.flash.board.look import look
from picotemp_tools.flash.board.session import Session
from picotemp_tools.flash.errors import FlashError, Kind
from tools.emulator.port import PortRunner

FlashOf = Callable[[dict[str, bytes]], FlashImage]
ENDLESS = "while True:\n    pass\n"


@pytest.fixture
def flash_of(tmp_path: Path) -> FlashOf:
    """Give what makes a flash of files."""

    def make(files: dict[str, bytes]) -> FlashImage:
        (tmp_path / "flash").write_bytes(image.made(files))
        return FlashImage(tmp_path / "flash")

    return make


async def test_what_is_free_is_counted_right_however_many_folders_there_are(
    ported: PortRunner,
) -> None:
    folders = 60

    def use(session: Session) -> None:
        before = look(session).free_bytes
        for number in range(folders):
            session.call("make_folder", f"/f{number}")
        # Each takes two blocks, and the list of them some more.
        used = before - look(session).free_bytes
        assert folders * 2 * 4096 <= used <= folders * 2 * 4096 + 8 * 4096

    async with ported(ENDLESS) as one:
        await asyncio.to_thread(_with, one.port.path, use)


async def test_a_board_with_hundreds_of_files_is_looked_at_all_the_same(
    ported: PortRunner, flash_of: FlashOf
) -> None:
    files = {f"/app/{'0' * 12}/{number:03}": b"x" for number in range(300)}
    files |= {f"/app/mine/{number:03}": b"x" for number in range(100)}

    def use(session: Session) -> None:
        found = look(session)
        assert len(found.folders["0" * 12]) == 300
        assert found.folders["mine"] == {}

    async with ported(ENDLESS, flash=flash_of(files)) as one:
        await asyncio.to_thread(_with, one.port.path, use)


@pytest.mark.parametrize("path", ["/main.py", "/app/current", "/app/main.new"])
async def test_a_folder_where_a_file_of_ours_goes_is_told_before_anything_is_done(
    ported: PortRunner, flash_of: FlashOf, path: str
) -> None:
    def use(session: Session) -> None:
        with pytest.raises(FlashError, match=f"mpremote rm -r :{path[1:]}") as raised:
            look(session)
        assert raised.value.kind is Kind.FILESYSTEM_UNREADABLE

    async with ported(ENDLESS, flash=flash_of({f"{path}/x": b"x"})) as one:
        await asyncio.to_thread(_with, one.port.path, use)


def _with(path: str, use: Callable[[Session], object]) -> None:
    with Session(path) as session:
        use(session)
