"""In: a level and a format. Out: log lines on stderr, for people or for programs."""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter

from picotemp_collector.config.shapes import LogFormat, LogSettings

TEXT = "%(asctime)s %(levelname)-7s %(message)s"
JSON_FIELDS = ("levelname", "name", "message")


def start_logging(settings: LogSettings) -> None:
    """Send every line from the level on to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(settings.format))
    logging.basicConfig(level=settings.level.upper(), handlers=[handler], force=True)


def formatter(format_: LogFormat) -> logging.Formatter:
    """Give what makes a line of a record."""
    if format_ is LogFormat.TEXT:
        return logging.Formatter(TEXT)
    return JsonFormatter(
        JSON_FIELDS,
        rename_fields={"levelname": "level", "name": "logger"},
        timestamp=True,
    )
