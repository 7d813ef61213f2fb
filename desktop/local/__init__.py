"""The local model: fetch, verify, run as a child process."""
