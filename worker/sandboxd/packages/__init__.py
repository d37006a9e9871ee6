"""What this machine's package clients (pip, uv, npm) are configured for."""
