"""In: a bare machine, or one that lacks something. Out: what make and scripts say."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import working_tree

ROOT = working_tree.ROOT
MAKEFILE = (ROOT / "Makefile").read_text()


def run(*command: str | Path, **environment: str) -> tuple[int, str, str]:
    result = subprocess.run(
        list(map(str, command)),
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    return result.returncode, result.stdout, result.stderr


def script(path: Path, text: str) -> Path:
    """Write an executable that stands for a program of the machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def python(tmp_path: Path, lack: str) -> Path:
    """Give a Python that fails whatever names what it lacks."""
    return script(
        tmp_path / "bin/python",
        f'case "$*" in *{lack}*) exit 1;; esac; exec {sys.executable} "$@"',
    )


def make_venv(tmp_path: Path, lack: str, user: str) -> tuple[int, str, str]:
    """Run make_venv.sh with such a Python, as a user of that number."""
    found = python(tmp_path, lack)
    script(tmp_path / "bin/id", f"echo {user}")
    script(tmp_path / "bin/apt-get", f'echo "apt-get $*" >> {tmp_path}/asked; exit 1')
    return run(
        "sh",
        "tools/make_venv.sh",
        PYTHON=str(found),
        VENV=str(tmp_path / "venv"),
        PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}",
    )


def test_bare_make_lists_every_verb() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    code, out, _ = run("make", "--no-print-directory")
    assert code == 0
    assert re.findall(r"^  make ([a-z-]+) ", out, re.MULTILINE) == phony[1].split()


def test_a_missing_venv_is_answered_with_the_one_command_that_mends_it(
    tmp_path: Path,
) -> None:
    code, out, error = make_venv(tmp_path, lack="ensurepip", user="1000")
    version = "{}.{}".format(*sys.version_info)
    mend = f"sudo apt-get install -y python{version}-venv"
    assert (code, out) == (1, "")
    assert error == f"python3 -m venv is missing; run once: {mend}\n"
    assert not (tmp_path / "asked").exists()


def test_half_a_venv_does_not_stay(tmp_path: Path) -> None:
    makes_half = 'case "$*" in "-m venv "*) mkdir -p "$3/bin"; exit 1;; esac; '
    half = script(tmp_path / "python", f'{makes_half} exec {sys.executable} "$@"')
    venv = tmp_path / "venv"
    code, *_ = run("sh", "tools/make_venv.sh", PYTHON=str(half), VENV=str(venv))
    assert code == 1
    assert not venv.exists()


def test_as_root_the_command_is_run(tmp_path: Path) -> None:
    make_venv(tmp_path, lack="ensurepip", user="0")
    version = "{}.{}".format(*sys.version_info)
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked[0] == f"apt-get install -y python{version}-venv"


def test_too_old_a_python_is_named(tmp_path: Path) -> None:
    code, _, error = make_venv(tmp_path, lack="version_info", user="1000")
    assert code == 1
    assert "needs 3.11 or newer: make PYTHON=python3.12" in error


def test_without_apt_the_servers_are_skipped_and_tried_again(tmp_path: Path) -> None:
    for name in ("sh", "mkdir", "cat"):
        found = shutil.which(name)
        assert found
        (tmp_path / name).symlink_to(found)
    code, out, error = run(
        *("sh", "tests/fetch_servers.sh", tmp_path / "servers"), PATH=str(tmp_path)
    )
    assert (code, out) == (0, "")
    assert error == "no real servers for the tests: there is no apt-get here\n"
    assert not (tmp_path / "servers/.done").exists()


def test_a_board_to_test_must_be_named(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    script(tmp_path / ".venv/bin/python", "")
    script(tmp_path / ".venv/.dev", "")
    code, _, error = run("make", "-C", tmp_path, "test-device", "URL=")
    assert code == 2
    assert "make test-device URL=http://picotemp.local" in error
