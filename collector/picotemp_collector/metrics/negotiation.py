"""In: what a client accepts. Out: the format, its Content-Type, and whether gzip.

There is always an answer, the text format in plain where nothing else is wished: no
scraper is helped by a 406. Nothing of a header is given back.
"""

from collections.abc import Sequence

from attrs import frozen

from picotemp_collector.metrics.format import Format
from picotemp_collector.metrics.quality import Range, parse

CHARSETS = ("utf-8", "utf8")
# Our names are the same bytes in all of these; in `dots` they would not be.
ESCAPINGS = ("allow-utf-8", "underscores", "values")


@frozen
class Offer:
    """A way in which the metrics can be had."""

    format: Format
    media_type: str
    version: str

    def content_type(self, escaping: str | None = None) -> str:
        """Give the header; of the formats only OpenMetrics 1 knows an escaping."""
        text = f"{self.media_type}; version={self.version}; charset=utf-8"
        knows = self.version == "1.0.0" and escaping in ESCAPINGS
        return f"{text}; escaping={escaping}" if knows else text


@frozen
class Chosen:
    """What a client is given."""

    format: Format
    content_type: str


TEXT = Offer(Format.TEXT, "text/plain", "0.0.4")
# The first is given where a client does not mind.
OFFERS = (
    TEXT,
    Offer(Format.OPENMETRICS, "application/openmetrics-text", "1.0.0"),
    Offer(Format.OPENMETRICS, "application/openmetrics-text", "0.0.1"),
)


def choose(accept: str) -> Chosen:
    """Give the format for an Accept header; an empty one stands for none."""
    ranges = parse(accept)
    wishes = [(_wish(offer, ranges), offer) for offer in OFFERS]
    (quality, *_, escaping), best = max(wishes, key=lambda wish: wish[0][:3])
    if not quality:
        best, escaping = TEXT, None
    return Chosen(best.format, best.content_type(escaping))


def prefers_gzip(accept_encoding: str) -> bool:
    """Whether a client takes gzip, and not more gladly plain."""
    named = {each.value: each.quality for each in reversed(parse(accept_encoding))}
    star = named.get("*")
    gzip = named.get("gzip", named.get("x-gzip", star))
    identity = named.get("identity", star)
    if gzip is None:
        # Whoever refuses plain and names nothing else is meant to understand gzip.
        return identity == 0
    return gzip > 0 and gzip >= (identity or 0)


def _wish(offer: Offer, ranges: Sequence[Range]) -> tuple[float, int, int, str | None]:
    # How gladly an offer is taken, how exactly it is named, how early, how escaped.
    best = max(
        (
            (_exactness(named, offer), -position)
            for position, named in enumerate(ranges)
            if _matches(named, offer)
        ),
        default=None,
    )
    if best is None:
        return 0.0, 0, 0, None
    named = ranges[-best[1]]
    return named.quality, *best, named.parameters.get("escaping")


def _matches(named: Range, offer: Offer) -> bool:
    version = named.parameters.get("version", offer.version)
    charset = named.parameters.get("charset", CHARSETS[0])
    return (
        named.value in _names(offer)
        and version == offer.version
        and charset in CHARSETS
    )


def _exactness(named: Range, offer: Offer) -> int:
    return _names(offer).index(named.value) + ("version" in named.parameters)


def _names(offer: Offer) -> tuple[str, str, str]:
    kind, _, _ = offer.media_type.partition("/")
    return "*/*", f"{kind}/*", offer.media_type
