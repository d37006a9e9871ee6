"""Slipway's modals: opened in `web` at once, drawn while they are looked at, and read by the intake once sent off."""
