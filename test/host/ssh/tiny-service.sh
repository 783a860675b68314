# start|stop|pids FOLDER: that is done often, and a shell is quicker than a Python.
cd "$2" || exit 2
lives() { [ -e pid ] && kill -0 "$(cat pid)" 2>/dev/null; }
case $1 in
  pids) lives && cat pid; exit 0 ;;
  stop)
    rm -f ready
    lives || exit 0
    kill "$(cat pid)"
    while lives; do sleep 0.05; done
    ;;
  start)
    if lives; then echo 'it runs already' >&2; exit 1; fi # two must never run
    setsid /usr/bin/python3 -S "$2/tiny-service.py" </dev/null >/dev/null 2>&1 &
    echo $! >pid
    while [ ! -e ready ]; do lives || exit 1; sleep 0.05; done
    ;;
esac
