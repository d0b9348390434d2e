"""In: --check, a file (the repository's if none). Out: the manifest in it, or drift.

`make manifests` writes it. Exit codes: 0 written, or the same; 1 drift.
"""

import sys
from pathlib import Path

import click

from .prometheus_rule import groups, text

_DEPLOY = Path(__file__).parents[3] / "collector/deploy"
RULES = (_DEPLOY / "alerting/recording.yml", _DEPLOY / "alerting/alerts.yml")
MANIFEST = (
    _DEPLOY / "kubernetes/overlays/prometheus-operator/monitors/prometheusrule.yaml"
)


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if it differs.")
@click.argument(
    "file", type=click.Path(path_type=Path, dir_okay=False), default=MANIFEST
)
def main(check: bool, file: Path) -> None:
    """Write the PrometheusRule from the tested rules."""
    right = text(groups(RULES))
    if not check:
        file.write_text(right, encoding="utf-8")
    elif not file.exists() or file.read_text(encoding="utf-8") != right:
        print(
            f"{file} differs from the rules in collector/deploy/alerting/:"
            " run make manifests",
            file=sys.stderr,
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
