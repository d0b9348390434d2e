"""In: a probe. Out: its metrics, in either format.

    probe_success 1.0
    probe_duration_seconds 0.0212
    pico_probe_answer_age_seconds 0.0
    pico_temperature{unit="celsius"} 24.31
    pico_temperature{unit="fahrenheit"} 75.76
    pico_temperature_celsius 24.31

Whom it asked is in the target's labels of whoever probes; here it would get in their
way. No sample carries a timestamp.
"""

from picotemp.payload import Reading
from picotemp_collector.errors import Failure
from picotemp_collector.metrics.family import FAMILIES, Family, Sample
from picotemp_collector.metrics.format import Format
from picotemp_collector.metrics.label import label
from picotemp_collector.metrics.line import heading
from picotemp_collector.readings.probed import Probed

# Beside the reasons of devices: this one says nothing against the device.
SCRAPE_TIMEOUT = "scrape_timeout"
ENDS = {Format.TEXT: "", Format.OPENMETRICS: "# EOF\n"}


def _success(probed: Probed) -> tuple[Sample, ...]:
    return (("", float(isinstance(probed.outcome, Reading))),)


def _duration(probed: Probed) -> tuple[Sample, ...]:
    return (("", probed.duration_seconds),)


def _age(probed: Probed) -> tuple[Sample, ...]:
    return (("", probed.age_seconds),) if probed.outcome is not None else ()


def _temperature(probed: Probed) -> tuple[Sample, ...]:
    if not isinstance(probed.outcome, Reading):
        return ()
    return (
        ('unit="celsius"', probed.outcome.celsius),
        ('unit="fahrenheit"', probed.outcome.fahrenheit),
    )


def _celsius(probed: Probed) -> tuple[Sample, ...]:
    outcome = probed.outcome
    return (("", outcome.celsius),) if isinstance(outcome, Reading) else ()


def _failure(probed: Probed) -> tuple[Sample, ...]:
    reason = reason_of(probed)
    return ((label("reason", reason), 1.0),) if reason else ()


HELPS = {family.name: family.help for family in FAMILIES}
PROBE_FAMILIES: tuple[Family[Probed], ...] = (
    Family(
        "probe_success", "gauge", "Whether the device gave a reading: 1 or 0.", _success
    ),
    Family(
        "probe_duration_seconds",
        "gauge",
        "How long this probe took, waits and all.",
        _duration,
    ),
    Family(
        "pico_probe_answer_age_seconds",
        "gauge",
        "How long before this probe the device answered; 0 if it was asked now.",
        _age,
    ),
    Family("pico_temperature", "gauge", HELPS["pico_temperature"], _temperature),
    Family(
        "pico_temperature_celsius",
        "gauge",
        HELPS["pico_temperature_celsius"],
        _celsius,
    ),
    Family(
        "pico_probe_failure_info",
        "info",
        "Why there is no reading; always 1.",
        _failure,
    ),
)
HEADINGS = {
    each: [heading(family, each).decode() for family in PROBE_FAMILIES]
    for each in Format
}


def probe_text(probed: Probed, text_format: Format) -> bytes:
    """Give the metrics of a probe; a metric without samples is left out."""
    text = ""
    for family, head in zip(PROBE_FAMILIES, HEADINGS[text_format], strict=True):
        samples = family.samples(probed)
        if samples:
            text += head
        for labels, value in samples:
            shown = f"{{{labels}}}" if labels else ""
            text += f"{family.name}{shown} {value!r}\n"
    return (text + ENDS[text_format]).encode()


def reason_of(probed: Probed) -> str | None:
    """Give why there is no reading; None if there is one."""
    if probed.outcome is None:
        return SCRAPE_TIMEOUT
    return probed.outcome.reason if isinstance(probed.outcome, Failure) else None
