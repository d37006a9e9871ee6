"""What people see of the playground."""
