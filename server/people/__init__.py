"""People: by what they are known, how they sign in, and what is open in their name."""
