"""In: files of recording rules and alerts. Out: the PrometheusRule that holds them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import yaml

NAME = "picotemp"
Group: TypeAlias = dict[str, Any]
HEADER = """\
# Written by `make manifests` from collector/deploy/alerting/: change the files there.
# Their tests are of those files; that this one says the same is a test too.
"""


class Dumper(yaml.SafeDumper):
    """Writes an expression of several lines as it was written."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        """Write what occurs twice twice."""
        return True

    def represent_scalar(
        self, tag: str, value: str, style: str | None = None
    ) -> yaml.ScalarNode:
        """Write lines as lines."""
        return super().represent_scalar(tag, value, "|" if "\n" in value else style)


def groups(files: Sequence[Path]) -> list[Group]:
    """Give the groups of all files, in their order."""
    return [
        group
        for file in files
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
    ]


def text(groups: Sequence[Group]) -> str:
    """Give the manifest."""
    manifest = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": NAME, "labels": {"app.kubernetes.io/name": NAME}},
        "spec": {"groups": [*groups]},
    }
    dumped: str = yaml.dump(
        manifest, Dumper=Dumper, sort_keys=False, width=88, allow_unicode=True
    )
    return HEADER + dumped
