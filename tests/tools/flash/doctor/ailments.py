"""In: a board that is well. Out: one thing is wrong, for each that can be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.watch.http_answer import NoAnswerError, Why
from tools.flash.doctor.fake_patient import PORT, PROGRAM, SETTINGS, STARTED, Patient
from tools.flash.planning.model_board import ModelBoard
from tools.flash.usb.fake_host import BOOTSEL_RP2040, DEBUG_PROBE

PICO_2_W = "Raspberry Pi Pico 2 W with RP2350"


def twice(reason: str) -> tuple[str, ...]:
    return (STARTED, *(2 * (f"join_failed reason={reason} times=1",)))


def put_bootloader(patient: Patient) -> None:
    patient.host.ports = []
    patient.host.has_usb("1-1", BOOTSEL_RP2040, None)


# What is wrong, which check sees it, and which exit code says so.
AILMENTS: dict[str, tuple[Callable[[Patient], object], str, int]] = {
    "no cable": (lambda it: it.host.ports.clear(), "port", 10),
    "two boards": (
        lambda it: it.host.ports.append(replace(PORT, device="/dev/ttyACM1")),
        "port",
        13,
    ),
    "no right": (lambda it: it.host.locked.add(PORT.device), "permission", 11),
    "a terminal holds it": (
        lambda it: it.host.runs(4711, "minicom", PORT.device),
        "use",
        12,
    ),
    "BOOTSEL was held": (put_bootloader, "mode", 14),
    "a debug probe": (
        lambda it: setattr(it.host, "ports", [replace(PORT, pid=DEBUG_PROBE)]),
        "micropython",
        15,
    ),
    "it does not answer": (
        lambda it: setattr(it, "refusal", FlashError(Kind.NOT_MICROPYTHON, "x: y")),
        "micropython",
        15,
    ),
    "no Wi-Fi": (
        lambda it: setattr(
            it.board,
            "identity",
            ("micropython", (1, 20, 0), "Raspberry Pi Pico with RP2040", "e6"),
        ),
        "board",
        17,
    ),
    "old MicroPython": (
        lambda it: setattr(
            it.board, "identity", ("micropython", (1, 20, 0), PICO_2_W, "e6")
        ),
        "version",
        16,
    ),
    "damaged": (
        lambda it: setattr(it.board, "is_unreadable", True),
        "filesystem",
        21,
    ),
    "formatted": (
        lambda it: setattr(it.board, "model", ModelBoard()),
        "filesystem",
        21,
    ),
    "full": (lambda it: setattr(it.board, "free_bytes", 7 * 4096), "space", 20),
    "no main.py": (lambda it: it.board.remove("/main.py"), "program", 21),
    "no program": (
        lambda it: it.board.remove(f"/app/{PROGRAM.folder}"),
        "program",
        21,
    ),
    "a changed program": (
        lambda it: it.board.put(f"/app/{PROGRAM.folder}/microdot.mpy", b"?"),
        "program",
        23,
    ),
    "no settings": (lambda it: it.board.remove("/settings.json"), "settings", 22),
    "settings cut off": (
        lambda it: it.board.put("/settings.json", b'{"ssid": "at'),
        "settings",
        22,
    ),
    "bad settings": (
        lambda it: it.board.put_settings(SETTINGS | {"country": "de"}),
        "settings",
        22,
    ),
    "nothing is said": (lambda it: it.says("...", restarted=[]), "start", 24),
    "it ends": (lambda it: it.says(STARTED, "ended error=OSError"), "start", 24),
    "recovery": (lambda it: it.says(STARTED, "recovery early_ends=3"), "start", 24),
    "it resets": (lambda it: it.says(STARTED, STARTED, STARTED), "start", 24),
    "the board's own word": (
        lambda it: it.says(STARTED, 'settings_unusable problem="gain: a number"'),
        "start",
        22,
    ),
    "wrong password": (lambda it: it.says(*twice("wrong_password")), "wi-fi", 30),
    "no network": (lambda it: it.says(*twice("network_not_found")), "wi-fi", 31),
    "refused": (lambda it: it.says(*twice("connect_failed")), "wi-fi", 31),
    "silent radio": (lambda it: it.says(STARTED), "wi-fi", 31),
    "no DHCP": (lambda it: it.says(*twice("no_address")), "address", 32),
    "no mDNS": (lambda it: it.resolved.clear(), "hostname", 33),
    "two of a name": (
        lambda it: it.resolved.update({"picotemp.local": ["10.0.0.8"]}),
        "hostname",
        33,
    ),
    "a firewall": (
        lambda it: setattr(it, "answers", [NoAnswerError(Why.SILENT, "timed out")]),
        "http",
        34,
    ),
    "always busy": (
        lambda it: setattr(it, "answers", [NoAnswerError(Why.BUSY, "busy")]),
        "http",
        34,
    ),
    "a broken sensor": (
        lambda it: setattr(it, "answers", [NoAnswerError(Why.TROUBLE, "stuck")]),
        "reading",
        35,
    ),
    "a printer": (
        lambda it: setattr(it, "answers", [NoAnswerError(Why.NOT_OURS, "not JSON")]),
        "reading",
        35,
    ),
    "no clock": (
        lambda it: setattr(it, "now", datetime(1970, 1, 1, tzinfo=UTC)),
        "clock",
        36,
    ),
}
