"""In: a plan. Out: what it will do, for people and for programs."""

from collections import Counter
from typing import Any

from .board.look import Identity
from .planning.plan import Plan
from .planning.snapshot import CURRENT, MAIN, PREVIOUS, TEMPORARY
from .planning.steps import Copy, Remove, Rename, Send


def lines(planned: Plan, identity: Identity) -> list[str]:
    """Give a few lines a person reads before it is done."""
    told = as_json(planned)
    program = planned.program
    steps = [
        f"board    {identity.machine}, MicroPython {identity.version_text}",
        f"program  picotemp {program.version}, in /app/{planned.folder}",
        f"send     {_count(told['sends'], 'file')}, {planned.send_bytes:,} bytes",
    ]
    if told["copies"]:
        steps.append(f"copy     {_count(told['copies'], 'file')} that lie on the board")
    if told["replaces_main"]:
        steps.append(f"replace  {MAIN}{' (not ours)' * planned.is_main_foreign}")
    if told["switches"]:
        steps.append(f"switch   {CURRENT}, then start the board anew")
    removed = told["removes"]
    if removed:
        steps.append(f"remove   {', '.join(removed)}")
    return steps


def as_json(planned: Plan) -> dict[str, Any]:
    """Give the same as plain values."""
    kinds = Counter(type(step) for step in planned.steps)
    renamed = [step.path for step in planned.steps if isinstance(step, Rename)]
    return {
        "folder": planned.folder,
        "sends": kinds[Send],
        "send_bytes": planned.send_bytes,
        "copies": kinds[Copy],
        "switches": CURRENT in renamed,
        "replaces_main": MAIN in renamed,
        "removes": [
            step.path
            for step in planned.steps
            if isinstance(step, Remove) and step.path not in (PREVIOUS, *TEMPORARY)
        ],
        "is_main_foreign": planned.is_main_foreign,
        "leftovers": list(planned.leftovers),
    }


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
