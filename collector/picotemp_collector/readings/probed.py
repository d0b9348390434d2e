"""In: nothing. Out: what a probe may come to."""

from enum import StrEnum

from attrs import frozen

from picotemp.payload import Reading
from picotemp_collector.errors import Failure
from picotemp_collector.readings.device import Device


class AnsweredBy(StrEnum):
    """Whose request it was that gave the answer, in words."""

    NEW = "a request of this probe"
    SHARED = "a request that was under way when this probe came"
    LATELY = "a request that ended before this probe came"
    NOBODY = "nobody's: it was not there in time"


@frozen
class Probed:
    """One probe: whom it asked and why it may, and the answer, if it came in time."""

    # None while the name of a stranger has no address yet.
    device: Device | None
    permit: str
    answered_by: AnsweredBy
    outcome: Reading | Failure | None
    age_seconds: float
    # Of the request, without the wait for its turn.
    request_seconds: float | None
    # As whoever probes felt it.
    duration_seconds: float
