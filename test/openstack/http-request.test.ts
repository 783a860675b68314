import { expect, test } from 'vitest';
import { httpRequest } from '../../src/openstack/http-request.js';

test.each([
  ['/servers/detail', { method: 'GET', path: '/servers/detail', service: 'compute', body: null }],
  ['get placement:/resource_providers?x=1', { method: 'GET', service: 'placement', path: '/resource_providers?x=1' }],
  ['POST /servers {"server": {}}', { method: 'POST', path: '/servers', body: '{"server": {}}' }],
  ['http://127.0.0.1:8774/', { method: 'GET', path: 'http://127.0.0.1:8774/', body: null }],
])('%s', (text, request) => {
  expect(httpRequest(text)).toMatchObject(request);
});

test.each([
  ['servers', /write \[METHOD\]/],
  ['FETCH /servers', /no method FETCH/],
  ['POST /servers {', /not JSON/],
  ['', /write/],
])('%j is refused', (text, why) => {
  expect(() => httpRequest(text)).toThrow(why);
});
