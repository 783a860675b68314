// ssh-keygen -F is the judge: what it finds in a file for a name, we find, line by line.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { keysIn, knownLine, knownName, typeOf } from '../../../src/host/ssh/known-hosts.js';

const folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIJ5Y3ymtmR3hZ3zDZHMWuC3TcUe0J2ZAaMDoe/4aTRwR';
const key = Buffer.from(KEY, 'base64');
const LINES = [
  `plain ssh-ed25519 ${KEY} a comment`,
  `one,two.example.org ssh-ed25519 ${KEY}`,
  `*.example.org,!bad.example.org ssh-ed25519 ${KEY}`,
  `!bad.example.org,* ssh-ed25519 ${KEY}`,
  `[plain]:2222 ssh-ed25519 ${KEY}`,
  `[*]:2222 ssh-ed25519 ${KEY}`,
  `192.0.2.? ssh-ed25519 ${KEY}`,
  `UPPER ssh-ed25519 ${KEY}`,
  `a*b*c ssh-ed25519 ${KEY}`,
  `@revoked plain ssh-ed25519 ${KEY}`,
  `@cert-authority *.example.org ssh-ed25519 ${KEY}`,
  '# plain ssh-ed25519 in a comment',
  '',
  `   plain   ssh-ed25519   ${KEY}`,
  knownLine('plain', 'ssh-ed25519', key, true).trim(),
  knownLine('[plain]:2222', 'ssh-ed25519', key, true).trim(),
  'plain',
  'plain ssh-ed25519',
];
const NAMES = [
  ['plain', 22],
  ['plain', 2222],
  ['Plain', 22],
  ['one', 22],
  ['two.example.org', 22],
  ['bad.example.org', 22],
  ['bad.example.org', 2222],
  ['192.0.2.7', 22],
  ['192.0.2.77', 22],
  ['upper', 22],
  ['abc', 22],
  ['axbxbxc', 22],
  ['axbxbx', 22],
  ['::1', 2222],
] as const;

const hasKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined;
test.skipIf(!hasKeygen && !process.env.CI).each(NAMES)(
  `finds what ssh-keygen finds for %s, port %d${hasKeygen ? '' : ' (needs ssh-keygen)'}`,
  (host, port) => {
    const file = join(folder, 'known_hosts');
    writeFileSync(file, `${LINES.join('\n')}\n`);
    const name = knownName(host, port);
    const { stdout } = spawnSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' });
    const judged = [...stdout.matchAll(/found: line (\d+)/g)].map((m) => Number(m[1]));
    expect(keysIn(`${LINES.join('\n')}\n`, file, [name]).map((k) => k.line)).toEqual(judged);
  },
);

test('says what a line is: its marker, its type, its key', () => {
  expect(keysIn(LINES.join('\r\n'), 'f', ['plain']).find((k) => k.marker === 'revoked')).toEqual({
    file: 'f',
    line: 10,
    marker: 'revoked',
    type: 'ssh-ed25519',
    key,
  });
  expect(typeOf(key)).toBe('ssh-ed25519');
});

test('a pattern made to be slow is not', () => {
  const pattern = `${'*a'.repeat(40)}b`;
  expect(keysIn(`${pattern} ssh-ed25519 ${KEY}`, 'f', ['a'.repeat(5000)])).toEqual([]);
});
