"""Rules of configuration and code, in hard cases."""
