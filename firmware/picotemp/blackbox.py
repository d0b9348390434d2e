"""In: the log's last lines, an end. Out: a file that tells the next run of them."""

import asyncio
import json
import os

from .chip import Chip
from .log import Log
from .supervision import Job

# Of what is saved, in JSON: GET /info carries it whole.
RECORD_MOST_BYTES = 2048
REASON_MOST_BYTES = 600
# The flash wears.
SAVE_MS = 600_000
CHECK_SECONDS = 60
OLDER = "saved before the end; what came after it is lost"


class BlackBox(Job):
    """What the last run left, and what this one leaves."""

    name = "blackbox"

    def __init__(self, chip: Chip, log: Log, path: str = "/lastrun.json") -> None:
        super().__init__(chip)
        self._log = log
        self._path = path
        self._saved_ms = chip.uptime_ms()
        self._saved_troubles = 0
        self._has_saved = False
        self._found: dict[str, object] | None = None
        self._is_whole = False

    def load(self, is_whole: bool, stays: bool = False) -> None:
        """Take what the last run saved; is_whole: it did so at its very end.

        The file goes, so that no later run finds it and takes it for its last one's;
        it stays for a recovery, whose next boot has to tell the reason too.
        """
        self._is_whole = is_whole
        try:
            with open(self._path, "rb") as file:
                self._found = _found(file.read(RECORD_MOST_BYTES + 1))
            if not stays:
                os.remove(self._path)
        except Exception:  # noqa: BLE001, S110 no file of any kind may stop a boot
            pass

    def save(self, why: str, traceback: str = "") -> bool:
        """Save the last lines and why; tell whether it could be done."""
        self._saved_ms = self._chip.uptime_ms()
        self._saved_troubles = self._log.troubles
        self._has_saved = True
        try:
            text = self._text(why, traceback)
            with open(self._path + ".new", "w") as file:
                file.write(text)
            os.rename(self._path + ".new", self._path)
        except (OSError, MemoryError) as error:
            self._log.warning("blackbox_failed", error=repr(error))
            return False
        return True

    def save_if_due(self, why: str = "running") -> None:
        """Save news of trouble, but seldom; the first hang at once."""
        is_due = self._chip.uptime_ms() - self._saved_ms >= SAVE_MS
        if why == "hang" and not self._has_saved:
            is_due = True
        if is_due and self._log.troubles != self._saved_troubles:
            self.save(why)

    def last_run(self, cause: str, uptime_ms: int) -> dict[str, object] | None:
        """Tell what GET /info shows of the last run; None where nothing was saved."""
        if self._found is None:
            return None
        return self._found | {
            "ended_by": cause,
            "age_s": uptime_ms // 1000 if self._is_whole else None,
            "is_whole": self._is_whole,
            "note": "" if self._is_whole else OLDER,
        }

    async def run(self) -> None:
        """Save what is due, for ever."""
        while True:
            self.beat()
            self.save_if_due()
            await asyncio.sleep(CHECK_SECONDS)

    def _text(self, why: str, traceback: str) -> str:
        reason = traceback[-REASON_MOST_BYTES:]
        while _json_bytes(reason) > REASON_MOST_BYTES:
            reason = reason[8:]
        lines = self._log.lines
        record = {
            "saved": why,
            "uptime_s": self._chip.uptime_ms() // 1000,
            "reason": reason,
            "lines": lines,
        }
        while _json_bytes(record) > RECORD_MOST_BYTES:
            lines = lines[1:]
            record["lines"] = lines
        return json.dumps(record)


def _found(data: bytes) -> dict[str, object]:
    """Give what save() wrote; whatever it did not write is an exception."""
    read = json.loads(data.decode())
    record = {
        "saved": str(read["saved"]),
        "uptime_s": int(read["uptime_s"]),
        "reason": str(read["reason"]),
        "lines": [str(line) for line in read["lines"]],
    }
    if record != read or _json_bytes(record) > RECORD_MOST_BYTES:
        raise ValueError
    return record


def _json_bytes(value: object) -> int:
    return len(json.dumps(value).encode())
