"""Forks a writer for each port number that it reads; the writer acknowledges to that port until it is killed.

python tests/casebook/kill_server.py CHAIN
"""

import os
import socket
import sys
import uuid

from hikeshi.desk.services import start_django

ENTRIES = 400


def main(chain: str) -> None:
    start_django()
    from hikeshi.casebook import projecting

    projecting.rooms()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            write(chain, int(line))
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        os.waitpid(pid, 0)


def write(chain: str, port: int) -> None:
    from hikeshi.casebook import services as casebook
    from hikeshi.casebook.entries import FactStated
    from hikeshi.casebook.models import Case
    from hikeshi.engines.ledger.entry import Actor, Entry

    case, actor, name = Case(chain_id=chain), Actor("worker", "x"), uuid.uuid4().hex
    with socket.create_connection(("127.0.0.1", port)) as link:
        for i in range(ENTRIES):
            key = f"{name}-{i}"
            (done,) = casebook.record(case, [Entry(FactStated(key=key, status="confirmed"), actor)])
            link.sendall(f"{key} {done.number} {done.sha256}\n".encode())
        link.sendall(b"END\n")


if __name__ == "__main__":
    main(sys.argv[1])
