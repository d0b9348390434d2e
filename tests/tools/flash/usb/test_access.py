"""In: ports one may not use, or others do. Out: the true reason, the exact remedy."""

import grp
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from picotemp_tools.flash.usb.access import UDEV_FILE, Holder, holder, refusal
from picotemp_tools.flash.usb.host import Host, Owner, User, owner_of, user
from tools.flash.usb.fake_host import FakeHost

PORT = "/dev/ttyACM0"


def refused(tmp_path: Path, owner: Owner, now: set[str], later: set[str]) -> str | None:
    fake = FakeHost(tmp_path, locked={PORT}, owner=owner)
    fake.user = User("ada", frozenset(now), frozenset(now | later))
    return refusal(PORT, fake.host())


def test_who_may_use_the_port_is_not_refused(tmp_path: Path) -> None:
    assert refusal(PORT, FakeHost(tmp_path).host()) is None


@pytest.mark.parametrize("group", ["dialout", "uucp", "plugdev"])
def test_who_is_not_in_the_owning_group_is_told_to_join_that_one(
    tmp_path: Path, group: str
) -> None:
    assert refused(tmp_path, Owner(group, True), {"ada"}, set()) == (
        f"group {group} may open {PORT}, ada is not in it: "
        f"sudo usermod -aG {group} ada; then log out and in again"
    )


def test_who_has_joined_since_the_login_is_told_to_log_in_again(tmp_path: Path) -> None:
    text = refused(tmp_path, Owner("dialout", True), {"ada"}, {"dialout"})
    assert text is not None
    assert text.endswith("since the last login: log out and in again")


@pytest.mark.parametrize("owner", [Owner("root", True), Owner("dialout", False)])
def test_where_no_group_helps_the_udev_rule_is_named(
    tmp_path: Path, owner: Owner
) -> None:
    text = refused(tmp_path, owner, {"ada"}, set())
    assert text is not None
    assert UDEV_FILE in text
    assert "usermod" not in text


def test_the_owner_and_the_user_are_read_from_this_machine(tmp_path: Path) -> None:
    device = tmp_path / "device"
    device.touch(0o600)
    group = grp.getgrgid(device.stat().st_gid).gr_name
    assert owner_of(str(device)) == Owner(group, False)
    device.chmod(0o660)
    assert owner_of(str(device)) == Owner(group, True)
    assert (
        grp.getgrgid(os.getgid()).gr_name in user().groups <= user().groups_after_login
    )
    assert Host().may_use(str(device))


def test_the_holder_is_another_program_not_this_one(tmp_path: Path) -> None:
    fake = FakeHost(tmp_path)
    fake.runs(os.getpid(), "python", PORT)
    assert holder(PORT, fake.root) is None
    fake.runs(12, "minicom", PORT)
    assert holder(PORT, fake.root) == Holder(12, "minicom")


def test_the_far_end_of_an_emulated_port_is_not_its_holder(tmp_path: Path) -> None:
    fake = FakeHost(tmp_path)
    fake.runs(7, "picotemp-emulat", "/dev/ptmx", "/dev/pts/5")
    assert holder("/dev/pts/5", fake.root) is None
    fake.runs(12, "minicom", "/dev/pts/5")
    assert holder("/dev/pts/5", fake.root) == Holder(12, "minicom")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is no /proc here")
def test_a_real_program_is_found_by_its_port() -> None:
    board_end, port_end = pty.openpty()
    port = os.ttyname(port_end)
    script = f"file = open({port!r}); print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        program.stdout.readline()
        found = holder(port, Path("/"))
        program.communicate(b"\n")
    os.close(board_end)
    os.close(port_end)
    assert found is not None
    assert found.pid == program.pid
