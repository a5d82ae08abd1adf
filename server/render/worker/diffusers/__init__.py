"""Video models of diffusers behind the renderer seam: unmodified pipelines, tapped."""
