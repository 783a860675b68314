import { expect, test } from 'vitest';
import { asServerCreate, filledIn, madeId, withCount } from '../../src/openstack/server-create.js';

const ID = '8ec1af7b-a384-4836-b914-aeb885ad7e3f';

test.each([
  [
    'a table',
    `+---+\n| Field | Value |\n| flavor | 0000aaaa-0000-0000-0000-000000000000 (c1) |\n| id                       | ${ID}      |\n| image | 11111111-1111-1111-1111-111111111111 |\n`,
  ],
  ['JSON', `{"adminPass": "x", "id": "${ID}", "name": "x1"}`],
  ['-f value -c id', `\n${ID}\n`],
  ['-f shell', `id="${ID}"\n`],
  ['-f yaml', `id: ${ID}\n`],
])('the id is read from %s', (_, text) => {
  expect(madeId(text)).toBe(ID);
});

test('other ids in the output are not taken for it', () => {
  expect(madeId(`| image | cirros (${ID}) |\n`)).toBeUndefined();
  expect(madeId('')).toBeUndefined();
});

test('a server create is known by its words, and what comes before them is kept for later questions', () => {
  const argv = 'openstack --os-compute-api-version 2.37 server create --image i --min 7 --max 7 x'.split(' ');
  expect(asServerCreate(argv)).toEqual({ client: argv.slice(0, 3) });
  expect(asServerCreate(['openstack', 'server', 'list'])).toBeUndefined();
  expect(asServerCreate(['curl', 'server', 'create'])).toBeUndefined();
});

test('several servers in one request, and words that say which request it is', () => {
  const argv = 'openstack server create --image i x-{n}'.split(' ');
  expect(withCount(argv, 3).join(' ')).toBe('openstack server create --min 3 --max 3 --image i x-{n}');
  expect(filledIn(['reboot', '{server}', 'x-{n}{n}'], 12, ID)).toEqual(['reboot', ID, 'x-1212']);
});
