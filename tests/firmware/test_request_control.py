"""In: heads with control characters in odd places. Out: 400."""

import pytest

from .test_request import END, GET, outcome


@pytest.mark.parametrize("stray", [b"\r", b"\n", b"\0"])
@pytest.mark.parametrize("line", [b"X: a%sb", b"Co%sntent-Length: 5", b"X%s: a"])
def test_a_stray_control_character_is_refused(stray: bytes, line: bytes) -> None:
    assert outcome(GET + line % stray + END) == 400
    assert outcome(GET + line % b"" + END + b"x" * 5) != 400
