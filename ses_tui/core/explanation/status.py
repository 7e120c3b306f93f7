"""Enhanced status codes (RFC 3463, IANA registry) and reply codes (RFC 5321) in plain words."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from ses_tui.core.explanation.explanation import Explanation, Source, explanation_of, read_words

EXPIRED: Final = "4.7"
"""Subject and detail of "delivery time expired", in whose place the code of the last attempt
should stand where it is known (RFC 3463, section 3.5)."""

_REGISTRY: Final = Source(
    "IANA SMTP Enhanced Status Codes",
    "https://www.iana.org/assignments/smtp-enhanced-status-codes/smtp-enhanced-status-codes.xhtml",
)
_REPLY_CODES: Final = Source(
    "RFC 5321, section 4.2.1", "https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1"
)
_LONGEST: Final = 32
"""Characters; no code is longer, decorations included."""
_STATUS: Final = re.compile(r"[#(]{0,2}([245])\.([0-9]{1,3})\.([0-9]{1,3})[).:]{0,2}")
_REPLY: Final = re.compile(r"([245])[0-9]{2}")
_IN_TEXT: Final = re.compile(
    r"\b[245][0-9]{2}[- ]{1,2}[#(]{0,2}([245]\.[0-9]{1,3}\.[0-9]{1,3})(?!\.?[0-9])"
)
_WILL_BE_RETRIED: Final = {"2": False, "4": None, "5": False}


def normalise_status(text: str) -> str | None:
    """`class.subject.detail` of what may be decorated, as in ` #5.1.1 `; `None` if it is none."""
    match = _STATUS.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    return ".".join(str(int(part)) for part in match.groups()) if match else None


def statuses_in(text: str) -> list[str]:
    """The enhanced status codes that follow a reply code somewhere in `text`, in order."""
    return [status for found in _IN_TEXT.findall(text) if (status := normalise_status(found))]


def is_registered(status: str) -> bool:
    """Whether the registry defines subject and detail of a normalised `status`."""
    return status[2:] in _words()["code"]


def explain_status(code: str) -> Explanation | None:
    """What an enhanced status code says, or the class of a lone reply code such as `550`.

    Of an unregistered code only class and subject are explained; `None` if it is no code at all.
    """
    status = normalise_status(code)
    if status is None:
        reply = _REPLY.fullmatch(code.strip()) if len(code) <= _LONGEST else None
        return None if reply is None else _of_class(reply[0], _REPLY_CODES)
    entry = _words()["code"].get(status[2:])
    return _unregistered(status) if entry is None else _registered(status, entry)


def words_of_status(code: str) -> tuple[Mapping[str, str], Source]:
    """The words of a registered `subject.detail`, whatever its class, and who defined it."""
    entry = _words()["code"][code]
    return entry, _source(f"5.{code}", entry)


def _registered(status: str, entry: Mapping[str, str]) -> Explanation:
    status_class = status[0]
    of_class = _words()["class"][status_class]
    advice = {"2": of_class["advice"], "4": f"{entry['advice']} {of_class['advice']}"}
    return explanation_of(
        {**entry, "advice": advice.get(status_class, entry["advice"])},
        _source(status, entry),
        id=f"status.{status[2:]}",
        code=status,
        retried=_WILL_BE_RETRIED[status_class],
    )


def _unregistered(status: str) -> Explanation:
    subject = _words()["subject"].get(status.split(".")[1])
    found = _of_class(status, _rfc("RFC 3463", "2" if subject is None else subject["section"]))
    if subject is None:
        return found
    return explanation_of(
        {
            "summary": f"{found.summary} about {subject['name']}",
            "meaning": f"{found.meaning} The code is not registered; its subject is"
            f" {subject['name']}.",
            "advice": found.advice,
        },
        found.source,
        id=f"subject.{status.split('.')[1]}",
        code=status,
        retried=found.will_be_retried,
    )


def _of_class(code: str, source: Source) -> Explanation:
    entry = _words()["class"][code[0]]
    return explanation_of(
        entry, source, id=f"class.{code[0]}", code=code, retried=_WILL_BE_RETRIED[code[0]]
    )


def _source(status: str, entry: Mapping[str, str]) -> Source:
    reference = entry.get("reference")
    if reference is None:
        return _rfc("RFC 3463", _words()["subject"][status.split(".")[1]]["section"])
    if reference == "registry":
        return _REGISTRY
    if "section" in entry:
        return _rfc(reference, entry["section"])
    return Source(f"{_REGISTRY.title} ({reference})", _REGISTRY.address)


def _rfc(name: str, section: str) -> Source:
    number = name.removeprefix("RFC ")
    return Source(
        f"{name}, section {section}",
        f"https://www.rfc-editor.org/rfc/rfc{number}#section-{section}",
    )


@cache
def _words() -> Mapping[str, Any]:
    return read_words("status")
