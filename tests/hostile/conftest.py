from tests.ui.conftest import _pilot_waits_for_messages, dashboard

__all__ = ["_pilot_waits_for_messages", "dashboard"]
