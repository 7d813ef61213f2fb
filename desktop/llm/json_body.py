"""Read a response's body as JSON, or tell what came instead."""

import json
from typing import Any

import httpx2

from desktop.llm.answer_reader import NotAnAnswer

_SHOWN = 64 * 1024


def read_json(response: httpx2.Response) -> Any:
    """Return the decoded body of a response that was read.

    Raises:
        NotAnAnswer: it is no JSON; a web page is told apart.
    """
    text = response.content.decode("utf-8-sig", "replace").strip()
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        page = text.startswith("<")
        raise NotAnAnswer("no JSON came", beginning=text[:_SHOWN], page=page) from error
