import json
import zlib
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.model import original
from recorder.model.original import (
    DICTIONARY_VERSION,
    MAXIMUM_COMPRESSED_BYTES,
    CompressedOriginal,
    OriginalError,
    compress_original,
    expand_original,
)
from tests.payloads import Payload, bounce, every_type, send

DICTIONARY_DIGESTS = {1: "9fe5b90baf93b1389755336695685b18"}
"""What is stored needs these bytes for ever: a changed dictionary is a new version."""


def round_trip(payload: Payload, *, headers: bool = False, subject: bool = False) -> Any:
    stored = compress_original(payload, keep_headers=headers, keep_subject=subject)
    assert not stored.cut
    return json.loads(expand_original(stored.body, stored.dictionary_version))


@pytest.mark.parametrize("version", range(1, DICTIONARY_VERSION + 1))
def test_a_published_dictionary_never_changes(version: int) -> None:
    folder = Path(original.__file__).parent / "dictionaries"
    body = (folder / f"ses-events-{version}.txt").read_bytes()
    assert blake2b(body, digest_size=16).hexdigest() == DICTIONARY_DIGESTS[version]


@pytest.mark.parametrize("event_type", every_type())
def test_with_everything_kept_the_original_comes_back_in_its_order(event_type: str) -> None:
    payload = every_type()[event_type]
    found = round_trip(payload, headers=True, subject=True)
    assert json.dumps(found) == json.dumps(payload)


@pytest.mark.parametrize("event_type", every_type())
def test_by_default_all_but_headers_comes_back(event_type: str) -> None:
    payload = every_type()[event_type]
    found = round_trip(payload)
    for name in ("headers", "commonHeaders"):
        payload["mail"].pop(name, None)
    assert json.dumps(found) == json.dumps(payload)


SECRET = "A private matter"


def test_the_subject_stays_private_unless_kept() -> None:
    payload = send(subject=SECRET)
    payload["mail"]["headers"].append({"name": "Thread-Topic", "value": SECRET})
    payload["mail"]["headers"].append({"name": " SUBJECT", "value": SECRET})
    for headers in (False, True):
        assert SECRET not in json.dumps(round_trip(payload, headers=headers))
        assert SECRET in json.dumps(round_trip(payload, headers=headers, subject=True))


def test_headers_stay_private_unless_kept() -> None:
    payload = send(subject=SECRET)
    payload["mail"]["headers"].append({"name": "X-Customer", "value": "number 5"})
    payload["mail"]["commonHeaders"]["replyTo"] = ["number 5"]
    assert "number 5" not in json.dumps(round_trip(payload))
    assert round_trip(payload, subject=True)["mail"]["commonHeaders"] == {"subject": SECRET}
    assert "number 5" not in json.dumps(round_trip(payload, subject=True))
    kept = round_trip(payload, headers=True)
    assert {"name": "X-Customer", "value": "number 5"} in kept["mail"]["headers"]
    assert kept["mail"]["commonHeaders"]["replyTo"] == ["number 5"]


@pytest.mark.parametrize(
    "form",
    [
        [{"name": "Subject", "value": SECRET}],
        [f"Subject: {SECRET}"],
        f"Subject: {SECRET}",
        {"Subject": SECRET, "subject ": SECRET},
        [[SECRET]],
        [{"name": 5, "value": SECRET}],
        [{"value": SECRET}],
        None,
        5,
    ],
)
@pytest.mark.parametrize("name", ["headers", "commonHeaders"])
@pytest.mark.parametrize("headers", [False, True])
def test_the_subject_stays_private_in_any_form(form: Any, name: str, headers: bool) -> None:
    payload = send(headers=False)
    payload["mail"][name] = form
    assert SECRET not in json.dumps(round_trip(payload, headers=headers))


@pytest.mark.parametrize("form", [[{"headers": SECRET}], json.dumps({"subject": SECRET})])
def test_mail_in_a_form_that_cannot_be_searched_is_left_out(form: Any) -> None:
    payload = bounce() | {"mail": form}
    assert SECRET not in json.dumps(round_trip(payload))
    assert round_trip(payload)["bounce"] == payload["bounce"]
    assert round_trip(payload, headers=True, subject=True) == payload


def test_a_body_is_never_kept() -> None:
    payload = send() | {"content": SECRET}
    assert SECRET not in json.dumps(round_trip(payload, headers=True, subject=True))


def test_the_payload_itself_is_not_changed() -> None:
    payload = send()
    before = json.dumps(payload)
    compress_original(payload, keep_headers=False, keep_subject=False)
    assert json.dumps(payload) == before


def test_an_event_becomes_small() -> None:
    sizes = [
        len(compress_original(payload, keep_headers=False, keep_subject=False).body)
        for payload in every_type().values()
    ]
    assert max(sizes) < 320
    assert sum(sizes) / len(sizes) < 260


def test_half_a_surrogate_pair_comes_back_as_received() -> None:
    payload = bounce(diagnostic="half \ud83d", headers=False)
    assert round_trip(payload) == payload


def test_what_is_too_long_is_cut_and_says_so() -> None:
    payload = bounce(diagnostic=Random(3).randbytes(700_000).hex(), headers=False)
    stored = compress_original(payload, keep_headers=False, keep_subject=False)
    assert stored.cut
    assert MAXIMUM_COMPRESSED_BYTES * 0.8 < len(stored.body) <= MAXIMUM_COMPRESSED_BYTES
    text = expand_original(stored.body, stored.dictionary_version)
    assert json.dumps(payload, separators=(",", ":")).startswith(text)


def test_the_room_may_be_smaller() -> None:
    stored = compress_original(
        bounce(diagnostic="ü" + Random(3).randbytes(9_000).hex()),
        keep_headers=True,
        keep_subject=True,
        maximum_bytes=500,
    )
    assert stored.cut
    assert len(stored.body) <= 500
    assert expand_original(stored.body, stored.dictionary_version).startswith('{"eventType"')


def test_what_expands_without_end_is_cut_and_refused() -> None:
    payload = send() | {"padding": "x" * 9_000_000}
    stored = compress_original(payload, keep_headers=False, keep_subject=False)
    assert stored.cut
    assert len(expand_original(stored.body, stored.dictionary_version)) == 8_000_000
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    bomb = compressor.compress(b"x" * 8_000_001) + compressor.flush()
    with pytest.raises(OriginalError, match="8,000,000"):
        expand_original(bomb, DICTIONARY_VERSION)


STORED: CompressedOriginal = compress_original(bounce(), keep_headers=False, keep_subject=False)


@pytest.mark.parametrize("body", [b"", b"\xff\xff\xff", STORED.body[:-5], STORED.body + b"more"])
def test_a_damaged_original_says_so(body: bytes) -> None:
    with pytest.raises(OriginalError, match="damaged"):
        expand_original(body, DICTIONARY_VERSION)


@pytest.mark.parametrize("version", [0, -1, DICTIONARY_VERSION + 1])
def test_an_unknown_dictionary_says_so(version: int) -> None:
    with pytest.raises(OriginalError, match=f"dictionary {version}"):
        expand_original(STORED.body, version)


@given(st.binary(max_size=100))
def test_no_bytes_do_harm(body: bytes) -> None:
    with suppress(OriginalError):
        assert isinstance(expand_original(body, DICTIONARY_VERSION), str)
