"""In: what a board said as it started. Out: whether it runs, and is on the network."""

from collections.abc import Callable

from ..errors import Kind
from ..settings.stored import REMEDY
from ..usb.supported import shown
from ..watch.boot_report import BootReport
from ..watch.start import PATIENCE_SECONDS
from .board_checks import ANEW, FLASH, Installed
from .chart import Chart, FaultError
from .served import Served
from .start_watch import STARTS_MOST

SET = f"{FLASH} settings set"
LOGS = f"{ANEW}; if it stays so, {FLASH} logs shows more"
NO_ADDRESS = "no_address"
NETWORK_REMEDY = (
    f"name it again, capital letters too: {SET} ssid=NAME; the board has 2.4 GHz only: "
    "let the access point use that band, and bring it nearer"
)
# Reasons of the firmware's wifi.py; the rest is told as it is.
JOIN_FAULTS = {
    "wrong_password": (
        Kind.WRONG_PASSWORD,
        "the access point refuses the Wi-Fi password",
        f"enter it anew: {SET} password",
    ),
    "network_not_found": (
        Kind.NETWORK_NOT_FOUND,
        "the board does not find the network of its settings",
        NETWORK_REMEDY,
    ),
}


def examine_start(
    listen: Callable[[], BootReport], installed: Installed, chart: Chart
) -> Served:
    """Listen, and give where the board is; raise OverError where it is nowhere."""
    with chart.check("start") as seen:
        report = listen()
        _require_program(report, installed)
        _require_settings(report)
        seen.detail = f"picotemp {shown(report.version or '')}"
    with chart.check("wi-fi") as seen:
        if not report.address and report.join_failure != NO_ADDRESS:
            raise _join_fault(report.join_failure)
        seen.detail = "it has joined the network"
    with chart.check("address") as seen:
        if not report.address:
            raise _no_address()
        seen.detail = report.address
    settings = installed.settings
    return Served(settings.hostname, report.address, report.port or settings.port)


def _require_program(report: BootReport, installed: Installed) -> None:
    if report.ended is not None:
        cause = f"the program ends as soon as it starts, with {shown(report.ended)}"
    elif report.is_recovery:
        cause = "the board is in recovery, its program ended too early too often"
    elif report.starts >= STARTS_MOST:
        reason = shown(report.reset_cause or "unknown")
        cause = f"the board starts again and again (reset cause {reason})"
    elif not report.starts:
        cause = f"the program has not started within {PATIENCE_SECONDS} s"
        if not installed.is_main_ours:
            cause += "; the board's main.py is not picotemp's"
    else:
        return
    raise FaultError(Kind.DID_NOT_COME_UP, cause, LOGS)


def _require_settings(report: BootReport) -> None:
    if report.settings_problems:
        problems = "; ".join(map(shown, report.settings_problems))
        cause = f"the board refuses its settings: {problems}"
        raise FaultError(Kind.BAD_SETTINGS, cause, REMEDY)


def _join_fault(reason: str | None) -> FaultError:
    if reason in JOIN_FAULTS:
        return FaultError(*JOIN_FAULTS[reason])
    if reason is None:
        cause = f"the board has not joined its network within {PATIENCE_SECONDS} s"
    else:
        cause = f"the board cannot join its network ({shown(reason)})"
    remedy = (
        "bring the access point nearer and start it anew; let it use WPA2 on 2.4 GHz, "
        "without a list of devices that are allowed"
    )
    return FaultError(Kind.NETWORK_NOT_FOUND, cause, remedy)


def _no_address() -> FaultError:
    return FaultError(
        Kind.NO_ADDRESS,
        "the board has joined, but DHCP gives it no address",
        "see that the router's DHCP is on and has addresses left, or give the board "
        f"one: {SET} address=ADDRESS gateway=ROUTER",
    )
