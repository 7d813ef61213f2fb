"""The library: search by meaning and the collections of documents."""
