"""In: one folder of file_sd files. Out: the same devices from promtool and from us."""

import json
import subprocess
from pathlib import Path

from picotemp_collector.config.device_url import device_url
from picotemp_collector.sources.file_source import read_files
from real_servers import program

FILES = {
    "plain.json": '[{"targets": ["10.0.0.1", "10.0.0.2:8080"]}]',
    "named.json": '[{"targets": ["a.lan"], "labels": {"device": "attic", "x": "y"}}]',
    "scheme.yml": "- {targets: [a:8443], labels: {__scheme__: https, device: safe}}",
    "empty_list.json": "[]",
    "empty_groups.json": '[{}, {"targets": null, "labels": null}]',
    "unicode.yaml": "- {targets: ['10.0.0.3'], labels: {device: Dachboden °C 屋根}}",
    "numbers.yml": "- {targets: [a], labels: {device: 12, rack: 0x1f, on: yes}}",
    "nothing.yml": "- {targets: [a], labels: {device: ~}}\n- targets:",
    "merges.yml": "- {targets: [a], labels: &l {x: y}}\n"
    "- {targets: [b], labels: {<<: *l, device: two}}\n- {targets: [c], labels: *l}",
    "two_documents.yml": "- targets: [first]\n---\n- targets: [second]",
    "long.yml": "".join(
        f"- targets: ['10.1.{n // 250}.{n % 250}']\n" for n in range(900)
    ),
    # Neither takes these, and all of the file is refused.
    "torn.json": '[{"targets": ["a"',
    "torn.yml": "- targets: ['a",
    "field.json": '[{"targets": ["a"], "label": {}}]',
    "field.yml": "- {targets: [a], labels: {}, source: x}",
    "twice.yml": "- {targets: [a], targets: [b]}",
    "twice_label.yml": "- {targets: [a], labels: {x: '1', x: '2'}}",
    "no_list.json": '{"targets": ["a"]}',
    "null_group.json": '[null, {"targets": ["a"]}]',
    "null_group.yml": "- ~\n- targets: [a]",
    "texts.json": '["a", "b"]',
    "lone.yml": "- targets: {a: b}",
    "number.json": '[{"targets": [7]}]',
    "number_label.json": '[{"targets": ["a"], "labels": {"x": 7}}]',
    "list_label.yml": "- {targets: [a], labels: {x: [y]}}",
    "rest.json": '[{"targets": ["a"]}] x',
    "bom.json": '\ufeff[{"targets": ["a"]}]',
    "unknown_alias.yml": "- *nobody",
}
EXTENSIONS = ("json", "yml", "yaml")
Found = dict[str, list[tuple[str, str]]]


def test_promtool_and_we_read_the_same_files_into_the_same_targets(
    tmp_path: Path,
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    theirs = read_by_promtool(tmp_path)
    assert read_by_us(tmp_path) == theirs
    assert sum(len(found) for found in theirs.values()) == 911


def read_by_us(folder: Path) -> Found:
    found: Found = {}
    for extension in EXTENSIONS:
        for path, listing in read_files(f"{folder}/*.{extension}", {}).by_path.items():
            if targets := [one.settings for one in listing.entries]:
                found[Path(path).name] = sorted(
                    (one.name or one.url.name, one.url.full) for one in targets
                )
    return found


def read_by_promtool(folder: Path) -> Found:
    patterns = [f"{folder}/*.{extension}" for extension in EXTENSIONS]
    config = {
        "scrape_configs": [{"job_name": "j", "file_sd_configs": [{"files": patterns}]}]
    }
    path = folder / "prometheus.conf"
    path.write_text(json.dumps(config))
    checked = subprocess.run(
        [program("promtool"), "check", "service-discovery", "--timeout=2s", path, "j"],
        capture_output=True,
        check=True,
    )
    found: Found = {}
    for target in json.loads(checked.stdout):
        if labels := target["discoveredLabels"]:
            url = device_url(f"{labels['__scheme__']}://{labels['__address__']}")
            name = labels.get("device") or url.name
            file = Path(labels["__meta_filepath"]).name
            found.setdefault(file, []).append((name, url.full))
    return {file: sorted(targets) for file, targets in found.items()}
