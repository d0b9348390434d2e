"""In: a plan. Out: what it will do, for people and for programs."""

from typing import Any

from .board.look import Identity
from .planning.plan import Plan
from .planning.snapshot import CURRENT, MAIN, TRIAL
from .planning.steps import Copy, Remove, Rename, Send


def lines(planned: Plan, identity: Identity) -> list[str]:
    """Give a few lines a person reads before it is done."""
    told = as_json(planned)
    size = count(planned.send_bytes, "byte")
    steps = [
        f"board    {identity.machine}, MicroPython {identity.version_text}",
        f"program  picotemp {planned.program.version}, in /app/{planned.folder}",
        f"send     {count(told['sends'], 'file')}, {size}",
    ]
    if told["copies"]:
        steps.append(f"copy     {count(told['copies'], 'file')} on the board")
    if told["writes_main"]:
        verb = "replace" if told["replaces_main"] else "write"
        steps.append(f"{verb:8} {MAIN}{' (not ours)' * planned.is_main_foreign}")
    if told["switches"]:
        steps.append(f"switch   {CURRENT}, then start the board anew")
    if told["removes"]:
        steps.append(f"remove   {', '.join(told['removes'])}")
    return steps


def as_json(planned: Plan) -> dict[str, Any]:
    """Give the same as plain values."""
    copied = [step for step in planned.steps if isinstance(step, Copy)]
    renamed = [step.path for step in planned.steps if isinstance(step, Rename)]
    removed = [step.path for step in planned.steps if isinstance(step, Remove)]
    return {
        "folder": planned.folder,
        "sends": sum(isinstance(step, Send) for step in planned.steps),
        "send_bytes": planned.send_bytes,
        "copies": sum(step.source != MAIN for step in copied),
        "switches": CURRENT in renamed,
        "writes_main": MAIN in renamed,
        "replaces_main": any(step.source == MAIN for step in copied),
        "removes": [path for path in removed if path not in TRIAL],
        "is_main_foreign": planned.is_main_foreign,
        "leftovers": list(planned.leftovers),
    }


def count(number: int, noun: str) -> str:
    """Give a number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
