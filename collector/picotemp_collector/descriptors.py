"""In: how many files the system lets this process open. Out: who may have how many."""

import contextlib
import logging
import resource

# For the most requests that may be set; what a Mac grants.
ENOUGH = (32768, 10240)
MOST_CLIENTS = 512
# A quarter is plenty for people and scrapers, and half for requests to devices; the
# rest is for lookups of names, for files and for what the libraries need.
DESCRIPTORS_PER_CLIENT = 4
DESCRIPTORS_PER_REQUEST = 2
logger = logging.getLogger(__name__)


def raise_limit() -> None:
    """Have enough if they may be had; the low limit is for programs with select()."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for enough in ENOUGH if soft != resource.RLIM_INFINITY else ():
        wanted = enough if hard == resource.RLIM_INFINITY else min(enough, hard)
        # Some systems name a hard limit that they do not grant.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
            return


def most_clients() -> int:
    """Give how many clients may be connected at once."""
    return _at_most(MOST_CLIENTS, DESCRIPTORS_PER_CLIENT)


def most_requests(wanted: int) -> int:
    """Give how many devices may be asked at once; says so if they are fewer."""
    most = _at_most(wanted, DESCRIPTORS_PER_REQUEST)
    if most < wanted:
        text = "only %d devices are asked at once: raise the limit of files (ulimit -n)"
        logger.warning(text, most)
    return most


def _at_most(wanted: int, descriptors_each: int) -> int:
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return wanted
    return max(1, min(wanted, soft // descriptors_each))
