"""Enhanced status codes: every registered one explained with a source, the others by class."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_tui.core.explanation import explain_status
from ses_tui.core.explanation.status import normalise_status, statuses_in

REGISTERED = {
    0: range(1),
    1: range(11),
    2: range(5),
    3: range(6),
    4: range(8),
    5: range(7),
    6: range(11),
    7: range(31),
}
"""Details of each subject in the IANA registry: RFC 3463 and what was registered since."""
CODES = [
    f"{status_class}.{subject}.{detail}"
    for status_class in (2, 4, 5)
    for subject, details in REGISTERED.items()
    for detail in details
]


@pytest.mark.parametrize("code", CODES)
def test_a_registered_code_is_explained_with_its_source(code: str) -> None:
    explanation = explain_status(code)
    assert explanation is not None
    assert explanation.id == f"status.{code[2:]}"
    assert explanation.code == code
    assert explanation.summary
    assert explanation.meaning
    assert explanation.advice
    title = explanation.source.title
    assert ("RFC" in title and "section" in title) or "IANA" in title
    assert explanation.source.address.startswith("https://www.")


@pytest.mark.parametrize(
    ("code", "retried"), [("2.1.5", False), ("4.2.2", None), ("5.1.1", False), ("450", None)]
)
def test_a_code_alone_tells_of_another_try_only_where_it_can(
    code: str, retried: bool | None
) -> None:
    explanation = explain_status(code)
    assert explanation is not None
    assert explanation.will_be_retried is retried


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("5.1.1", "RFC 3463, section 3.2"),
        ("5.7.1", "RFC 3463, section 3.8"),
        ("5.7.8", "RFC 4954, section 6"),
        ("5.7.23", "RFC 7372, section 3.2"),
        ("5.1.10", "IANA SMTP Enhanced Status Codes (RFC 7505)"),
        ("5.1.9", "IANA SMTP Enhanced Status Codes (RFC 3886)"),
        ("4.7.28", "IANA SMTP Enhanced Status Codes"),
        ("5.7.999", "RFC 3463, section 3.8"),
        ("5.9.1", "RFC 3463, section 2"),
        ("550", "RFC 5321, section 4.2.1"),
    ],
)
def test_the_source_is_the_document_that_says_so(code: str, title: str) -> None:
    explanation = explain_status(code)
    assert explanation is not None
    assert explanation.source.title == title


def test_an_unregistered_code_says_what_class_and_subject_mean_and_no_more() -> None:
    known_subject = explain_status("5.7.606")
    assert known_subject is not None
    assert known_subject.id == "subject.7"
    assert known_subject.summary == "permanent failure about security or policy"
    unknown_subject = explain_status("4.9.9")
    assert unknown_subject is not None
    assert (unknown_subject.id, unknown_subject.summary) == ("class.4", "temporary failure")
    reply = explain_status("554")
    assert reply is not None
    assert (reply.id, reply.summary) == ("class.5", "permanent failure")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5.1.1", "5.1.1"),
        (" 5.1.1 ", "5.1.1"),
        ("#5.1.1", "5.1.1"),
        ("(#5.7.1)", "5.7.1"),
        ("5.01.001", "5.1.1"),
        ("5.1.1:", "5.1.1"),
        ("3.1.1", None),
        ("5.1", None),
        ("5.1.1.1", None),
        ("5.1.1234", None),
        ("", None),
        ("٥.1.1", None),
    ],
)
def test_a_code_may_be_decorated(text: str, expected: str | None) -> None:
    assert normalise_status(text) == expected


@pytest.mark.parametrize("text", ["", "55", "5500", "x", "5.1", "350", " " * 500 + "550"])
def test_what_is_no_code_is_not_explained(text: str) -> None:
    assert explain_status(text) is None


def test_codes_in_a_text_stand_behind_a_reply_code() -> None:
    text = "smtp; 550-5.7.1 no, 4.16.55 and 192.5.1.1 do not count <421 #4.4.0 DNS> 451 4.1.1.9"
    assert statuses_in(text) == ["5.7.1", "4.4.0"]


@given(st.text(max_size=200))
def test_no_text_is_too_odd(text: str) -> None:
    explain_status(text)
    statuses_in(text)
