"""What a search says of itself: how far it is, what it costs, why it found what it did."""

from ses_tui.core.sanitise import sanitise
from ses_tui.core.search import Ending
from ses_tui.core.search.carry_out import Phase, SearchState
from ses_tui.core.search.emptiness import nothing_found
from ses_tui.core.zone import Zone
from ses_tui.ui.keymap import key_of
from ses_tui.ui.text import format_age
from ses_tui.ui.tones import Tone

_SO_FAR = " so far"
_HINT = (
    "An address finds the mail to it, a message id all of its events, words whatever holds them. "
    "Tab completes, ↑ is what was asked before, 1-6 choose the range."
)


def search_words(
    state: SearchState, now: int, zone: Zone, *, in_part: bool, kept: bool
) -> tuple[str, Tone]:
    """One to a few sentences, sanitised, with their tone.

    `in_part` says that rows show outcomes of what was found and not of whole messages, `kept` that
    there are rows.
    """
    stops = f"{key_of('stop_reading')} stops."
    again = f"{key_of('read_again')} searches again."
    match state.phase:
        case Phase.IDLE:
            return _HINT, Tone.MUTED
        case Phase.PLANNING:
            return f"Looking how to search… {_elapsed(state, now)}{stops}", Tone.WARNING
        case Phase.READING:
            return f"Reading… {_progress(state, zone)}. {_elapsed(state, now)}{stops}", Tone.WARNING
        case Phase.TELLING:
            told = f"{len(state.outcomes):,} of {len(state.batch.events):,}"
            return f"Found {_progress(state, zone)}. Reading what became of it: {told}…", (
                Tone.WARNING
            )
        case Phase.ASKING:
            return f"{_sentence(state.words)} Enter goes on, Esc leaves it.", Tone.WARNING
        case Phase.REFUSED:
            return _sentence(state.words), Tone.WARNING
        case Phase.FAILED:
            left = " What was found before is still shown." if kept else ""
            return f"{_sentence(state.words)}{left}{_further(state)} {again}", Tone.BAD
        case Phase.STOPPED:
            return f"Stopped: found {_progress(state, zone)}.{_further(state)} {again}", (
                Tone.WARNING
            )
    return _ending(state, zone, in_part=in_part)


def _ending(state: SearchState, zone: Zone, *, in_part: bool) -> tuple[str, Tone]:
    lost = state.batch.events_unreadable
    unreadable = f" {lost:,} events could not be read." if lost else ""
    if state.words:
        cost = f"{state.batch.examined:,} looked at, {state.cost.text}"
        return f"{_sentence(nothing_found(state.words))} ({cost}){unreadable}", Tone.WARNING
    brackets = " In brackets: as far as what was found tells." if in_part else ""
    if state.batch.ending is Ending.BUDGET:
        text = f"Stopped, since it cost more than expected: found {_progress(state, zone)}."
        return f"{text} Enter searches on whatever it costs up to the limit.", Tone.WARNING
    if state.batch.ending is Ending.LIMIT:
        text = f"The newest {_progress(state, zone)}."
        further = _further(state) or " Narrow the query or the range to see older."
        return text + further + brackets + unreadable, Tone.WARNING
    tone = Tone.WARNING if lost else Tone.MUTED
    return f"Found {_progress(state, zone)}.{brackets}{unreadable}", tone


def _progress(state: SearchState, zone: Zone) -> str:
    """How much was found, how far back that goes, what was looked at, what it cost."""
    batch = state.batch
    count = batch.count_text.removesuffix(_SO_FAR)
    so_far = _SO_FAR if count != batch.count_text else ""
    parts = [f"{count} event{'' if count == '1' else 's'}{so_far}"]
    if batch.reached_back_to and not batch.exhausted:
        parts.append(f"back to {zone.at(batch.reached_back_to):%Y-%m-%d %H:%M}")
    parts.append(f"{batch.examined:,} looked at")
    parts.append(state.cost.text)
    return ", ".join(parts)


def _further(state: SearchState) -> str:
    """How to see what is older, if there is a way."""
    if state.goes_on_from is None:
        return ""
    return f" {key_of('down')} or {key_of('bottom')} at the end reads older ones."


def _elapsed(state: SearchState, now: int) -> str:
    waited = now - state.began_at
    return f"{format_age(waited)}. " if waited >= 1_000 else ""


def _sentence(words: str) -> str:
    text = sanitise(words).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
