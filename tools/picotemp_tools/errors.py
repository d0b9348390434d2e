"""In: what a user of the tools can mend. Out: one line that says how."""


class ToolError(Exception):
    """Something a person can mend; its text says what is wrong and what to do."""
