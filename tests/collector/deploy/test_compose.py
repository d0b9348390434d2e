"""In: compose.yaml with all that it mounts. Out: it fits, as far as reading tells.

Nothing is started here: that takes a Docker engine. The programs' own checkers read
their configurations, and the collector itself reads what .env gives it.
"""

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import picotemp
from collector.deploy.composition import (
    FOLDER,
    KEYS,
    VARIABLE,
    composition,
    mounts,
    option,
    services,
    settings,
    text,
)
from collector.deploy.recipe import DEPLOY, ROOT, stages
from picotemp_collector.cli import main
from picotemp_tools.emulator.fleet import places
from real_servers import program

SERVICES = services()
READ = FOLDER / "prometheus/prometheus.yml"
PROMETHEUS = yaml.safe_load(READ.read_text())
PORTS = {"collector": 3030, "prometheus": 9090, "alertmanager": 9093, "grafana": 3000}
PINNED = {
    "collector": f"picotemp-collector:{picotemp.__version__}",
    "boards": f"picotemp-demo:{picotemp.__version__}",
    "prometheus": "prom/prometheus:v3.5.0",
    "alertmanager": "prom/alertmanager:v0.28.1",
    "grafana": "grafana/grafana:12.1.0",
}
COLLECTOR_VARIABLE = re.compile(r"PICO_SERVER_URL|PICOTEMP_.*")


def test_every_variable_has_a_value_and_every_value_is_used() -> None:
    used = set(VARIABLE.findall(text()))
    assert used == set(settings())
    assert all(settings().values())
    assert text().count("$") == len(VARIABLE.findall(text()))


def test_every_key_is_one_that_compose_knows() -> None:
    assert set(composition()) == {"name", "x-hardened", "services", "volumes"}
    assert {key for service in SERVICES.values() for key in service} <= KEYS


def test_every_image_has_its_version() -> None:
    assert {name: one["image"] for name, one in SERVICES.items()} == PINNED


def test_our_images_are_built_from_here_and_never_asked_for_in_a_registry() -> None:
    for name, target in (("collector", "collector"), ("boards", "demo")):
        build = SERVICES[name]["build"]
        context = (FOLDER / build["context"]).resolve()
        assert context == ROOT
        assert context / build["dockerfile"] == DEPLOY / "Dockerfile"
        assert build["target"] == target
        assert target in stages()
        assert SERVICES[name]["pull_policy"] == "build"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_can_neither_write_nor_rise_and_comes_back(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert re.fullmatch(r"\d+m", service["mem_limit"])
    assert {"privileged", "cap_add", "user"}.isdisjoint(service)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_a_health_check_of_its_own_or_of_its_image(name: str) -> None:
    service = SERVICES[name]
    if "build" in service:
        assert stages()[service["build"]["target"]].only("HEALTHCHECK").words
        return
    form, command, *_, url = service["healthcheck"]["test"]
    assert (form, command) == ("CMD", "wget")
    path = "/api/health" if name == "grafana" else "/-/healthy"
    assert url == f"http://127.0.0.1:{PORTS[name]}{path}"


def test_only_this_machine_reaches_the_ports_until_somebody_decides_else() -> None:
    assert settings()["BIND_ADDRESS"] == "127.0.0.1"
    for name, port in PORTS.items():
        assert SERVICES[name]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert "ports" not in SERVICES["boards"]


def test_what_is_mounted_is_there_and_nobody_can_write_it() -> None:
    for service in SERVICES.values():
        assert [path for path in mounts(service).values() if not path.exists()] == []


def test_every_volume_is_one_that_is_named_below() -> None:
    used = {
        line.split(":")[0]
        for service in SERVICES.values()
        for line in service.get("volumes", ())
        if not line.startswith(".")
    }
    assert used == set(composition()["volumes"])


def test_whoever_waits_waits_for_somebody_who_is_there() -> None:
    for service in SERVICES.values():
        for name, how in service.get("depends_on", {}).items():
            assert name in SERVICES
            assert how["condition"] in ("service_started", "service_healthy")


def test_the_collector_takes_what_env_gives_it() -> None:
    collector = SERVICES["collector"]
    assert collector["env_file"] == [".env"]
    # From each address: the port below and the other services come from outside.
    listen = collector["environment"]["PICOTEMP_SERVER_LISTEN"]
    assert listen == f"0.0.0.0:{PORTS['collector']}"
    given = {
        key: value
        for key, value in (settings() | collector["environment"]).items()
        if COLLECTOR_VARIABLE.fullmatch(key)
    }
    result = CliRunner().invoke(main, ["--check-config"], env=given)
    assert result.exit_code == 0, result.output
    assert result.stdout.count("[[devices]]") == 3


def test_the_demo_needs_nothing_but_its_profile() -> None:
    boards = SERVICES["boards"]
    assert boards["profiles"] == ["demo"]
    assert boards["network_mode"] == "service:collector"
    assert boards["depends_on"]["collector"]["restart"] is True
    words = stages()["demo"].only("CMD").words
    emulated = places(int(words[-1]), "127.0.0.2", 8080)
    assert settings()["PICO_SERVER_URL"] == ",".join(
        f"demo-{number}=http://{place.address}:{place.port}"
        for number, place in enumerate(emulated, start=1)
    )


def test_prometheus_reads_the_shipped_rules_there_as_here() -> None:
    there = mounts(SERVICES["prometheus"])
    configuration = Path(option(SERVICES["prometheus"], "--config.file"))
    # Folders: the mount of a single file stays with the one that git replaces.
    assert there[str(configuration.parent)] / configuration.name == READ
    for name in ("recording.yml", "alerts.yml"):
        assert f"../../alerting/{name}" in PROMETHEUS["rule_files"]
        inside = configuration.parents[2] / "alerting"
        assert there[str(inside)] / name == DEPLOY / "alerting" / name


def test_prometheus_asks_the_services_at_their_ports() -> None:
    found = {
        job["job_name"]: job["static_configs"][0]["targets"]
        for job in PROMETHEUS["scrape_configs"]
    }
    assert found == {
        "picotemp": [f"collector:{PORTS['collector']}"],
        "prometheus": ["localhost:9090"],
        "alertmanager": ["alertmanager:9093"],
    }
    [managers] = PROMETHEUS["alerting"]["alertmanagers"]
    assert managers["static_configs"] == [{"targets": ["alertmanager:9093"]}]


@pytest.mark.parametrize(
    ("checker", "words", "service"),
    [
        ("promtool", ["check", "config"], "prometheus"),
        ("amtool", ["check-config"], "alertmanager"),
    ],
)
def test_the_programs_own_checkers_accept_what_is_mounted(
    checker: str, words: list[str], service: str
) -> None:
    inside = Path(option(SERVICES[service], "--config.file"))
    there = mounts(SERVICES[service])
    path = there[str(inside.parent)] / inside.name
    command = [program(checker), *words, str(path)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("server", "service"),
    [("prometheus", "prometheus"), ("prometheus-alertmanager", "alertmanager")],
)
def test_the_servers_know_their_flags(server: str, service: str) -> None:
    told = subprocess.run([program(server), "--help"], capture_output=True, text=True)
    known = set(re.findall(r"--[\w.-]+", told.stdout + told.stderr))
    flags = {word.partition("=")[0] for word in SERVICES[service]["command"]}
    assert flags <= known


def test_grafana_finds_prometheus_and_opens_with_the_dashboard() -> None:
    there = mounts(SERVICES["grafana"])
    provisioned = Path("/etc/grafana/provisioning")
    source = yaml.safe_load(
        there[str(provisioned / "datasources/picotemp.yaml")].read_text()
    )
    provider = yaml.safe_load(
        there[str(provisioned / "dashboards/picotemp.yaml")].read_text()
    )
    [data] = source["datasources"]
    assert (data["uid"], data["url"]) == ("prometheus", "http://prometheus:9090")
    scraped = PROMETHEUS["global"]["scrape_interval"]
    assert data["jsonData"]["timeInterval"] == scraped
    folder = provider["providers"][0]["options"]["path"]
    home = SERVICES["grafana"]["environment"][
        "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"
    ]
    assert Path(home).parent == Path(folder)
    assert (there[folder] / Path(home).name).is_file()


def test_grafana_has_no_account_whose_password_everybody_knows() -> None:
    environment = SERVICES["grafana"]["environment"]
    assert environment["GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"] == "true"
    assert environment["GF_AUTH_ANONYMOUS_ENABLED"] == "true"
    assert environment["GF_AUTH_ANONYMOUS_ORG_ROLE"] == "Viewer"
