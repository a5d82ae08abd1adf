"""How the embedded model is made: the generated world, the training, the judge and the report."""
