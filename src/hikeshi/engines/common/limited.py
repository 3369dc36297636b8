"""Runs a function in a process of its own, bounded in memory and time: what reads an attacker's file may die alone.

    answer = run("package.module:function", {"any": "json"}, Limits(memory=1 << 30), on_message=print)

The function takes (arguments, say): JSON in, JSON out; `say(json)` sends a message on the way. No pickle crosses.
On Windows there are no such bounds but the clock; the process is still apart.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .problem import Problem

_MEMORY, _TIME, _PROBLEM = 77, 78, 79


@dataclass(frozen=True, slots=True)
class Limits:
    """`memory` in bytes of address space, `cpu` and `wall` in seconds; None is no bound."""

    memory: int | None = 2 << 30
    cpu: int | None = 3600
    wall: float | None = 7200


def run(
    function: str, arguments: Any, limits: Limits | None = None, on_message: Callable[[Any], None] | None = None
) -> Any:
    """The function's answer. Raises its Problem, or Problem("common.limited_…" memory | time | died).

    An exception of `on_message` ends the process and goes on to the caller: that is how to cancel.
    """
    limits = limits or Limits()
    child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
        [sys.executable, "-P", "-m", __name__],  # -P: a module lying in the working folder is not ours
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=os.name == "posix",
    )
    assert child.stdin and child.stdout
    expired = threading.Event()
    timer = _timer(child, limits.wall, expired)
    try:
        order = {"function": function, "arguments": arguments, "memory": limits.memory, "cpu": limits.cpu}
        try:
            child.stdin.write(json.dumps(order).encode() + b"\n")
            child.stdin.close()
        except BrokenPipeError:
            pass
        answer: list[Any] = []
        fault: Exception | None = None
        for line in child.stdout:
            word, value = json.loads(line)
            if word == "say":
                if on_message:
                    on_message(value)
            elif word == "problem":
                raise Problem(value["code"], **value["params"])
            elif word == "fault":
                fault = RuntimeError(value)  # for the developer's log; the user gets the problem's sentence
            else:
                answer.append(value)
        code = child.wait()
    finally:
        if timer:
            timer.cancel()
        if child.poll() is None:
            child.kill()
        child.wait()
        child.stdout.close()
    if code == 0 and answer:
        return answer[0]
    if code == _MEMORY:
        raise Problem("common.limited_memory", limit=limits.memory)
    if expired.is_set() or code == _TIME or code == -getattr(signal, "SIGXCPU", 24):
        raise Problem("common.limited_time")
    raise Problem("common.limited_died", status=code) from fault


def _timer(child: subprocess.Popen[bytes], wall: float | None, expired: threading.Event) -> threading.Timer | None:
    if wall is None:
        return None

    def end() -> None:
        expired.set()
        child.kill()

    timer = threading.Timer(wall, end)
    timer.daemon = True
    timer.start()
    return timer


def _environment() -> dict[str, str]:
    env = dict(os.environ)
    env["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
    env["PYTHONUTF8"] = "1"
    return env


def _child() -> int:
    # What the function prints must not get between the lines of the channel.
    channel = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    order = json.loads(sys.stdin.buffer.readline())
    module, _, name = order["function"].partition(":")
    _bound(order["memory"], order["cpu"])

    def send(word: str, value: Any) -> None:
        channel.write(json.dumps([word, value], default=str).encode() + b"\n")

    try:
        function = getattr(importlib.import_module(module), name)
        send("answer", function(order["arguments"], lambda value: send("say", value)))
    except MemoryError:
        return _MEMORY
    except Problem as problem:
        send("problem", {"code": problem.code, "params": problem.params})
        return _PROBLEM
    except Exception:
        send("fault", traceback.format_exc())
        return 1
    return 0


def _bound(memory: int | None, cpu: int | None) -> None:
    if os.name != "posix":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for kind, limit in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, cpu)):
        if limit is None:
            continue
        hard = resource.getrlimit(kind)[1]
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        try:
            # Reaching the hard limit is SIGKILL, which does not say why; SIGXCPU at the soft one does.
            resource.setrlimit(kind, (limit, limit + 1 if hard == resource.RLIM_INFINITY else hard))
        except (ValueError, OSError):  # macOS refuses RLIMIT_AS; the clock remains
            continue


if __name__ == "__main__":
    sys.exit(_child())
