#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""火消しを始めます / Starts Hikeshi.

    python3 start.py                     set up what is missing, serve, open the browser
    python3 start.py test|check|bench    the tests, the rules of the house, the measurements
    python3 start.py WORDS...            the `hikeshi` command

Standard library only, and readable by any Python, so that a too old one can be told. Its sentences: tools/start.json.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
WINDOWS = os.name == "nt"
VENV, BEFORE = os.path.join(HERE, ".venv"), os.path.join(HERE, ".venv.before")
PYTHON = os.path.join(VENV, *(["Scripts", "python.exe"] if WINDOWS else ["bin", "python"]))
STAMP = os.path.join(VENV, "installed.txt")
LOCKS = ["requirements.lock", "requirements-test.lock"]  # the second holds all of the first; a house test keeps it so
MEGABYTES = {LOCKS[0]: 600, LOCKS[1]: 1400}
# Relative to the environment: a folder that was moved, or has a Japanese name, goes on working.
PTH = "import os, sys; sys.path.append(os.path.normpath(os.path.join(sys.prefix, os.pardir, 'src')))\n"
SIGNS = (
    ("disk", "no space left|errno 28|os error 28|disk quota|not enough space"),
    ("hash", "do not match the hashes|hash mismatch"),
    ("write", "permission denied|read-only file system|access is denied"),
    ("network", "connection|name resolution|resolving|network is unreachable|timed out|max retries|dns error"),
    ("network", "proxyerror|ssl:|certificate|error sending request|failed to fetch|unable to fetch"),
)


class Stop(Exception):  # noqa: N818
    """Setting up cannot go on: the key of a sentence, and what fills it."""


def say(key, *values):
    env = os.environ
    chosen = env.get("HIKESHI_LANG") or env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    japanese = chosen.split(".")[0].split("_")[0].lower() in ("", "c", "posix", "ja")
    with open(os.path.join(HERE, "tools", "start.json"), "rb") as file:
        sentence = json.loads(file.read().decode("utf-8"))[key]["ja" if japanese else "en"].format(*values)
    # Bytes, for the console's encoding is anybody's guess; on standard error, for standard output belongs to --json.
    os.write(2, (sentence + "\n").encode("utf-8"))


def main(words):
    verb = words[0] if words and words[0] in ("test", "check", "bench") else None
    lock = LOCKS[1 if verb else 0]
    try:
        if sys.version_info < (3, 11):
            newer_python()
        if not ready(lock):
            with turn():
                if not ready(lock):
                    prepare(lock)
        # -P: a json.py in the folder where somebody happens to stand must not become part of the product.
        command = [PYTHON, "-P"] + ([os.path.join(HERE, "tools", "verbs.py")] if verb else ["-m", "hikeshi"]) + words
        return subprocess.call(command) if WINDOWS else os.execv(PYTHON, command)
    except Stop as stop:
        say(*stop.args)
        return 3
    except OSError as error:
        say(*reason(str(error), lock))
        return 3
    except KeyboardInterrupt:
        return 130


def newer_python():
    """Go on with a newer Python, if this machine has one under its usual name."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for minor in range(20, 10, -1):
            path = os.path.join(folder, "python3.%d" % minor)
            if os.access(path, os.X_OK) and subprocess.call([path, "-c", ""], stderr=subprocess.PIPE) == 0:
                os.execv(path, [path, os.path.abspath(__file__)] + sys.argv[1:])
    raise Stop("old", "%d.%d" % sys.version_info[:2])


def turn():
    """Wait until no other start prepares. The lock goes with its process, however that ends."""
    file = open(os.path.join(HERE, ".venv.lock"), "a")
    told = False
    while True:
        try:
            if WINDOWS:
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except (IOError, OSError):
            told = told or say("turn") is None
            time.sleep(0.3)


def ready(lock=None):
    """Whether the environment is whole, of the Python it was made with, and (if asked) of this lock file."""
    if not (os.path.exists(STAMP) and os.path.exists(PYTHON)):
        return False
    with open(STAMP) as file:
        stamp = file.read().split("\n")
    return stamp[0] == os.path.realpath(PYTHON) and (lock is None or digest(lock) in stamp)


def digest(lock):
    with open(os.path.join(HERE, lock), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def prepare(lock):
    """Make the environment anew. The one that worked until now stays aside until the new one is whole."""
    if os.path.exists(BEFORE):  # a start was killed while it made a new one
        shutil.rmtree(VENV, ignore_errors=True)
        os.rename(BEFORE, VENV)
        if ready(lock):
            return
    before = ready()
    try:
        if shutil.disk_usage(HERE).free < MEGABYTES[lock] * 2**20:
            raise Stop("disk", HERE, MEGABYTES[lock])
        say("setup")
        if before:
            os.rename(VENV, BEFORE)
        shutil.rmtree(VENV, ignore_errors=True)
        install(make(lock), lock)
    except BaseException as stop:
        if os.path.exists(BEFORE) or not before:
            shutil.rmtree(VENV, ignore_errors=True)
        if os.path.exists(BEFORE):
            os.rename(BEFORE, VENV)
        if not (before and lock == LOCKS[0] and isinstance(stop, Stop)):
            raise
        say(*stop.args)
        say("stale")  # on the bad day the network may be cut and the disk full
    shutil.rmtree(BEFORE, ignore_errors=True)


def make(lock):
    """Make an empty environment; returns the command that installs into it."""
    uv, pip = shutil.which("uv"), ["install", "-q", "--no-input", "--retries=2"]
    debian = not WINDOWS and os.path.exists("/usr/bin/apt-get")
    if debian and os.geteuid() == 0 and not (uv or has("ensurepip") or has("pip")):
        run(lock, "apt-get", "update", "-q")
        run(lock, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-qy", "python3-venv")
    if has("ensurepip"):
        run(lock, sys.executable, "-m", "venv", VENV)
        return [PYTHON, "-m", "pip"] + pip
    if uv:
        run(lock, uv, "venv", "--python", sys.executable, VENV)
        return [uv, "pip", "install", "--compile-bytecode", "--python", PYTHON]
    if has("pip"):
        run(lock, sys.executable, "-m", "venv", "--without-pip", VENV)
        return [sys.executable, "-m", "pip", "--python", PYTHON] + pip
    raise Stop("tool", "sudo apt-get install -y python3-venv" if debian else sys.executable + " -m ensurepip --upgrade")


def has(name):
    return subprocess.call([sys.executable, "-c", "import " + name], stderr=subprocess.DEVNULL) == 0


def install(command, lock):
    wheels = os.path.join(HERE, "wheels")
    where = ["--no-index", "--find-links", wheels] if os.path.isdir(wheels) else []
    run(lock, *command + ["--require-hashes", "--only-binary", ":all:", "-r", os.path.join(HERE, lock)] + where)
    code = "import compileall as c, sysconfig as s; c.compile_dir('src', quiet=2); print(s.get_path('purelib'))"
    packages = subprocess.check_output([PYTHON, "-c", code], cwd=HERE, universal_newlines=True).strip()
    stamp = "\n".join([os.path.realpath(PYTHON)] + [digest(name) for name in LOCKS[: LOCKS.index(lock) + 1]])
    for path, text in ((os.path.join(packages, "hikeshi.pth"), PTH), (STAMP, stamp)):
        with open(path, "w") as file:
            file.write(text)


def run(lock, *command):
    """Run a command quietly; what it said decides what the user is told."""
    done = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = done.communicate()[0].decode("utf-8", "replace")
    if done.returncode:
        raise Stop(*reason(said, lock))


def reason(said, lock):
    """The sentence for what a failed command, or the system, said."""
    for key, signs in SIGNS:
        if any(sign in said.lower() for sign in signs.split("|")):
            return {"disk": (key, HERE, MEGABYTES[lock]), "hash": (key, lock), "write": (key, HERE)}.get(key, (key,))
    return "other", ([line for line in said.splitlines() if line.strip()] or ["?"])[-1].strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
