#!/usr/bin/env python3
"""N server creates at the same moment, then wait for all of them. One line of JSON says how it went:

{"requested": N, "accepted_s": .., "settled_s": .., "servers": [{"id", "name", "status", "latency_s", "settled_s", "fault"}]}

latency_s: until the API had accepted it; settled_s: until it was no longer BUILD; both in seconds from the common start.
The servers are deleted at the end, unless --keep. A server that ends in ERROR is a result, not a failure of this program.
"""
import argparse
import json
import os
import threading
import time

import openstack

MICROVERSION = '2.37'  # the first that takes "networks: none"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('count', type=int)
    options.add_argument('--prefix', default='burst')
    options.add_argument('--image', default='cirros-0.4.0-x86_64-disk')
    options.add_argument('--flavor', default='c1')
    options.add_argument('--timeout', type=float, default=120, help='seconds to wait for the last server')
    options.add_argument('--keep', action='store_true', help='do not delete the servers')
    options = options.parse_args()

    os.environ.setdefault('OS_CLOUD', 'devstack-admin')
    cloud = openstack.connect()
    image = cloud.image.find_image(options.image, ignore_missing=False).id
    flavor = cloud.compute.find_flavor(options.flavor, ignore_missing=False).id
    api = cloud.compute
    api.get('/servers', microversion=MICROVERSION)  # token and catalogue are there before the clock runs

    together = threading.Barrier(options.count + 1)
    rows = [dict(id=None, name='%s-%d' % (options.prefix, i), status=None, latency_s=None, settled_s=None, fault=None)
            for i in range(options.count)]

    def create(row):
        body = {'server': {'name': row['name'], 'imageRef': image, 'flavorRef': flavor, 'networks': 'none'}}
        together.wait()
        try:
            answer = api.post('/servers', json=body, microversion=MICROVERSION)
            row['latency_s'] = time.time() - start
            if answer.status_code == 202:
                row['id'], row['status'] = answer.json()['server']['id'], 'BUILD'
            else:
                row['status'], row['fault'] = 'REFUSED', '%d %s' % (answer.status_code, answer.text[:500])
        except Exception as error:
            row['status'], row['fault'] = 'REFUSED', repr(error)

    threads = [threading.Thread(target=create, args=(row,)) for row in rows]
    for thread in threads:
        thread.start()
    start = time.time()
    together.wait()
    for thread in threads:
        thread.join()
    accepted = time.time() - start

    def servers(detail=''):
        return {s['id']: s for s in api.get('/servers' + detail, microversion=MICROVERSION).json()['servers']}

    waiting = [row for row in rows if row['id']]
    while waiting and time.time() - start < options.timeout:
        found = servers('/detail')
        for row in list(waiting):
            server = found.get(row['id'], {'status': 'GONE'})
            if server['status'] != 'BUILD':
                row['status'], row['settled_s'] = server['status'], time.time() - start
                row['fault'] = server.get('fault', {}).get('message')
                waiting.remove(row)
        time.sleep(0.1)

    if not options.keep:
        mine = {row['id'] for row in rows if row['id']}
        for one in mine:
            api.delete('/servers/' + one)
        patience = time.time() + 60
        while mine & set(servers()) and time.time() < patience:
            time.sleep(0.2)

    for row in rows:
        for key in ('latency_s', 'settled_s'):
            row[key] = None if row[key] is None else round(row[key], 3)
    settled = [row['settled_s'] for row in rows if row['settled_s'] is not None]
    print(json.dumps({'requested': options.count, 'accepted_s': round(accepted, 3),
                      'settled_s': max(settled) if settled else None, 'servers': rows}))


main()
