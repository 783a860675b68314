#!/usr/bin/env python3
"""Waits until the lab's services really work, not merely run: ready.py SINCE [PATIENCE]

SINCE: seconds of the epoch when this lab was booted. Its databases are older than that, and their rows say what was true when
they were cached: a compute is up when it has reported since. PATIENCE: seconds to wait (180).
"""
import glob
import re
import subprocess
import sys
import time

since, patience = float(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 180
UNITS = '/etc/systemd/system/devstack@%s.service'


def output(*argv):
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True).stdout


def services():
    """each says what is missing, or nothing"""
    state = output('systemctl', 'is-system-running').strip()
    return '' if state in ('running', 'degraded') else 'systemd: ' + state


def apis():
    """uwsgi answers its port at once; each worker then loads the application for itself"""
    for path in glob.glob(UNITS % '*'):
        with open(path) as file:
            processes = re.search(r'--processes (\d+)', file.read())
        if processes:
            name = path.rsplit('@')[1].rsplit('.', 1)[0]
            loaded = output('journalctl', '-q', '-o', 'cat', '-u', 'devstack@' + name).count('WSGI app 0 ')
            if loaded < int(processes.group(1)):
                return '%s: %d of %s workers loaded' % (name, loaded, processes.group(1))
    return ''


def computes():
    wanted = len(glob.glob(UNITS % 'n-cpu-*'))
    rows = output('mysql', '-N', 'nova_cell1', '-e', """
        set time_zone = '+00:00';
        select count(distinct s.host) from services s join compute_nodes n on n.host = s.host and n.deleted = 0
        where s.deleted = 0 and s.disabled = 0 and s.`binary` = 'nova-compute' and s.last_seen_up >= from_unixtime(%d)""" % since)
    up = int(rows or 0)
    return '' if up >= wanted else '%d of %d computes have reported' % (up, wanted)


def consumers():
    """a worker takes requests when it listens on its queue, a moment after the log says that it starts"""
    with open('/etc/nova/nova.conf') as file:
        workers = int(re.search(r'\[scheduler\]\nworkers = (\d+)', file.read()).group(1))
    for vhost, queue, wanted in (('/', 'scheduler', workers), ('/', 'conductor', 1), ('nova_cell1', 'conductor', 1)):
        listening = dict(line.split('\t') for line in output(
            'rabbitmqctl', '-q', '--no-table-headers', 'list_queues', '-p', vhost, 'name', 'consumers').splitlines())
        if int(listening.get(queue, 0)) < wanted:
            return '%s: %s of %d listen on %s' % (vhost, listening.get(queue, 0), wanted, queue)
    return ''


def api_answers():
    """the whole way: keystone gives a token, Nova takes it and asks its cell"""
    code = """if True:
        import openstack
        rows = list(openstack.connect(cloud='devstack-admin').compute.services(binary='nova-compute'))
        print(','.join(r.host for r in rows if r.state != 'up'))"""
    answer = subprocess.run([sys.executable, '-c', code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
    if answer.returncode:
        return 'n-api: ' + answer.stderr.strip().rsplit('\n', 1)[-1]
    return answer.stdout.strip() and 'not up: ' + answer.stdout.strip()


missing = ''
for check in services, apis, computes, consumers, api_answers:
    while True:
        missing = check()
        if not missing:
            break
        if time.time() - since > patience:
            print('after %d s: %s' % (patience, missing), file=sys.stderr)
            print(output('systemctl', '--failed', '--no-legend', '--plain'), file=sys.stderr)
            sys.exit(1)
        time.sleep(0.5)
