"""In: the shipped units. Out: systemd takes them as they stand, and so do we."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from collector.deploy import sandboxed
from collector.deploy.unit_file import (
    CONFIGURATION,
    INSTALLED,
    SERVICE,
    SOCKET,
    read_unit,
    seconds,
    start_command,
)
from picotemp_collector.cli import BAD_CONFIGURATION
from picotemp_collector.config.shapes import ServerSettings
from picotemp_collector.descriptors import ENOUGH
from picotemp_collector.lifecycle import DRAIN_SECONDS, SHUTDOWN_SECONDS
from real_servers import program

SERVICE_SETTINGS = read_unit(SERVICE)["Service"]
# What it does not list here may be another number, or must not be there (User=, say).
SAID = {
    "Type": ["notify"],
    "ExecStart": [f"{INSTALLED} --config {CONFIGURATION}"],
    "ExecReload": ["/bin/kill -HUP $MAINPID"],
    # There need not be one.
    "EnvironmentFile": ["-/etc/picotemp/collector.env"],
    "Restart": ["on-failure"],
    "LimitCORE": ["0"],
    "CapabilityBoundingSet": [""],
    "UMask": ["0077"],
    "ProtectSystem": ["strict"],
    "ProtectProc": ["invisible"],
    "RestrictAddressFamilies": ["AF_INET AF_INET6 AF_UNIX AF_NETLINK"],
    "SystemCallArchitectures": ["native"],
    "SystemCallFilter": ["@system-service", "~@privileged @resources"],
    "SystemCallErrorNumber": ["EPERM"],
}
YES = {
    *("DynamicUser", "LockPersonality", "MemoryDenyWriteExecute", "NoNewPrivileges"),
    *("PrivateDevices", "PrivateIPC", "PrivateTmp", "PrivateUsers", "ProtectClock"),
    *("ProtectControlGroups", "ProtectHome", "ProtectHostname", "ProtectKernelLogs"),
    *("ProtectKernelModules", "ProtectKernelTunables", "RemoveIPC"),
    *("RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID"),
}
NUMBERS = {
    *("LimitNOFILE", "MemoryMax", "RestartPreventExitStatus", "RestartSec"),
    *("TimeoutStopSec", "WatchdogSec"),
}
# systemd calls up to 2.0 "OK"; 252 says 1.3, and newer ones look at more.
MOST_EXPOSED = "20"
# Tries each in turn, and names those that it was denied.
TRIES = """
import mmap, os, socket
tries = {
    "a socket of another kind": lambda: socket.socket(socket.AF_PACKET),
    "memory to write and execute": lambda: mmap.mmap(-1, 4096, prot=7),
    "another's processors": lambda: os.sched_setaffinity(0, {0}),
    "another owner": lambda: os.chown(".", 0, 0),
    "another root": lambda: os.chroot("."),
    "its own folder": lambda: os.listdir("."),
}
for name, attempt in tries.items():
    try:
        attempt()
    except OSError:
        print(name)
"""
DENIED = [
    "a socket of another kind",
    "memory to write and execute",
    "another's processors",
    "another owner",
    "another root",
]
ALLOWED = "import ifaddr, isal, uvloop; assert ifaddr.get_adapters()"


def analyze(*words: str) -> tuple[int, str]:
    """Give the exit code of systemd-analyze, and what it says of our units."""
    done = subprocess.run(
        [program("systemd-analyze"), *words],
        capture_output=True,
        text=True,
        env={"SYSTEMD_LOG_LEVEL": "warning"},
    )
    lines = f"{done.stdout}{done.stderr}".splitlines()
    return done.returncode, "\n".join(line for line in lines if SERVICE.stem in line)


def in_sandbox(code: str) -> "subprocess.CompletedProcess[str]":
    """Run Python as the unit would, as far as a test can."""
    program("systemd-analyze")
    if not sandboxed.can_be_had():
        pytest.skip("libseccomp is not installed")
    return subprocess.run(
        sandboxed.command(SERVICE, sys.executable, "-c", code),
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    for path in (SERVICE, SOCKET):
        text = path.read_text().replace(INSTALLED, sys.executable)
        (tmp_path / path.name).write_text(text)
    paths = [str(tmp_path / path.name) for path in (SERVICE, SOCKET)]
    assert analyze("verify", "--man=no", "--recursive-errors=no", *paths) == (0, "")


def test_the_service_is_set_up_as_is_meant_and_by_nothing_else() -> None:
    numbers = {key: SERVICE_SETTINGS.get(key) for key in NUMBERS}
    assert all(numbers.values())
    meant = SAID | {key: ["yes"] for key in YES} | numbers
    assert meant == SERVICE_SETTINGS


def test_the_sandbox_is_as_tight_as_systemd_can_tell() -> None:
    words = ("security", "--offline=true", f"--threshold={MOST_EXPOSED}")
    code, said = analyze(*words, str(SERVICE))
    assert "Overall exposure level" in said
    assert code == 0, said


def test_the_sandbox_denies_what_a_collector_does_not_do() -> None:
    assert in_sandbox(TRIES).stdout.splitlines() == DENIED


def test_the_fast_parts_and_the_search_for_local_names_work_in_the_sandbox() -> None:
    done = in_sandbox(ALLOWED)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_numbers_of_the_unit_are_those_of_the_collector() -> None:
    service = SERVICE_SETTINGS
    assert service["RestartPreventExitStatus"] == [str(BAD_CONFIGURATION)]
    assert int(service["LimitNOFILE"][0]) >= ENOUGH[0]
    # Room for the 90 MB of five thousand boards, within a Raspberry Pi's.
    assert 128 <= int(service["MemoryMax"][0].removesuffix("M")) <= 512
    longest_end_seconds = DRAIN_SECONDS + 2 * SHUTDOWN_SECONDS
    assert seconds(service["TimeoutStopSec"][0]) >= 2 * longest_end_seconds
    # Below 2 s systemd would give up after five starts in ten seconds.
    assert seconds(service["RestartSec"][0]) > 2


def test_what_the_collector_tells_of_its_start_stays_true() -> None:
    # prometheus_client takes the time of the machine's start from /proc/stat, which
    # this would hide; then it tells a time in 1970.
    assert "ProcSubset" not in SERVICE_SETTINGS


def test_the_socket_is_in_place_of_the_port_that_is_usual() -> None:
    section = read_unit(SOCKET)["Socket"]
    assert section["ListenStream"] == [str(ServerSettings().listen.port)]
    assert "Accept" not in section
    assert SOCKET.stem == SERVICE.stem


def test_a_bad_configuration_ends_with_the_code_that_systemd_does_not_retry(
    tmp_path: Path,
) -> None:
    file = tmp_path / "collector.toml"
    file.write_text("[poll]\ninterval_seconds = 'often'\n")
    done = subprocess.run(
        start_command(SERVICE_SETTINGS, file), capture_output=True, text=True
    )
    assert SERVICE_SETTINGS["RestartPreventExitStatus"] == [str(done.returncode)]
    assert "poll.interval_seconds: expected a number of seconds" in done.stderr
