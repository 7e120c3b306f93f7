from hypothesis import given
from hypothesis import strategies as st

from ses_tui.core.sanitise import sanitise
from tests.hostile.attacks import attacks
from tests.hostile.harmless import harm_in


def test_there_are_attacks_of_every_kind() -> None:
    assert len(set(attacks().values())) >= 400


def test_no_attack_comes_through() -> None:
    for name, attack in attacks().items():
        assert harm_in(sanitise(attack)) is None, name


@given(st.lists(st.sampled_from([*attacks().values(), "word", "\u0301", "\x1b"]), max_size=8))
def test_no_pieces_make_an_attack_together(pieces: list[str]) -> None:
    safe = sanitise("".join(pieces))
    assert harm_in(safe) is None
    assert sanitise(safe) == safe
