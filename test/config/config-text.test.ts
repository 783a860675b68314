import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { configText, type Seen } from '../../src/config/config-text.js';
import { readConfig } from '../../src/config/read-config.js';

const folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (seen: Seen) => configText(seen, 'file:///x/profkit.schema.json', (v) => stringify(v).trimEnd());
const read = (text: string) => {
  writeFileSync(join(folder, 'profkit.yaml'), text);
  return readConfig(folder);
};

const NOTHING: Seen = { host: undefined, systemd: false, services: [], presets: [], supervised: undefined };
const DEVSTACK: Seen = {
  host: 'stack@devstack',
  systemd: true,
  services: ['n-api', 'n-sch'],
  presets: [
    { name: 'scheduler', about: 'why choosing hosts takes long', services: ['n-sch'], trigger: true },
    { name: 'api-list', about: 'why listing servers takes long', services: ['n-api'], trigger: true },
  ],
  supervised: undefined,
};
const NOTHING_ELSE = { services: {} };

describe.each([
  ['nothing', NOTHING, NOTHING_ELSE],
  ['devstack', DEVSTACK, { host: 'stack@devstack', target: ['scheduler'], services: {} }],
  [
    'one service of one’s own',
    { ...NOTHING, systemd: true, services: ['my: api'] },
    { service: ['my: api'], services: {} },
  ],
  ['supervisor', { ...NOTHING, supervised: ['group:api', 'other'] }, NOTHING_ELSE],
] as [string, Seen, unknown][])('of %s', (_, seen, says) => {
  const text = write(seen);

  test('is taken, and says what was seen', async () => {
    expect(await read(text)).toEqual(says);
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=file:///x/profkit.schema.json');
  });

  test('every line that can be uncommented is one that is taken', async () => {
    const lines = text
      .replaceAll(/^#(?! )/gm, '')
      .replaceAll(/^#( {2}.*)$/gm, (line, rest) => (/^#( {2}( {2})?[\w:"-]+:)/.test(line) ? rest : line));
    const names = new Set<string>();
    const once = lines.split('\n').filter((line) => {
      const name = /^\w+(?=:)/.exec(line)?.[0];
      if (name === undefined) return true;
      return names.size < names.add(name).size;
    });
    const all = await read(once.join('\n'));
    expect(all).toMatchObject({
      engine: 'profkit',
      mode: 'auto',
      into: 'profkit-captures',
      trigger: expect.any(Array),
    });
    expect(Object.keys(all.services)).toHaveLength(seen.systemd ? 0 : 1);
  });

  test('every setting has a line above that says why', () => {
    for (const block of text.trimEnd().split('\n\n')) expect(block).toMatch(/^# \S/);
  });
});

test('a program of supervisor that was seen stands in the example', () => {
  expect(write({ ...NOTHING, supervised: ['group:api'] })).toContain('#    start: [supervisorctl, start, group:api]');
});
