"""What the tests stand on: a guard, pictures, a strict server and a real kernel."""
