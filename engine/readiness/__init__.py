"""Readiness: is it ready to ship, and what to do about it. Rules look at facts; what they saw is stored."""
