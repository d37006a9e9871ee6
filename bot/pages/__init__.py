"""Slipway's own pages: what runs, a build with its log, and what to set up first."""
