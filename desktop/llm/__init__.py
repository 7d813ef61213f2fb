"""Provider clients; importing this package loads no SDK."""
