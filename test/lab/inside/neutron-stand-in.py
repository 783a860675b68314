#!/usr/bin/env python3
"""A stand-in for neutron's API: every list is empty, nothing can be made. Enough for Nova to build servers without networks."""
import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WHAT = 'stand-in for neutron, makes no networks'


class StandIn(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    server_version = 'neutron-stand-in'
    sys_version = ''

    def answer(self, code, body):
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, code, kind, message):
        self.answer(code, {'NeutronError': {'type': kind, 'message': message, 'detail': ''}})

    def do_GET(self):
        path = self.path.split('?')[0].rstrip('/')
        if path == '':
            link = 'http://127.0.0.1:%d/v2.0/' % self.server.server_address[1]
            version = {'id': 'v2.0', 'status': 'CURRENT', 'links': [{'rel': 'self', 'href': link}]}
            return self.answer(200, {'versions': [version], 'description': WHAT})
        if path == '/v2.0':
            return self.answer(200, {'resources': [], 'description': WHAT})
        if re.fullmatch(r'/v2\.0/quotas/[^/]+', path):
            return self.answer(200, {'quota': {'network': -1, 'port': -1, 'security_group': -1, 'floatingip': -1}})
        if path.startswith('/v2.0/auto-allocated-topology/'):
            # what neutron itself says where it has no default external network
            return self.refuse(409, 'AutoAllocationFailure', 'Deployment error: No default router:external network.')
        collection = re.fullmatch(r'/v2\.0/([a-z-]+)(?:\.json)?', path)
        if collection:
            return self.answer(200, {collection.group(1).replace('-', '_'): []})
        self.refuse(404, 'NotFound', path)

    def do_DELETE(self):
        self.refuse(404, 'NotFound', self.path)

    do_PUT = do_DELETE

    def do_POST(self):
        self.rfile.read(int(self.headers.get('Content-Length') or 0))
        self.refuse(409, 'Conflict', 'this is a ' + WHAT)

    def log_message(self, format, *args):
        print(format % args, flush=True)


port = int(sys.argv[1]) if len(sys.argv) > 1 else 9696
print('%s: listening on 127.0.0.1:%d' % (WHAT, port), flush=True)
ThreadingHTTPServer(('127.0.0.1', port), StandIn).serve_forever()
