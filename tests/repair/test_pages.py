"""Every event is in a page, where its time is, and none is put into a second one."""

import random

import pytest

from recorder.model.item import to_item
from recorder.model.keys import message_key
from recorder.model.lanes import FEED_CONFIGURATION_SORT_KEY
from recorder.model.timestamps import day_of
from ses_tui.aws.connection import open_source
from tests.aws.pages import options_of
from tests.engine import TestTable
from tests.events import NOON, make_event
from tests.repair.support import DAY_MS, HOUR_MS, Installation, busy_hour

HOUR = NOON - HOUR_MS


@pytest.fixture
def installation(table: TestTable) -> Installation:
    made = Installation(table)
    made.clock.now = NOON + HOUR_MS
    return made
