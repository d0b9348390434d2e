"""In: the answers of a person. Out: what was asked and said, and in which way."""

from dataclasses import dataclass, field


@dataclass
class FakeAsker:
    """A person who answers this, in turn; who is not here answers nothing."""

    answers: list[str] = field(default_factory=list)
    agrees: list[bool] = field(default_factory=list)
    asked: list[tuple[str, str, bool]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    is_here: bool | None = None

    def __post_init__(self) -> None:
        if self.is_here is None:
            self.is_here = bool(self.answers)

    def is_there(self) -> bool:
        return bool(self.is_here)

    def ask(self, text: str, default: str, is_hidden: bool) -> str:
        self.asked.append((text, default, is_hidden))
        return self.answers.pop(0) or default

    def agree(self, text: str) -> bool:
        self.told.append(text)
        return self.agrees.pop(0) if self.agrees else False

    def tell(self, text: str) -> None:
        self.told.append(text)
