"""What a model can read beside text: as its server says, else by its name; None for unknown."""

import re

from desktop.llm.families import claude_version
from desktop.llm.hosts import OPENAI_HOST
from desktop.llm.jsonvalues import JSONObject, as_list, as_object, as_text

_BLIND_GPT = re.compile(
    r"^(?:ft:)?(?:gpt-3|gpt-4(?:$|-\d|-32k)|o1-mini|o1-preview|o3-mini|davinci|babbage)"
)
_READS_IMAGES = (3, 0)  # Claude, and since 3.5 PDF files as well
_READS_DOCUMENTS = (3, 5)
_SEES = frozenset({"vision", "multimodal", "image"})


def reads_images(host: str, model: str, entry: JSONObject | None = None) -> bool | None:
    """Tell whether `model` takes pictures; `entry` is what its server lists of it."""
    said = _said(entry or {}, "image_input", "image")
    if said is None:
        said = _sees(entry or {})
    return _by_name(host, model, _READS_IMAGES) if said is None else said


def reads_documents(host: str, model: str, entry: JSONObject | None = None) -> bool | None:
    """Tell whether `model` takes PDF files as they are; see `reads_images`."""
    said = _said(entry or {}, "pdf_input", "file")
    return _by_name(host, model, _READS_DOCUMENTS) if said is None else said


def _said(entry: JSONObject, capability: str, modality: str) -> bool | None:
    """Read Anthropic's capabilities, and the modalities of OpenRouter and GitHub Models."""
    can = as_object(as_object(entry.get("capabilities")).get(capability)).get("supported")
    if isinstance(can, bool):
        return can
    inputs = as_list(as_object(entry.get("architecture")).get("input_modalities"))
    inputs = inputs or as_list(entry.get("supported_input_modalities"))
    return modality in inputs if inputs else None


def _sees(entry: JSONObject) -> bool | None:
    """Read the words of Mistral, llama.cpp and LM Studio."""
    can = entry.get("capabilities")
    vision = as_object(can).get("vision")
    if isinstance(vision, bool):
        return vision
    if words := as_list(can):
        return any(word in _SEES for word in words if isinstance(word, str))
    return {"vlm": True, "llm": False}.get(as_text(entry.get("type")))


def _by_name(host: str, model: str, since: tuple[int, int]) -> bool | None:
    version = claude_version(model)
    if version is not None:
        return version >= since
    return _BLIND_GPT.match(model) is None if host == OPENAI_HOST else None
