"""A service as small as can be: calls work.handle for each file in asked/ beside it. `tiny-service.sh` starts and stops it."""
import os
import time
import work

folder = os.path.dirname(os.path.abspath(__file__))
asked, end = os.path.join(folder, "asked"), time.time() + 600
open(os.path.join(folder, "ready"), "w").close()
while time.time() < end and os.path.isdir(asked):
    for name in os.listdir(asked):
        work.handle(name)
        os.unlink(os.path.join(asked, name))
    time.sleep(0.1)
