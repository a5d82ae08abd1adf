"""The embedded model: layered scene diffusion. Plates and a score are diffused, then composed."""
