"""In: a chip that starts. Out: the program on it; each end of it is told to the next.

Four things end it: Ctrl-C, an intended restart, an exception, or (nothing can be
told then) the watchdog or the power.
"""

import asyncio

from . import __version__
from .blackbox import BlackBox
from .boots import Boots
from .chip import Chip
from .log import Log
from .settings_file import load
from .supervision import Restart

COMPLAINT_SECONDS = 10
MEND = "on the computer: picotemp-flash settings edit"
# A recovery that fails is all there is: a person at the USB port needs time.
FAILED_RECOVERY_SECONDS = 30
# With the time that health needs to see a hang: 8.4 s at most.
WATCHDOG_MS = 5000


def boot(
    chip: Chip,
    settings_path: str = "/settings.json",
    last_run_path: str = "/lastrun.json",
) -> None:
    """Run the program, or the recovery from it; return at Ctrl-C only."""
    log = Log(chip)
    boots = Boots(chip)
    blackbox = BlackBox(chip, log, last_run_path)
    try:
        _live(chip, log, boots, blackbox, settings_path)
    except KeyboardInterrupt:
        _leave(chip, boots)


def _live(
    chip: Chip, log: Log, boots: Boots, blackbox: BlackBox, settings_path: str
) -> None:
    try:
        try:
            _run(chip, log, boots, blackbox, settings_path)
        finally:
            # The next program in this interpreter must not find our tasks.
            asyncio.new_event_loop()
    except KeyboardInterrupt:
        raise
    except BaseException as end:  # noqa: BLE001 whatever it was, life goes on
        _tell(end, chip, log, boots, blackbox)
        if boots.is_recovery and not isinstance(end, Restart):
            chip.watchdog_off()
            asyncio.run(_pause())
    chip.reset()


def _run(
    chip: Chip, log: Log, boots: Boots, blackbox: BlackBox, settings_path: str
) -> None:
    log.info(
        "started",
        version=__version__,
        micropython=chip.micropython(),
        id=chip.id(),
        reset_cause=boots.cause,
        early_ends=boots.early_ends,
    )
    blackbox.load(boots.was_saved, boots.is_recovery)
    settings, problems = load(settings_path)
    if settings is None:
        return asyncio.run(_complain(problems, log))
    for problem in problems:
        log.error("settings_last_good_used", problem=problem)
    # Not before: a module that cannot be imported is an exception that counts.
    if boots.is_recovery:
        from .recovery import run
    else:
        from .app import run
    # Before the radio is touched: its driver can hang.
    chip.watchdog_on(WATCHDOG_MS)
    run(chip, log, boots, blackbox, settings)
    raise RuntimeError("the program has ended")


def _tell(
    end: BaseException, chip: Chip, log: Log, boots: Boots, blackbox: BlackBox
) -> None:
    is_intended = isinstance(end, Restart)
    mark = boots.mark_exception
    if is_intended:
        mark = boots.mark_retry if boots.is_recovery else boots.mark_intended
    mark()
    try:
        log.error("ended", error=repr(end))
        text = str(end) if is_intended else chip.traceback(end)
        chip.say(text)
        mark(blackbox.save("restart" if is_intended else "exception", text))
    except Exception:  # noqa: BLE001, S110 the restart matters more
        pass


def _leave(chip: Chip, boots: Boots) -> None:
    while True:
        try:
            chip.watchdog_off()  # else it would cut mpremote off
            return boots.mark_intended()
        except KeyboardInterrupt:
            pass  # whoever presses it twice means the same


async def _pause() -> None:
    await asyncio.sleep(FAILED_RECOVERY_SECONDS)


async def _complain(problems: list[str], log: Log) -> None:
    # Neither a reset nor an end: on the serial port one can read it and mend it.
    while True:
        for problem in problems:
            log.error("settings_unusable", problem=problem)
        log.error("settings_unusable", mend=MEND)
        await asyncio.sleep(COMPLAINT_SECONDS)
