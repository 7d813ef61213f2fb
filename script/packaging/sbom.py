"""The software bill of materials, in CycloneDX 1.6 JSON (ECMA-424)."""

import json
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from desktop import __version__
from script.packaging.parts import Part

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "parley-desktop")


def bill_of_materials(parts: Iterable[Part], *, built_at: int) -> str:
    """Return the bill as JSON; the same for the same parts and `built_at`, a Unix time."""
    components = [_component(part) for part in parts]
    serial = uuid.uuid5(_NAMESPACE, f"{__version__} {built_at} {json.dumps(components)}")
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": serial.urn,
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(built_at, UTC).isoformat(),
            "component": {
                "type": "application",
                "bom-ref": "parley",
                "name": "parley",
                "version": __version__,
            },
        },
        "components": components,
    }
    return json.dumps(bill, indent=1) + "\n"


def _component(part: Part) -> dict[str, Any]:
    url = package_url(part)
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": url,
        "name": part.name,
        "purl": url,
        "licenses": [{"license": {"name": part.licence}}],
    }
    if part.version:
        component["version"] = part.version
    return component


def package_url(part: Part) -> str:
    """Return the part's package URL (ECMA-427), such as `pkg:pypi/openai@3.54.0`."""
    names = {
        "pypi": part.name.lower().replace("_", "-"),
        "deb": f"debian/{part.name}",
    }
    url = f"pkg:{part.kind}/{names.get(part.kind, part.name)}"
    return f"{url}@{quote(part.version, safe='.~-:')}" if part.version else url
