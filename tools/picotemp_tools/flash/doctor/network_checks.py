"""In: a board's address. Out: whether this machine gets its reading from there."""

from collections.abc import Callable

from picotemp.payload import Reading

from ..errors import Kind
from ..usb.supported import shown
from ..watch.http_answer import NoAnswerError, Why
from .chart import Chart, FaultError
from .served import Served

# The listener and the first reading come some time after the address.
TRIES = 4
PAUSE_SECONDS = 1.0
SILENT = (Why.SILENT, Why.BUSY)

Ask = Callable[[str, int], Reading]


def examine_network(
    served: Served,
    resolve: Callable[[str], list[str]],
    ask: Ask,
    sleep: Callable[[float], None],
    chart: Chart,
) -> None:
    """Ask for the name, then for the reading; raise OverError where there is none."""
    # Whether it resolves or not: its address is known.
    with chart.check("hostname", goes_on=True) as seen:
        _require_resolved(served, resolve(served.name))
        seen.detail = f"{served.name} is {served.address}"
    answer = _answer(served, ask, sleep)
    with chart.check("http") as seen:
        if isinstance(answer, NoAnswerError) and answer.why in SILENT:
            raise _silence(served, answer)
        seen.detail = f"{served.url} answers"
    with chart.check("reading") as seen:
        if isinstance(answer, NoAnswerError):
            raise _no_reading(served, answer)
        seen.detail = f"{answer.celsius:.2f} °C from {served.url}"


def _require_resolved(served: Served, found: list[str]) -> None:
    if served.address in found:
        return
    if found:
        cause = f"{served.name} is {found[0]}, but the board is {served.address}"
        remedy = (
            "another board has this hostname, or had it a moment ago; each needs its "
            "own: picotemp-flash settings set hostname=NAME"
        )
    else:
        cause = f"this machine does not find {served.name}"
        remedy = (
            f"use {served.url}, or teach this machine such names (mDNS); on Debian and "
            "Ubuntu: sudo apt install avahi-daemon libnss-mdns"
        )
    raise FaultError(Kind.NAME_NOT_RESOLVED, cause, remedy)


def _answer(
    served: Served, ask: Ask, sleep: Callable[[float], None]
) -> Reading | NoAnswerError:
    for tried in range(1, TRIES + 1):
        try:
            return ask(served.address, served.port)
        except NoAnswerError as error:
            answer = error
        if answer.why is Why.NOT_OURS:
            break
        if tried < TRIES:
            sleep(PAUSE_SECONDS)
    return answer


def _silence(served: Served, answer: NoAnswerError) -> FaultError:
    cause = f"the board runs, but {served.url} does not answer ({shown(str(answer))})"
    if answer.why is Why.BUSY:
        remedy = "let fewer programs ask it at once; it serves three"
    else:
        remedy = (
            "put this machine into the board's network, no guest network, no other "
            "VLAN; switch the access point's client isolation off; let firewalls pass "
            f"TCP port {served.port}"
        )
    return FaultError(Kind.HTTP_SILENT, cause, remedy)


def _no_reading(served: Served, answer: NoAnswerError) -> FaultError:
    text = shown(str(answer))
    if answer.why is Why.TROUBLE:
        cause = f'the board serves no reading, it says "{text}"'
        remedy = (
            "picotemp-flash reset; if it stays so: picotemp-flash settings edit, and "
            "look at vref_volts, gain and offset_celsius"
        )
    else:
        cause = f"what {served.url} answers is not a reading ({text})"
        remedy = (
            "see that no other device has this address, and no proxy answers; "
            "then flash it: picotemp-flash"
        )
    return FaultError(Kind.NOT_A_READING, cause, remedy)
