"""In: a level and a format. Out: log lines on stderr, for people or for programs."""

import logging
import sys

from picotemp_collector.config.shapes import LogFormat, LogLevel, LogSettings

TEXT = "%(asctime)s %(levelname)-7s %(message)s"
JSON_FIELDS = ("levelname", "name", "message")


def start_logging(settings: LogSettings) -> None:
    """Send every line from the level on to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(settings.format))
    logging.basicConfig(handlers=[handler], force=True)
    set_level(settings.level)


def set_level(level: LogLevel) -> None:
    """Send only lines from this level on."""
    logging.getLogger().setLevel(level.upper())


def formatter(format_: LogFormat) -> logging.Formatter:
    """Give what makes a line of a record."""
    if format_ is LogFormat.TEXT:
        return logging.Formatter(TEXT)
    # Only who wants JSON pays for it, at the start.
    from pythonjsonlogger.json import JsonFormatter

    return JsonFormatter(
        JSON_FIELDS,
        rename_fields={"levelname": "level", "name": "logger"},
        timestamp=True,
    )
