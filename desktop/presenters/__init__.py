"""What happens next: plain async Python against a view Protocol."""
