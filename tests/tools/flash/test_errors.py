"""In: all kinds of failure. Out: each has one exit code, and that is documented."""

import re

from picotemp_tools.errors import ToolError
from picotemp_tools.flash import errors
from picotemp_tools.flash.errors import FlashError, Kind


def test_each_kind_has_an_exit_code_of_its_own_that_the_shell_does_not_use() -> None:
    codes = [kind.value for kind in Kind]
    assert len(codes) == len(set(codes)) == len(Kind.__members__)
    assert all(2 < code < 126 for code in codes)


def test_the_documented_table_is_that_of_the_code() -> None:
    documented = re.findall(r"^  (\d+) +\S", errors.__doc__ or "", re.MULTILINE)
    assert [int(code) for code in documented] == [0, 1, 2, *sorted(Kind)]


def test_an_error_is_one_that_a_tool_tells_without_a_traceback() -> None:
    error = FlashError(Kind.BUSY, "close it")
    assert isinstance(error, ToolError)
    assert (str(error), error.kind) == ("close it", 12)
