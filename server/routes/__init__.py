"""Which routes an instance has, and who is given what for them."""
