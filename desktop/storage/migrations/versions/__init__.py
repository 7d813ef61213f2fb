"""One module each step of the schema, applied in order, never changed once released."""
