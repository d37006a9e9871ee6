"""What others feel: one small write every 20 ms in the database that deliveries are stored in.

python -m benchmarks.deliveries.small_writes URL     until its input ends; prints the seconds of each write as JSON
"""

import json
import select
import sys
import time

from sqlalchemy import update

from engine.store.database import Database
from engine.store.schema import generations

#: Seconds between two writes.
PAUSE = 0.02


def main() -> None:
    """Writes until told to end."""
    database = Database(sys.argv[1])
    seconds: list[float] = []
    statement = update(generations).where(generations.c.name == "routes").values(value=generations.c.value + 1)
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        started = time.perf_counter()
        with database.write() as connection:
            connection.execute(statement)
        seconds.append(time.perf_counter() - started)
    database.close()
    json.dump(sorted(seconds[1:]), sys.stdout)


if __name__ == "__main__":
    main()
