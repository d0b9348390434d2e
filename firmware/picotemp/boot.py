"""In: a chip that starts. Out: the program on it; each end of it is told to the next.

Four things end it: Ctrl-C, an intended restart, an exception, or (nothing can be
told then) the watchdog or the power.
"""

import asyncio

from . import __version__
from .blackbox import BlackBox
from .boots import EARLY_ENDS_MOST, Boots
from .chip import Chip
from .log import Log
from .settings_file import load
from .supervision import Restart

# A recovery that fails is all there is: a person at the USB port needs time.
FAILED_RECOVERY_SECONDS = 30


def boot(
    chip: Chip,
    settings_path: str = "/settings.json",
    last_run_path: str = "/lastrun.json",
) -> None:
    """Run the program, or the recovery from it; only KeyboardInterrupt comes out."""
    log = Log(chip)
    boots = Boots(chip)
    blackbox = BlackBox(chip, log, last_run_path)
    try:
        _live(chip, log, boots, blackbox, settings_path)
    except KeyboardInterrupt:
        boots.mark_intended()
        raise


def _live(
    chip: Chip, log: Log, boots: Boots, blackbox: BlackBox, settings_path: str
) -> None:
    try:
        try:
            _run(chip, log, boots, blackbox, settings_path)
        finally:
            # The next program in this interpreter must not find our tasks.
            asyncio.new_event_loop()
    except (Restart, Exception) as end:  # noqa: BLE001 whatever it was, life goes on
        if isinstance(end, Restart) and _is_recovery(boots):
            # What is saved tells why there is a recovery: it stays.
            boots.mark_retry()
        else:
            _tell(end, chip, log, boots, blackbox)
            if _is_recovery(boots):
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
    blackbox.load(boots.was_saved)
    settings, problems = load(settings_path)
    # Not before: a module that cannot be imported is an exception that counts.
    if _is_recovery(boots):
        from .recovery import run
    else:
        from .app import run
    run(chip, log, boots, blackbox, settings, problems)
    raise RuntimeError("the program has ended")


def _tell(
    end: BaseException, chip: Chip, log: Log, boots: Boots, blackbox: BlackBox
) -> None:
    is_intended = isinstance(end, Restart)
    mark = boots.mark_intended if is_intended else boots.mark_exception
    mark()
    try:
        log.error("ended", error=repr(end))
        text = str(end) if is_intended else chip.traceback(end)
        print(text)
        mark(blackbox.save("restart" if is_intended else "exception", text))
    except Exception:  # noqa: BLE001, S110 the restart matters more
        pass


def _is_recovery(boots: Boots) -> bool:
    return boots.early_ends >= EARLY_ENDS_MOST


async def _pause() -> None:
    await asyncio.sleep(FAILED_RECOVERY_SECONDS)
