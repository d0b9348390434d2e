"""In: UF2 files, right and wrong in each way. Out: what they are, or the one reason."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.usb.uf2 import Image, check
from tools.flash.usb.uf2_file import (
    ABSOLUTE,
    ARM_NS,
    ARM_S,
    DATA,
    FLASH,
    PICO_2_W,
    PICO_W,
    RISCV,
    RP2040,
    block,
    blocks,
    e10,
    firmware,
    uf2,
)

SAMD51 = 0x55114460


def assert_refused(content: bytes, kind: Kind, reason: str) -> None:
    with pytest.raises(FlashError, match=reason) as error:
        check(content)
    assert error.value.kind is kind
    assert "download" in str(error.value)


def test_a_micropython_for_the_pico_w_is_accepted() -> None:
    expected = Image("RP2040", "Raspberry Pi Pico W", "1.29.0", 5 * 256)
    assert check(uf2()) == check(uf2(), "RP2040") == expected


@pytest.mark.parametrize("family", [ARM_S, RISCV, ARM_NS])
def test_one_for_the_pico_2_w_is_accepted_with_or_without_the_block_for_e10(
    family: int,
) -> None:
    image = uf2(PICO_2_W, family)
    expected = Image("RP2350", "Raspberry Pi Pico 2 W", "1.29.0", 5 * 256)
    assert check(image) == check(e10() + image) == expected


def test_the_block_for_e10_of_older_tools_is_accepted() -> None:
    older = block(0, 2, b"\xef" * 256, ABSOLUTE, address=0x10FFFF00)
    assert check(older + uf2(PICO_2_W, ARM_S)).chip == "RP2350"


def test_the_boards_name_is_found_where_its_banner_ends_a_longer_line() -> None:
    assert check(blocks((PICO_W + "\r\n").encode())).board == "Raspberry Pi Pico W"


@pytest.mark.parametrize(
    ("text", "family", "chip"),
    [(PICO_W, RP2040, "RP2040"), (PICO_2_W, ARM_S, "RP2350")],
)
def test_a_whole_micropython_is_accepted_its_last_block_padded(
    text: str, family: int, chip: str
) -> None:
    content = firmware(text, family)
    image = check(content, chip)
    assert (image.chip, image.version) == (chip, "1.29.0")
    e10_blocks = 0 if chip == "RP2040" else 1
    assert image.size_bytes == (len(content) // 512 - e10_blocks) * 256


def test_a_whole_micropython_of_another_board_is_refused() -> None:
    assert_refused(
        firmware(PICO_W.replace(" W", "")),
        Kind.WRONG_BOARD,
        "with RP2040, not for a Pico with Wi-Fi",
    )


def test_a_riscv_build_and_a_preview_are_accepted() -> None:
    text = "MicroPython v1.30.0-preview.7.gabcdef on 2026-09-01; "
    text += "Raspberry Pi Pico 2 W with RP2350-RISCV"
    assert check(e10() + uf2(text, RISCV)).version == "1.30.0-preview.7.gabcdef"


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (b"", Kind.BAD_UF2, "it is no UF2 file"),
        (b"PK\x03\x04" * 128, Kind.BAD_UF2, "it is no UF2 file"),
        (uf2()[:-1], Kind.BAD_UF2, "cut off in the middle of a block"),
        (uf2()[:-512], Kind.BAD_UF2, "has 4 blocks of 5"),
        (uf2() + uf2(), Kind.BAD_UF2, "block 5 .* says that it is block 0"),
        (uf2()[:512] + uf2()[1024:], Kind.BAD_UF2, "block 1 .* is block 2"),
        (uf2(family=ARM_S)[:512] + uf2()[512:], Kind.BAD_UF2, "it is mixed"),
        (e10(), Kind.BAD_UF2, "only the RP2350's"),
        (e10() + uf2(), Kind.BAD_UF2, "only the RP2350's"),
        (e10(address=FLASH) + uf2(PICO_2_W, ARM_S), Kind.BAD_UF2, "erratum E10"),
        (uf2(count=8193), Kind.BAD_UF2, "larger than the flash, 2 MiB"),
        (uf2(family=SAMD51), Kind.WRONG_BOARD, "another chip"),
        (uf2(family=DATA), Kind.WRONG_BOARD, "another chip"),
        (uf2("blink"), Kind.NOT_MICROPYTHON, "no MicroPython for a Pico"),
        (
            uf2(PICO_W.replace(" W", "")),
            Kind.WRONG_BOARD,
            "Raspberry Pi Pico with RP2040, not for a Pico with Wi-Fi",
        ),
        (uf2(PICO_2_W, RP2040), Kind.WRONG_BOARD, "RPI_PICO_W"),
        (uf2(PICO_W, ARM_S), Kind.WRONG_BOARD, "RPI_PICO2_W"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_way_of_being_wrong_has_its_reason(
    content: bytes, kind: Kind, reason: str
) -> None:
    assert_refused(content, kind, reason)


def test_a_file_for_the_other_chip_than_the_one_that_waits_is_refused() -> None:
    with pytest.raises(FlashError, match=r"for the RP2040, .* RP2350.*PICO2_W") as e:
        check(uf2(), "RP2350")
    assert e.value.kind is Kind.WRONG_BOARD


@given(data=st.data(), has_e10=st.booleans())
def test_any_single_changed_header_field_is_refused(
    data: st.DataObject, has_e10: bool
) -> None:
    content = bytearray(e10() + uf2(PICO_2_W, ARM_S) if has_e10 else uf2())
    fields = [*range(0, 32, 4), 508]
    at = data.draw(st.integers(0, len(content) // 512 - 1)) * 512
    at += data.draw(st.sampled_from(fields))
    change = data.draw(st.integers(1, 2**32 - 1) | st.sampled_from([1, 256, 0x8000]))
    (value,) = struct.unpack_from("<I", content, at)
    struct.pack_into("<I", content, at, value ^ change)
    with pytest.raises(FlashError):
        check(bytes(content))


@given(st.binary(max_size=2048), st.integers(0, 4))
def test_no_bytes_whatever_are_more_than_a_refusal(noise: bytes, blocks: int) -> None:
    with pytest.raises(FlashError):
        check(uf2()[: 512 * blocks] + noise)
