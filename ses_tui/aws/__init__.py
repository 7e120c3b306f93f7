"""Reading the table: feed poller, single messages, table set-up, credentials."""
