"""In: compose.yaml. Out: whoever must write can, and what was measured stays.

The root of each container is read-only. Read here, not run: that takes a Docker engine.
"""

import pytest

from collector.deploy.composition import composition, kept, option, services

SERVICES = services()
# Where the images' own users may write: a volume gets the owner of the folder there.
KEPT = {
    "prometheus": {"/prometheus": "prometheus"},
    "alertmanager": {"/alertmanager": "alertmanager"},
    "grafana": {"/var/lib/grafana": "grafana"},
}
# In a container's own memory; the emulated boards' sockets are in there.
TEMPORARY = "/tmp"  # noqa: S108 it is nobody else's
FORGOTTEN = {"grafana": [TEMPORARY, "/var/log/grafana"], "boards": [TEMPORARY]}
DAYS = {"d": 1, "w": 7, "y": 365}


@pytest.mark.parametrize("name", SERVICES)
def test_each_folder_that_is_written_can_be(name: str) -> None:
    assert kept(SERVICES[name]) == KEPT.get(name, {})
    assert SERVICES[name].get("tmpfs", []) == FORGOTTEN.get(name, [])


@pytest.mark.parametrize(
    ("name", "flag"),
    [("prometheus", "--storage.tsdb.path"), ("alertmanager", "--storage.path")],
)
def test_what_a_server_stores_is_in_its_volume(name: str, flag: str) -> None:
    assert option(SERVICES[name], flag) in kept(SERVICES[name])


def test_a_volume_is_docker_s_own_and_keeps_its_name() -> None:
    names = {name for volumes in KEPT.values() for name in volumes.values()}
    assert composition()["volumes"] == dict.fromkeys(names)


def test_prometheus_keeps_the_month_that_is_summed_up() -> None:
    kept_for = option(SERVICES["prometheus"], "--storage.tsdb.retention.time")
    assert int(kept_for[:-1]) * DAYS[kept_for[-1]] >= 35
