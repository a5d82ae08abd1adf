"""The instance's side of rendering: who draws what, and the workers that it watches."""
