"""The subjects of everyday words: icons given as sheets of paper, and the nets that learn them."""
