"""What people receive: rendering of messages and the channels that carry them."""
