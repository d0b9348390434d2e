"""In: the patches beside this file. Out: a table; each must turn its named test red.

A patch begins with `rule: what it breaks` and `test: the node id that must go red`.
Words on the command line choose the patches whose names contain one of them.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import working_tree

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WORKERS = 2
TEST_SECONDS = 180
# What pytest says when tests ran and some failed; anything else proves nothing.
TESTS_FAILED = 1


@dataclass(frozen=True)
class Mutant:
    """One patch and the test that guards the rule it breaks."""

    name: str
    rule: str
    test: str
    patch: Path


def mutants() -> list[Mutant]:
    """Read all patches."""
    return [_read(path) for path in sorted(HERE.glob("*.patch"))]


def is_killed(mutant: Mutant) -> tuple[bool, str]:
    """Run the guarding test on a broken copy of the tree: (is red, what was seen)."""
    with tempfile.TemporaryDirectory(prefix="picotemp-mutant-") as folder:
        tree = Path(folder) / "tree"
        working_tree.copy(tree)
        (tree / ".cache").symlink_to(ROOT / ".cache")
        applied = subprocess.run(
            ["git", "apply", str(mutant.patch)],
            cwd=tree,
            capture_output=True,
            text=True,
            check=False,
        )
        if applied.returncode:
            return False, f"the patch does not apply: {applied.stderr.strip()}"
        return _test(mutant, tree)


def main(words: list[str]) -> int:
    """Run the chosen mutants; give 0 when every one was found out."""
    chosen = [m for m in mutants() if not words or any(w in m.name for w in words)]
    survivors = 0
    with ThreadPoolExecutor(WORKERS) as pool:
        for mutant, (red, seen, seconds) in zip(
            chosen, pool.map(_timed, chosen), strict=True
        ):
            survivors += not red
            verdict = "red, as it must" if red else f"NOT FOUND OUT: {seen}"
            print(f"{mutant.rule:60} {seconds:5.1f} s  {verdict}", flush=True)
    print(f"{len(chosen) - survivors} of {len(chosen)} broken rules were found out")
    return 1 if survivors or not chosen else 0


def _read(path: Path) -> Mutant:
    head = dict(
        line.split(": ", 1)
        for line in path.read_text().split("\n--- ", 1)[0].splitlines()
        if ": " in line
    )
    return Mutant(path.stem, head["rule"], head["test"], path)


def _test(mutant: Mutant, tree: Path) -> tuple[bool, str]:
    sources = ("firmware", "collector", "tools")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(str(tree / name) for name in sources)
    }
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", mutant.test]
    try:
        result = subprocess.run(
            command,
            cwd=tree,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=TEST_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return False, "the test did not end"
    lines = result.stdout.strip().splitlines()
    return result.returncode == TESTS_FAILED, lines[-1] if lines else result.stderr


def _timed(mutant: Mutant) -> tuple[bool, str, float]:
    began = time.monotonic()
    red, seen = is_killed(mutant)
    return red, seen, time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
