"""The security scan: secrets, risky code, vulnerable dependencies. What couldn't be looked at is never clean."""
