"""In: the command line. Out: a running collector, or one line for each problem."""

import asyncio
import gc
import importlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from picotemp import __version__
from picotemp_collector.config.describe import describe
from picotemp_collector.config.given import Given, Key
from picotemp_collector.config.load import Inputs, load
from picotemp_collector.config.shapes import Config
from picotemp_collector.config.values import Text
from picotemp_collector.errors import CannotRunError, ConfigurationError
from picotemp_collector.listening import listen_on
from picotemp_collector.logs import start_logging
from picotemp_collector.reload import Origin, ignore_signal
from picotemp_collector.sources.file_watch import FileWatch
from picotemp_collector.systemd import Notifier

PROGRAM = "picotemp-collector"
COULD_NOT_RUN = 1
BAD_CONFIGURATION = 2
OBJECTS_BETWEEN_LOOKS = 20_000
EPILOG = """\b
Command:
  healthcheck               ask the running collector whether it is healthy

\b
Environment:
  PICO_SERVER_URL           the devices: attic=http://10.0.0.7,http://picotemp.local
  PICOTEMP_<SECTION>_<KEY>  a key of the file, say PICOTEMP_POLL_INTERVAL_SECONDS=10;
                            commas between the items of a list
Flags override the environment, which overrides the file.

\b
Exit codes:
  0  ended in order, or the configuration is good
  1  could not run: the port is in use, or the like
  2  bad flags or configuration
"""
FLAGS: dict[Key, str] = {
    ("server", "listen"): "--listen",
    ("poll", "interval_seconds"): "--interval",
    ("poll", "timeout_seconds"): "--timeout",
    ("poll", "shard"): "--shard",
    ("sources", "file_sd"): "--file-sd",
    ("sources", "http_sd"): "--http-sd",
    ("log", "level"): "--log-level",
    ("log", "format"): "--log-format",
}


@click.command(
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 90},
)
@click.option("--config", "file", metavar="FILE", help="Read this TOML file.")
@click.option(
    "--device",
    "devices",
    metavar="NAME=URL",
    multiple=True,
    help="Poll this device; give it again for each. Replaces all named elsewhere.",
)
@click.option(
    "--file-sd",
    metavar="PATTERN",
    multiple=True,
    help="Poll what Prometheus' file_sd files list, say 'devices/*.yml'; may be given"
    " again.",
)
@click.option(
    "--http-sd",
    metavar="URL",
    multiple=True,
    help="Poll what this URL lists for Prometheus' http_sd; may be given again.",
)
@click.option(
    "--shard",
    metavar="INDEX/COUNT",
    help="Poll this part of the devices alone, say 0/3; the same as"
    " Prometheus' hashmod of their names.",
)
@click.option("--listen", metavar="HOST:PORT", help="Answer here.  [0.0.0.0:3030]")
@click.option("--interval", metavar="SECONDS", help="Poll each device so often.  [5]")
@click.option("--timeout", metavar="SECONDS", help="Wait so long for one.  [3.5]")
@click.option(
    "--log-level", metavar="LEVEL", help="debug, info, warning, error.  [info]"
)
@click.option("--log-format", metavar="FORMAT", help="text or json.  [text]")
@click.option("--check-config", is_flag=True, help="Print what would run, and end.")
@click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s")
@click.pass_context
def main(
    context: click.Context,
    /,
    file: str | None,
    devices: tuple[str, ...],
    check_config: bool,
    **values: str | tuple[str, ...] | None,
) -> None:
    """Poll Pico W boards and give their temperatures to Prometheus and whoever asks.

    PICO_SERVER_URL=http://picotemp.local picotemp-collector is enough; then see
    http://localhost:3030/.
    """
    inputs = Inputs(
        file=Path(file) if file is not None else None,
        environment=os.environ,
        flags=_given_flags(values),
        device_flags=devices,
    )
    # Made before it is read: what changes meanwhile is seen at the first look.
    watch = FileWatch([inputs.file] if inputs.file else [])
    try:
        config = load(inputs)
    except ConfigurationError as error:
        _complain(error.problems)
        context.exit(BAD_CONFIGURATION)
    if check_config:
        click.echo(describe(config), nl=False)
        return
    try:
        _run(config, Origin(partial(load, inputs), watch))
    except CannotRunError as error:
        _complain([str(error)])
        context.exit(COULD_NOT_RUN)


def _given_flags(values: dict[str, str | tuple[str, ...] | None]) -> dict[Key, Given]:
    given = {}
    for key, flag in FLAGS.items():
        value = values[flag.removeprefix("--").replace("-", "_")]
        if isinstance(value, str):
            given[key] = Given(Text(value), flag)
        elif value:
            given[key] = Given([*map(Text, value)], flag)
    return given


def _run(config: Config, origin: Origin) -> None:
    ignore_signal()
    with _seldom_looking_for_garbage():
        # Only now: whoever wants --help need not wait for it.
        from picotemp_collector.app import run
    start_logging(config.log)
    bound = listen_on(config.server.listen, os.environ)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(run(config, bound, origin, Notifier(os.environ)))


@contextmanager
def _seldom_looking_for_garbage() -> Iterator[None]:
    # Of what is imported little is garbage: to look as often as usual would be a
    # tenth of the start; never to look would take a megabyte that does not come back.
    usual = gc.get_threshold()
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    # The extra "fast"; the standard loop does all the same, a little slower.
    try:
        factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module(
            "uvloop"
        ).new_event_loop
    except ImportError:
        return None
    return factory


def _complain(problems: Iterable[str]) -> None:
    for problem in problems:
        click.echo(f"{PROGRAM}: {problem}", err=True)
