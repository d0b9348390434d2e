"""In: how the sources were and are. Out: a line in the log for what is new of it."""

import logging
from collections.abc import Iterable

from picotemp_collector.readings.source_state import SourceState

logger = logging.getLogger(__name__)


def tell_of_change(before: Iterable[SourceState], now: Iterable[SourceState]) -> None:
    """Tell of each problem once when it begins, and of a source when it is well."""
    old = {state.origin: state for state in before}
    for state in now:
        was = old.get(state.origin)
        for problem in state.problems:
            if was is None or problem not in was.problems:
                logger.warning("source %s", problem)
        if state.is_current and (was is None or not was.is_current):
            logger.info("source %s lists %d devices", state.origin, state.device_count)
