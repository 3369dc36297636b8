"""A process that appends to one case, for the tests of many writers and of sudden death.

python tests/casebook/worker.py CHAIN NAME COUNT THREADS   acknowledges each entry on standard output: "NAME N HASH"
"""

import sys
import threading

from hikeshi.desk.services import start_django


def main(chain: str, name: str, count: int, threads: int) -> None:
    start_django()
    from django.db import connection

    from hikeshi.casebook import services as casebook
    from hikeshi.casebook.entries import FactStated
    from hikeshi.casebook.models import Case
    from hikeshi.engines.ledger.entry import Actor, Entry

    case = Case(chain_id=chain)
    actor = Actor("worker", name)
    out = threading.Lock()
    failed = []

    def append(thread: int) -> None:
        try:
            for i in range(count):
                key = f"{name}-{thread}-{i}"
                (done,) = casebook.record(case, [Entry(FactStated(key=key, status="confirmed"), actor)], request_id=key)
                with out:
                    sys.stdout.write(f"{key} {done.number} {done.sha256}\n")
                    sys.stdout.flush()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    running = [threading.Thread(target=append, args=(thread,)) for thread in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if failed:
        raise failed[0]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
