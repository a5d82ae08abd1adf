"""Workers of other machines: lent by ``lend``, used by ``fleet``, with Redis between them."""
