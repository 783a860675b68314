import { expect, test } from 'vitest';
import { clientError } from '../../../src/openstack/client-failure.js';
import { secretsOf } from '../../../src/openstack/credentials.js';
import { judgeClient, judgeToken } from '../../../src/openstack/doctor/cloud.js';
import { judgeComputeServices } from '../../../src/openstack/doctor/compute-services.js';

const answer = (code: number, stdout: string, stderr = '', timedOut = false) => ({ code, stdout, stderr, timedOut });

test('credentials that work, do not, or were not given', () => {
  const given = { env: { OS_PASSWORD: 'pw' }, from: 'OS_CLOUD=x', given: true };
  const guessed = { env: {}, from: 'the cloud devstack-admin', given: false };
  expect(judgeToken(answer(0, '2026'), given, 20).verdict).toBe('ok');
  expect(judgeToken(answer(1, '', 'HTTP 401'), given, 20)).toMatchObject({ verdict: 'fail' });
  expect(judgeToken(answer(-15, '', '', true), given, 20).says).toMatch(/no answer within 20 s/);
  // slow is not wrong: other credentials would not help
  const slow = judgeToken(answer(-15, '', '', true), guessed, 20);
  expect(slow).toMatchObject({ verdict: 'warn', next: expect.stringContaining('slow') });
  const none = judgeToken(answer(1, '', 'Cloud devstack-admin was not found.'), guessed, 20);
  expect(none).toMatchObject({ verdict: 'warn', next: expect.stringContaining('--openrc') });
});

test.each([
  ['The request you have made requires authentication. (HTTP 401) (Request-ID: req-1)', /401/],
  ['Cloud nowhere was not found.', /no clouds.yaml has a cloud nowhere/],
  ['Missing value auth-url required for auth plugin password', /not complete/],
  ['Failed to discover available identity versions when contacting http://127.0.0.1/identity.', /does not answer/],
  ['Unable to establish connection to http://10.0.0.1:5000/v3', /does not answer/],
  ['', /does not say why/],
])('the client says %j', (stderr, says) => {
  expect(clientError(stderr, [])).toMatch(says);
});

test('no secret is shown, however the client quotes it', () => {
  const secrets = secretsOf({ OS_PASSWORD: 'hunter22', OS_TOKEN: 'gAAAAAB', OS_CLOUD: 'x', OS_AUTH_URL: 'http://k' });
  expect(secrets).toEqual(['hunter22', 'gAAAAAB']);
  const said = clientError('odd: hunter22 at http://admin:pw3@keystone/v3 with gAAAAAB', secrets);
  expect(said).toBe('odd: *** at http://keystone/v3 with ***');
});

const SERVICE = { Binary: 'nova-compute', Host: 'lab1', Status: 'enabled', State: 'up' };
const list = (...more: object[]) => answer(0, JSON.stringify(more.map((m) => ({ ...SERVICE, ...m }))));

test('compute services', () => {
  expect(judgeComputeServices(list({}, { Binary: 'nova-scheduler' }), [])).toMatchObject({
    verdict: 'ok',
    says: '2 of 2 up, 1 nova-compute',
  });
  expect(judgeComputeServices(list({}, { State: 'down', Host: 'lab2' }), [])).toMatchObject({
    verdict: 'warn',
    says: expect.stringContaining('down: nova-compute on lab2'),
  });
  expect(judgeComputeServices(list({ State: 'down' }), []).verdict).toBe('fail');
  expect(judgeComputeServices(list({}, { Binary: 'nova-conductor', State: 'down' }), []).verdict).toBe('fail');
  expect(judgeComputeServices(list({ Status: 'disabled' }), []).says).toMatch(/1 compute disabled/);
  expect(judgeComputeServices(answer(1, '', 'HTTP 403'), []).verdict).toBe('skip');
});

test('the client', () => {
  expect(judgeClient('/usr/bin/openstack', 'openstack 6.0.0').says).toBe('openstack 6.0.0 (/usr/bin/openstack)');
  expect(judgeClient(undefined, undefined).verdict).toBe('warn');
});
