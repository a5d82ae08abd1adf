"""Workers of other machines: lent by ``outpost``, used by ``fleet``, with Redis between them."""
