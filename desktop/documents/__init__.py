"""Files as structured text: PDF, Office, OpenDocument, EPUB, HTML, Markdown, text, code, CSV.

`read.read_document` is the way in. A parser runs in a child process with limits of memory and
time; it may open no connection, start no program and write no file.
"""
