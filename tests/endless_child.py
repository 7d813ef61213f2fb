"""The app's own llama.cpp server, whose model never ends an answer by itself.

It chooses its words by chance: a "very long story" has ten words now and then, and a greeting
four thousand. So answers end where the test says, by their limit of tokens or by a stop.
"""

import importlib
from typing import Any

from desktop.local.child import main

llama: Any = importlib.import_module("xllamacpp")
new_params: Any = llama.CommonParams


def endless_params() -> Any:
    params = new_params()
    params.sampling.ignore_eos = True
    return params


if __name__ == "__main__":
    llama.CommonParams = endless_params
    main()
