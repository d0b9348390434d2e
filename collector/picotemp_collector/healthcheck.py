"""In: where a collector should be. Out: exit code 0 if it is healthy, else 1 and why.

Docker runs this every 30 seconds, maybe on a Raspberry Pi: it imports little.
"""

import http.client
import os
import signal
import socket
import sys
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

import click

PROGRAM = "picotemp-collector healthcheck"
LISTEN_VARIABLE = "PICOTEMP_SERVER_LISTEN"
USUAL_LISTEN = "0.0.0.0:3030"
EVERY_ADDRESS = (None, "0.0.0.0", "::")  # noqa: S104 not to listen on
PATH = "/-/healthy"
HEALTHY = b"healthy\n"
LIMIT_SECONDS = 3.0
UNHEALTHY = 1
NOBODY = "nobody listens there; is the collector running, and at this address?"
SILENT = "no answer within 3 s; the collector hangs: see its log, and restart it"
UNKNOWN = "no such host; give the collector's address by --url"
STRANGER = "that is no collector's health page; give the address of one by --url"


class UnhealthyError(Exception):
    """What is wrong, and what to do."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--url",
    metavar="URL",
    help="Where it is.  [http://127.0.0.1:3030, or as PICOTEMP_SERVER_LISTEN says]",
)
def main(url: str | None) -> None:
    """Ask the running collector whether it is healthy.

    Exit codes: 0 healthy; 1 not, and one line says why; 2 wrong use.
    """
    try:
        parts = _parts_of(url or url_by(os.environ))
        if not is_askable(parts):
            raise click.UsageError("--url: expected one like http://127.0.0.1:3030")
        with within(LIMIT_SECONDS):
            ask(parts)
    except UnhealthyError as error:
        click.echo(f"{PROGRAM}: {error}", err=True)
        sys.exit(UNHEALTHY)
    click.echo("healthy")


def url_by(environment: Mapping[str, str]) -> str:
    """Give where this machine reaches a collector that has this environment."""
    listen = environment.get(LISTEN_VARIABLE, "").strip() or USUAL_LISTEN
    parts = _parts_of(f"//{listen}")
    if not _port_of(parts):
        raise UnhealthyError(
            f"{LISTEN_VARIABLE} names no port; give the collector's address by --url"
        )
    host = "127.0.0.1" if parts.hostname in EVERY_ADDRESS else str(parts.hostname)
    bracketed = f"[{host}]" if ":" in host else host
    return f"http://{bracketed}:{_port_of(parts)}"


def is_askable(parts: urllib.parse.SplitResult) -> bool:
    """Tell whether a URL names a host, and a port if any, to ask by plain HTTP."""
    return parts.scheme == "http" and bool(parts.hostname) and _port_of(parts) != 0


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the block when it takes longer."""

    # A timeout of the socket alone starts anew with each byte that drips in.
    def end(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    usual = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, usual)


def ask(parts: urllib.parse.SplitResult) -> None:
    """Return if a healthy collector answers there; raises UnhealthyError."""
    path = parts.path if parts.path.strip("/") else PATH
    shown = f"http://{parts.netloc.rpartition('@')[2]}{path}"
    try:
        status, body = _answer(str(parts.hostname), _port_of(parts), path)
    except TimeoutError:
        raise UnhealthyError(f"{shown}: {SILENT}") from None
    except ConnectionRefusedError:
        raise UnhealthyError(f"{shown}: {NOBODY}") from None
    except socket.gaierror:
        raise UnhealthyError(f"{shown}: {UNKNOWN}") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise UnhealthyError(f"{shown}: {type(error).__name__}; {STRANGER}") from None
    if (status, body) != (http.client.OK, HEALTHY):
        raise UnhealthyError(f"{shown}: status {status}; {STRANGER}")


def _answer(host: str, port: int | None, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(host, port, timeout=LIMIT_SECONDS)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        response = connection.getresponse()
        # One byte more than expected shows that a text is longer.
        return response.status, response.read(len(HEALTHY) + 1)
    finally:
        connection.close()


def _parts_of(url: str) -> urllib.parse.SplitResult:
    try:
        return urllib.parse.urlsplit(url)
    except ValueError:  # half a bracket
        return urllib.parse.urlsplit("")


def _port_of(parts: urllib.parse.SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        return 0  # nobody can be asked there
