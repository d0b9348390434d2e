"""In: what boards say they are. Out: picotemp runs on them, or the remedy."""

import pytest

from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.usb.supported import require, shown, version_of, version_text

PICO_W = "Raspberry Pi Pico W with RP2040"
BOOTSEL = "hold BOOTSEL while plugging"
PLAIN_REMEDY = (
    "; if it is one, it has another board's MicroPython: take "
    f"https://micropython.org/download/RPI_PICO_W/, {BOOTSEL} it in, then: "
    "picotemp-flash --uf2 FILE"
)


@pytest.mark.parametrize("version", [(1, 26, 0, ""), (1, 29, 0, "preview"), (2, 0, 0)])
@pytest.mark.parametrize(
    "machine",
    [
        PICO_W,
        "Raspberry Pi Pico 2 W with RP2350",
        "Raspberry Pi Pico 2 W with RP2350-RISCV",
    ],
)
def test_a_board_with_wifi_and_a_new_micropython_will_do(
    version: tuple[object, ...], machine: str
) -> None:
    require(version, machine)


@pytest.mark.parametrize("version", [(1, 25, 0, ""), (1, 9, 4), ()])
def test_a_micropython_before_1_26_is_too_old(version: tuple[object, ...]) -> None:
    with pytest.raises(FlashError) as error:
        require(version, PICO_W)
    assert error.value.kind is Kind.MICROPYTHON_TOO_OLD
    assert str(error.value) == (
        f"MicroPython {version_text(version)} is too old, picotemp needs 1.26 or "
        "newer: download the latest release's .uf2 from "
        f"https://micropython.org/download/RPI_PICO_W/, {BOOTSEL} the board in, "
        "then: picotemp-flash --uf2 FILE"
    )


@pytest.mark.parametrize(
    ("machine", "remedy"),
    [
        (
            "Raspberry Pi Pico with RP2040",
            PLAIN_REMEDY,
        ),
        ("Generic ESP32 module with ESP32", ": plug in one of those"),
        ("Raspberry Pi Pico W with RP2350", None),
        ("Raspberry Pi Pico W", ": plug in one of those"),
        ("\x1b[2J with RP2040", None),
    ],
)
def test_another_board_is_refused_before_its_version_is_looked_at(
    machine: str, remedy: str | None
) -> None:
    with pytest.raises(FlashError) as error:
        require((1, 9), machine)
    assert error.value.kind is Kind.WRONG_BOARD
    begin = f"the board says it is {machine}, picotemp needs a Raspberry Pi Pico W or "
    begin = begin.replace("\x1b", "?")
    text = str(error.value)
    assert text.startswith(begin + "Pico 2 W")
    assert remedy is None or text == f"{begin}Pico 2 W{remedy}"


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.29.0", (1, 29, 0, "")),
        ("1.29.0-preview", (1, 29, 0, "preview")),
        ("1.30.0-preview.7.gabc", (1, 30, 0, "preview.7.gabc")),
    ],
)
def test_a_version_is_the_same_as_text_and_as_numbers(
    text: str, version: tuple[object, ...]
) -> None:
    assert version_of(text) == version
    assert version_text(version) == text


def test_what_a_board_says_moves_no_cursor() -> None:
    assert shown("Pico\x1b[2J\n\u202eW" + "!" * 99) == "Pico?[2J??W" + "!" * 69
