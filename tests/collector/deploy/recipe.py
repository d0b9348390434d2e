"""In: a Dockerfile. Out: its stages, their instructions, and what those say."""

import json
import re
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "collector/deploy"
NO_SHELL = ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK")


@frozen
class Instruction:
    """One instruction: its name, its --flags, and all behind them."""

    name: str
    flags: dict[str, str]
    text: str

    @property
    def words(self) -> list[str]:
        """Give the words of the exec form; ValueError where it is the shell's."""
        found: list[str] = json.loads(self.text.removeprefix("CMD "))
        return found

    @property
    def pairs(self) -> dict[str, str]:
        """Give the key="value" pairs of a LABEL or ENV."""
        found = re.findall(r'(\S+?)=("[^"]*"|\S+)', self.text)
        return {key: value.strip('"') for key, value in found}


@frozen
class Stage:
    """One FROM with all that follows."""

    base: str
    instructions: list[Instruction]

    def all(self, name: str) -> list[Instruction]:
        """Give all instructions of a name."""
        return [one for one in self.instructions if one.name == name]

    def only(self, name: str) -> Instruction:
        """Give the one instruction of a name."""
        [found] = self.all(name)
        return found

    def pairs(self, name: str) -> dict[str, str]:
        """Give the pairs of all instructions of a name."""
        return {
            key: value for one in self.all(name) for key, value in one.pairs.items()
        }


def stages() -> dict[str, Stage]:
    """Give the stages of the Dockerfile by name, in order."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.M)
    found: dict[str, Stage] = {}
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line.startswith("FROM "):
            base, _as, name = line.removeprefix("FROM ").split()
            current = found[name] = Stage(base, [])
        elif line:
            current.instructions.append(_instruction(line))
    return found


def _instruction(line: str) -> Instruction:
    name, _, text = line.partition(" ")
    flags = dict(re.findall(r"--(\S+?)=(\S+) +", text))
    return Instruction(name, flags, re.sub(r"^(--\S+ +)*", "", text))
