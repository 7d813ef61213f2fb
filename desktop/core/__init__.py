"""Values, errors and pure rules; standard library only."""
