"""The history of the schema; `versions` only ever grows."""
