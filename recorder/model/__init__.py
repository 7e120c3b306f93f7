"""What an event is and how it is stored: pure code that the recorder and the dashboard share."""
