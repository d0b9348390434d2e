"""In: what the pods of the K3s overlay run, the real programs. Out: they take it."""

import asyncio
import re
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from click.testing import CliRunner

from collector.deploy.manifest_files import Document, rendered
from collector.deploy.manifest_mounts import mounted, write
from collector.deploy.manifest_pods import Pod, pods
from conftest import Places
from picotemp_collector.cli import main
from picotemp_tools.bench.process import running
from real_servers import eventually, program

COLLECTOR = (sys.executable, "-m", "picotemp_collector")
# Prometheus wants its own under another name.
PROGRAMS = {"prometheus": "prometheus", "alertmanager": "prometheus-alertmanager"}


def test_the_collector_takes_its_configuration(tmp_path: Path) -> None:
    pod, _ = pod_of("picotemp-collector", tmp_path)
    command = [*below(tmp_path, pod.containers[0]["args"]), "--check-config"]
    result = CliRunner().invoke(main, command, env={"PICO_SERVER_URL": ""})
    assert (result.exit_code, result.stderr) == (0, "")
    (device,) = tomllib.loads(result.stdout)["devices"]
    assert (device["name"], device["url"]) == ("attic", "http://192.168.1.23/")


def test_promtool_takes_the_configuration_with_its_rules(tmp_path: Path) -> None:
    _, files = pod_of("prometheus", tmp_path)
    said = run(program("promtool"), "check", "config", str(files["prometheus.yml"]))
    assert "SUCCESS: 2 rule files found" in said
    assert re.findall(r"Checking \S+/rules/(\w+\.yml)\n", said) == [
        "alerts.yml",
        "recording.yml",
    ]


def test_promtool_refuses_a_rule_that_is_wrong(tmp_path: Path) -> None:
    _, files = pod_of("prometheus", tmp_path)
    rules = files["alerts.yml"]
    rules.write_text(rules.read_text().replace("expr:", "expr: )", 1))
    with pytest.raises(AssertionError, match="FAILED"):
        run(program("promtool"), "check", "config", str(files["prometheus.yml"]))


def test_amtool_takes_the_configuration(tmp_path: Path) -> None:
    _, files = pod_of("alertmanager", tmp_path)
    said = run(program("amtool"), "check-config", str(files["alertmanager.yml"]))
    assert "SUCCESS" in said


@pytest.mark.parametrize("name", ["picotemp-collector", *PROGRAMS])
async def test_what_a_pod_runs_starts_and_answers_its_probes(
    name: str, new_place: Places, tmp_path: Path
) -> None:
    pod, files = pod_of(name, tmp_path)
    (container,) = pod.containers
    address = new_place().address
    if name == "picotemp-collector":
        # No test asks the reader's own network.
        config = files["collector.toml"]
        config.write_text(config.read_text().replace("192.168.1.23", address))
    paths = {
        probe["httpGet"]["path"]
        for key, probe in container.items()
        if key.endswith("Probe")
    }
    async with started(pod, tmp_path, address) as url, aiohttp.ClientSession() as asker:
        for path in sorted(paths):
            await eventually(lambda path=path: status(asker, url + path), (200).__eq__)  # type: ignore[misc]


@asynccontextmanager
async def started(pod: Pod, root: Path, address: str) -> AsyncIterator[str]:
    """Run what a pod runs, at an address of its own, its files below a folder."""
    (container,) = pod.containers
    port = container["ports"][0]["containerPort"]
    arguments = below(root, container["args"])
    if pod.name in PROGRAMS:
        listen = f"--web.listen-address={address}:{port}"
        command = (program(PROGRAMS[pod.name]), *arguments, listen)
        variables = {}
    else:
        command = (*COLLECTOR, *arguments)
        variables = {
            "PICO_SERVER_URL": "",
            "PICOTEMP_SERVER_LISTEN": f"{address}:{port}",
        }
    async with running(*command, **variables):
        yield f"http://{address}:{port}"


def below(root: Path, arguments: list[str]) -> list[str]:
    """Give arguments whose paths begin at a folder."""
    return [re.sub(r"(^|=)/", rf"\g<1>{root}/", argument) for argument in arguments]


async def status(asker: aiohttp.ClientSession, url: str) -> int:
    try:
        async with asyncio.timeout(5), asker.get(url) as answer:
            return answer.status
    except (aiohttp.ClientError, TimeoutError):
        return 0


def pod_of(name: str, root: Path) -> tuple[Pod, dict[str, Path]]:
    """Give a pod, and its files as they lie below a folder, by their names."""
    documents: list[Document] = rendered("overlays/k3s")
    pod = next(pod for pod in pods(documents) if pod.name == name)
    files = mounted(documents, pod)
    # As below / in the pod, so here below the folder.
    write(
        {path: text.replace(" /etc/", f" {root}/etc/") for path, text in files.items()},
        root,
    )
    return pod, {Path(path).name: root / path.lstrip("/") for path in files}


def run(*command: str) -> str:
    """Give what a command says, and fail with it where it fails."""
    answer = subprocess.run(command, capture_output=True, text=True)
    said = answer.stdout + answer.stderr
    assert answer.returncode == 0, said
    return said
