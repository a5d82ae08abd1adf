"""Viewers over WebRTC: WHEP, ICE, RTP."""
