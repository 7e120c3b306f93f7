"""What the dashboard says by itself: spikes, silence, and the signals that are made of them."""
