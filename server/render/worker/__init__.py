"""The worker's side of rendering: torch and pixels live here and nowhere else."""
