"""What a model reads beside text, by its list entry and by its name."""

from typing import Any

import pytest

from desktop.llm.abilities import reads_documents, reads_images

OPENAI, ANTHROPIC = "api.openai.com", "api.anthropic.com"


@pytest.mark.parametrize(
    ("entry", "images", "documents"),
    [
        (
            {
                "capabilities": {
                    "image_input": {"supported": True},
                    "pdf_input": {"supported": False},
                }
            },
            True,
            False,
        ),
        ({"architecture": {"input_modalities": ["text", "image", "file"]}}, True, True),
        ({"architecture": {"input_modalities": ["text"]}}, False, False),
        ({"supported_input_modalities": ["text", "image"]}, True, False),
        ({"capabilities": {"vision": True}}, True, None),
        ({"capabilities": {"vision": False}}, False, None),
        ({"capabilities": ["completion", "multimodal"]}, True, None),
        ({"capabilities": ["completion", 3]}, False, None),
        ({"type": "vlm"}, True, None),
        ({"type": "llm"}, False, None),
        ({"type": ["odd"], "capabilities": 3, "architecture": []}, None, None),
        ({}, None, None),
    ],
)
def test_what_a_server_lists(
    entry: dict[str, Any], images: bool | None, documents: bool | None
) -> None:
    assert reads_images("127.0.0.1", "m", entry) is images
    assert reads_documents("127.0.0.1", "m", entry) is documents


@pytest.mark.parametrize(
    ("host", "model", "images", "documents"),
    [
        (OPENAI, "gpt-6-sol", True, True),
        (OPENAI, "gpt-4o-mini", True, True),
        (OPENAI, "gpt-4-0613", False, False),
        (OPENAI, "gpt-4", False, False),
        (OPENAI, "gpt-4-turbo", True, True),
        (OPENAI, "o3-mini", False, False),
        (ANTHROPIC, "claude-opus-5-5", True, True),
        (ANTHROPIC, "claude-3-haiku-20240307", True, False),
        (ANTHROPIC, "claude-2.1", False, False),
        ("127.0.0.1", "llama3.3", None, None),
        ("gateway.example", "gpt-6-sol", None, None),
    ],
)
def test_what_a_name_tells(
    host: str, model: str, images: bool | None, documents: bool | None
) -> None:
    assert reads_images(host, model) is images
    assert reads_documents(host, model) is documents


def test_a_list_counts_more_than_a_name() -> None:
    entry = {"capabilities": {"image_input": {"supported": False}}}

    assert reads_images(ANTHROPIC, "claude-opus-5-5", entry) is False
