"""The console commands, one file each: ``register`` adds the arguments, ``run`` does the work."""
