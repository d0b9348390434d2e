"""In: addresses by DHCP, by hand, none. Out: which the program has, and its link."""

import pytest

from picotemp_tools.emulator.place import GATEWAY, NAME_SERVER
from tools.emulator.conftest import JOIN, Runner
from tools.emulator.waiting import until

OWN = ("10.0.0.7", "255.255.255.0", "10.0.0.1", "10.0.0.2")
NONE = ("0.0.0.0",) * 4
BEGIN = """
import network, time
wlan = network.WLAN(network.STA_IF)
wlan.active(True)
"""
CONNECT = 'wlan.connect("emulated", "emulated-password")\n'
WATCH = """
last = None
while True:
    now = (wlan.status(), wlan.ifconfig())
    if now != last:
        print("told:", now)
    last = now
    time.sleep_ms(5)
"""


async def test_by_dhcp_gateway_and_name_server_are_two_hosts(run: Runner) -> None:
    async with run(BEGIN + CONNECT + WATCH) as board:
        given = (board.place.address, "255.0.0.0", GATEWAY, NAME_SERVER)
        await board.serial.wait_for(f"told: {(3, given)}")


async def test_an_address_that_dhcp_changes_is_seen_at_once_and_after_a_join(
    run: Runner,
) -> None:
    async with run(JOIN + WATCH) as board:
        await board.serial.wait_for("told: (3,")
        board.change(dhcp_address="10.9.8.7")
        await board.serial.wait_for("told: (3, ('10.9.8.7', ")
    async with run(JOIN + WATCH) as board:
        board.change(dhcp_address="10.9.8.6")
        await board.serial.wait_for("told: (3, ('10.9.8.6', ")


@pytest.mark.parametrize("address", ["", "attic", "10.0.0", "10.0.0.256", 7])
async def test_what_is_no_address_is_refused(run: Runner, address: str) -> None:
    async with run(JOIN + WATCH) as board:
        with pytest.raises(ValueError, match=r"Octet|octet|Expected|empty"):
            board.change(dhcp_address=address)


@pytest.mark.parametrize("fault", ["ok", "no-address"])
async def test_with_an_address_of_its_own_a_board_needs_no_dhcp(
    run: Runner, fault: str
) -> None:
    program = BEGIN + f"wlan.ifconfig({OWN})\ntime.sleep_ms(300)\n" + CONNECT + WATCH
    async with run(program) as board:
        board.change(wifi=fault, dhcp_address="10.9.8.7")
        await board.serial.wait_for(f"told: {(3, OWN)}")
        # It still answers where it is.
        assert board.url.startswith(f"http://{board.place.address}:")


async def test_an_address_that_is_taken_while_dhcp_is_silent_ends_the_wait(
    run: Runner,
) -> None:
    program = (
        BEGIN
        + "time.sleep_ms(300)\n"
        + CONNECT
        + "while wlan.status() != 2:\n    time.sleep_ms(5)\n"
        + f"print('told: waiting')\nwlan.ifconfig({OWN})\n"
        + WATCH
    )
    async with run(program) as board:
        board.change(wifi="no-address")
        await board.serial.wait_for("told: waiting")
        await board.serial.wait_for(f"told: {(3, OWN)}")


@pytest.mark.parametrize(
    "anew",
    [
        "wlan.ifconfig({})\nwlan.active(False)\nwlan.active(True)\n",
        "wlan.active(False)\nwlan.ifconfig({})\nwlan.active(True)\n",
    ],
)
async def test_a_radio_that_is_switched_on_forgets_that_address(
    run: Runner, anew: str
) -> None:
    program = BEGIN + anew.format(OWN) + "print('told:', wlan.ifconfig())\n"
    async with run(program + CONNECT + WATCH) as board:
        await board.serial.wait_for(f"told: {NONE}")
        await board.serial.wait_for(f"told: (3, ('{board.place.address}', ")


async def test_a_radio_that_is_on_already_forgets_nothing(run: Runner) -> None:
    program = BEGIN + f"wlan.ifconfig({OWN})\nwlan.active(True)\n" + CONNECT + WATCH
    async with run(program) as board:
        await board.serial.wait_for(f"told: {(3, OWN)}")


async def test_the_next_chip_begins_with_dhcp(run: Runner) -> None:
    program = (
        BEGIN
        + "import machine\nif machine.reset_cause() == 1:\n"
        + f"    wlan.ifconfig({OWN})\n    machine.reset()\n"
        + CONNECT
        + WATCH
    )
    async with run(program) as board:
        await board.serial.wait_for(f"told: (3, ('{board.place.address}', ")


async def test_switching_the_radio_off_leaves_the_network(run: Runner) -> None:
    program = JOIN + (
        "before = wlan.active()\nwlan.active(False)\n"
        "print('told:', before, wlan.active(), wlan.status(), wlan.isconnected())\n"
        "time.sleep_ms(100)\nprint('later:', wlan.status())\n"
        "wlan.active(True)\nprint('on:', wlan.active(), wlan.status())\n"
    )
    async with run(program) as board:
        await board.serial.wait_for("told: True False 0 False")
        await board.serial.wait_for("later: 0")
        await board.serial.wait_for("on: True 0")
        await until(lambda: board.serial.lines[-1] == "on: True 0")


async def test_a_radio_that_is_off_has_no_link_whatever_the_network_says(
    run: Runner,
) -> None:
    program = BEGIN + CONNECT + "wlan.active(False)\n" + WATCH
    async with run(program) as board:
        await board.serial.wait_for(f"told: {(0, NONE)}")
        board.change(wifi="lost")
        board.change(wifi="ok", dhcp_address="10.9.8.7")
        assert board.serial.lines[-1] == f"told: {(0, NONE)}"
