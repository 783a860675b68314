import { expect, test } from 'vitest';
import { clientFailure } from '../../src/openstack/client-failure.js';
import { faultRemedy } from '../../src/openstack/fault-remedy.js';

const CREDENTIALS = { env: { OS_PASSWORD: 'hunter22' }, from: 'OS_* of your environment', given: true };
const failed = (stderr: string) =>
  clientFailure('openstack server create x', { code: 1, timedOut: false, stdout: '', stderr }, CREDENTIALS);

// the words are those of python-openstackclient 6.0 with Nova 26
test.each([
  ['The request you have made requires authentication. (HTTP 401) (Request-ID: req-1)', 'CREDENTIALS_REFUSED', /401/],
  ['Could not recognize Fernet token (HTTP 404) (Request-ID: req-1)', 'CREDENTIALS_REFUSED', /expired/],
  ['Cloud nope was not found.', 'NO_CREDENTIALS', /no clouds\.yaml has a cloud nope\./],
  ['Missing value auth-url required for auth plugin password', 'NO_CREDENTIALS', /not complete/],
  [
    'x\nUnable to establish connection to http://127.0.0.1:1/identity: HTTPConnection',
    'CLOUD_SILENT',
    /does not answer/,
  ],
  [
    'Quota exceeded for instances: Requested 1, but already used 2 of 0 instances (HTTP 403) (Request-ID: req-1)',
    'QUOTA',
    /no room for it: Quota exceeded for instances: Requested 1, but already used 2 of 0 instances\.$/,
  ],
  ['No Image found for nope', 'NOT_IN_CLOUD', /^This cloud has no image nope\.$/],
  ["No flavor with a name or ID of 'nope' exists.", 'NOT_IN_CLOUD', /^This cloud has no flavor nope\.$/],
  ['something else', 'TRIGGER_FAILED', /ended with status 1/],
])('%s', (stderr, code, says) => {
  expect(failed(stderr)).toMatchObject({ code, message: expect.stringMatching(says) });
});

test('its words are shown without the secrets in them', () => {
  expect(failed('odd: hunter22 at http://a:b@k/').detail).toBe('odd: *** at http://k/');
});

test('what to do about a fault', () => {
  expect(faultRemedy('No valid host was found. There are not enough hosts available.')).toMatch(/compute service list/);
  expect(faultRemedy('odd')).toMatch(/log/);
});
