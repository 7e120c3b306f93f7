"""What the dashboard knows without a terminal and without AWS."""
