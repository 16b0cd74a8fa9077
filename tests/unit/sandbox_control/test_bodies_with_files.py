from __future__ import annotations

import pytest

from adapters.sandbox.bodies import with_files
from adapters.sandbox.side import Refusal, SaidFile

TEXT = {"name": "a.txt", "text": "abc"}
SAID = (SaidFile("a.txt", b"abc", "text/plain"),)


@pytest.mark.parametrize("given", [TEXT, [TEXT], {"name": "a.txt", "content": "YWJj"}])
def test_a_file_alone_or_in_a_list_is_a_file(given: object) -> None:
    assert with_files({"file": given}) == {"file": SAID}


@pytest.mark.parametrize("given", ["text", 7, None, [], {"choice": "a"}, ["a", "b"]])
def test_other_options_stay_as_they_are(given: object) -> None:
    assert with_files({"option": given}) == {"option": given}


def test_a_file_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(Refusal, match="unknown field"):
        with_files({"file": {**TEXT, "colour": "red"}})
