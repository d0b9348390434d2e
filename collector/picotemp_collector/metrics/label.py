"""In: a label's name and value. Out: its text, as both formats write it."""

ESCAPES = (("\\", r"\\"), ('"', r"\""), ("\n", r"\n"))


def label(name: str, value: str) -> str:
    """Give a label, its value escaped."""
    for letter, escaped in ESCAPES:
        value = value.replace(letter, escaped)
    return f'{name}="{value}"'
