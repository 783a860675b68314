import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/read-config.js';
import { Failure } from '../../src/failure.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const read = (text: string) => {
  writeFileSync(join(folder, 'profkit.yaml'), text);
  return readConfig(folder);
};
async function refused(text: string): Promise<Failure> {
  const e = await read(text).catch((e: unknown) => e);
  expect(e).toBeInstanceOf(Failure);
  return e as Failure;
}

test('none is an empty one, and so is one of comments', async () => {
  expect(await readConfig(folder)).toEqual({ services: {} });
  for (const text of ['', '# nothing\n', '---\n', 'services:\n'])
    expect(await read(text), text).toEqual({ services: {} });
});

test('that of a folder above is not taken', async () => {
  writeFileSync(join(folder, 'profkit.yaml'), 'host: elsewhere\n');
  mkdirSync(join(folder, 'below'));
  expect(await readConfig(join(folder, 'below'))).toEqual({ services: {} });
});

test('services by commands', async () => {
  const spec = { start: 'a --daemon', stop: ['kill', 'x'], pids: 'pgrep a', user: 'stack' };
  expect(await read(`services:\n  api: ${JSON.stringify(spec)}\n`)).toEqual({ services: { api: spec } });
});

test('all of it, one text or several, and words as they are written', async () => {
  const text = `
host: stack@devstack
service: n-sch
target: [get_by_host, scheduler]
id: instance_uuids
when: len(instance_uuids) > 1
engine: sample
mode: source
trigger: [openstack, --os-compute-api-version, 2.10, server, create, --nic, none, true, 0x10, yes, ""]
into: &where captures
services:
  1: {start: [sleep, 5], stop: x, pids: y, user: *where}
`;
  expect(await read(text)).toEqual({
    host: 'stack@devstack',
    service: ['n-sch'],
    target: ['get_by_host', 'scheduler'],
    id: ['instance_uuids'],
    when: 'len(instance_uuids) > 1',
    engine: 'sample',
    mode: 'source',
    trigger: [
      'openstack',
      '--os-compute-api-version',
      '2.10',
      'server',
      'create',
      '--nic',
      'none',
      'true',
      '0x10',
      'yes',
      '',
    ],
    into: 'captures',
    services: { 1: { start: ['sleep', '5'], stop: 'x', pids: 'y', user: 'captures' } },
  });
});

test.each(['config', 'services'])('what docs/%s.md shows is taken', async (page) => {
  const text = readFileSync(join(import.meta.dirname, `../../docs/${page}.md`), 'utf8');
  const examples = [...text.matchAll(/```yaml\n([^`]*)```/g)].map((m) => m[1]!);
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) await read(example);
});

describe('refused with the place, the reason and what is allowed', () => {
  test.each([
    ['services: [', '1:12', /./, 'YAML'],
    ['host: a\n\thost: b', '2:1', /[Tt]ab/, 'YAML'],
    ['a: !!python/object x', '1:4', /tag/, 'YAML'],
    ['host: a\n---\nhost: b', '2:1', /multiple documents/, 'YAML'],
    ['host: a\n  b: c', '1:7', /./, 'YAML'],
    ['3', '1:1', /the file is no list of names and values/, /^host, hosts, inventory, service, /],
    ['- host', '1:1', /the file is no list of names and values/, /^host, hosts, inventory, service, /],
    [
      'host: a\nservce: {}',
      '2:1',
      /the file has no setting "servce"; did you mean service\?$/,
      /^host, hosts, inventory, service, /,
    ],
    ['\n\n  Tirgger: [x]', '3:3', /"Tirgger"; did you mean trigger\?$/, /trigger/],
    ['colour: red', '1:1', /has no setting "colour"\.$/, /^host/],
    ['host: a\nservice: b\nhost: c', '3:1', /host stands here a second time/, 'host once'],
    [': x', '1:1', /a name is missing/, 'name: value'],
    ['services: 3', '1:11', /services is no list of names/, /start, stop and pids/],
    ['services: {a: {start: x, stop: y}}', '1:12', /services\.a lacks pids/, /^start, stop, pids, user, python$/],
    ['services:\n  a:\n', '2:3', /services\.a lacks start/, /^start/],
    ['services: {a: {start: x, stop: y, pids: z, strat: q}}', '1:44', /"strat"; did you mean start\?/, /start/],
    ['services: {a: {start: [], stop: y, pids: z}}', '1:23', /services\.a\.start is empty/, /a command/],
    ['services: {a: {start: x, stop: y, pids: z, user: 3}}', '1:50', /a\.user is a number: put it in quotes/, 'text'],
    ['services: {a: {start: x, stop: y, pids: z}, a: {}}', '1:45', /a stands here a second time/, 'a once'],
    ['host:', '1:6', /host is empty/, 'text'],
    ['host: [a]', '1:7', /host is no text/, 'text'],
    ['target: a\nid: {}', '2:5', /id is no text/, 'text, or a list of texts'],
    ['target: [a, true]', '1:13', /target is a boolean/, 'text, or a list of texts'],
    ['when: x == 1', '1:1', /when says something about a target, and none stands here/, 'when beside target'],
    ['trigger: openstack server list', '1:10', /trigger is no list of words/, /such as \[openstack, server, list\]/],
    ['trigger: [a, [b]]', '1:14', /no word/, /list of words/],
    ['trigger: [a, ~]', '1:14', /no word/, /list of words/],
    ['engine: cprofil', '1:9', /there is no engine "cprofil"; did you mean cprofile\?$/, /^profkit, /],
    ['mode: 1', '1:7', /mode is none of its words/, 'auto, source, hook, live'],
  ] as [string, string, RegExp, string | RegExp][])('%j', async (text, place, what, allowed) => {
    const e = await refused(text);
    expect(e.code).toBe('BAD_CONFIG');
    expect(e.message.slice(0, e.message.indexOf(': '))).toBe(`${folder}/profkit.yaml:${place}`);
    expect(e.message).toMatch(what);
    expect(e.next.replace(/^Allowed there: |\. docs\/config\.md .*$/g, '')).toEqual(
      typeof allowed === 'string' ? allowed : expect.stringMatching(allowed),
    );
  });

  test('all that is wrong at once, in the order of the text', async () => {
    const e = await refused('engine: x\nservice: [a]\nfoo: 1\nwhen: y\n');
    expect(e.message).toContain('profkit.yaml:1:9: ');
    expect(e.detail?.split('\n').map((line) => /yaml:(\d+:\d+): /.exec(line)?.[1])).toEqual(['3:1', '4:1']);
  });
});

describe('no secret belongs there', () => {
  test.each([
    'password: hunter2',
    'os_password: hunter2',
    'sudo-passwd: hunter2',
    'api_key: hunter2',
    'token: hunter2',
    'services: {a: {start: x, stop: y, pids: z, password: hunter2}}',
    'trigger: [openstack, --os-password, hunter2, server, list]',
    'trigger: [openstack, --os-password=hunter2, server, list]',
    'trigger: [env, OS_PASSWORD=hunter2, openstack]',
    'services: {a: {start: "svc --db mysql://nova:hunter2@db/nova", stop: y, pids: z}}',
    'services: {a: {start: "DB_PASSWORD=hunter2 svc", stop: y, pids: z}}',
    'host: ssh://stack:hunter2@devstack',
  ])('%s', async (text) => {
    const e = await refused(text);
    expect(e.message).toMatch(/no secret belongs into this file/);
    expect(`${e.message} ${e.next} ${e.detail}`).not.toContain('hunter2');
  });

  test.each([
    'target: keystone-token',
    'trigger: [openstack, token, issue]',
    'services: {token-api: {start: "svc --password-file /etc/x", stop: y, pids: z}}',
    'services: {a: {start: "OS_PASSWORD=$OS_PASSWORD svc", stop: y, pids: z}}',
    'trigger: [curl, "http://127.0.0.1:8774/v2.1/"]',
    'host: ssh://stack@devstack:2222',
  ])('%s is none', async (text) => {
    await read(text);
  });
});

test('a folder of that name is told', async () => {
  mkdirSync(join(folder, 'profkit.yaml'));
  await expect(readConfig(folder)).rejects.toMatchObject({ code: 'CONFIG_UNREAD' });
});

const why = process.getuid?.() === 0 || process.env.CI ? '' : 'needs root';
test.skipIf(why !== '')(`what another user has put there is not obeyed${why && `: ${why}`}`, async () => {
  await read('host: elsewhere\n');
  chownSync(join(folder, 'profkit.yaml'), 12345, 12345);
  await expect(readConfig(folder)).rejects.toMatchObject({ code: 'CONFIG_FOREIGN' });
  chownSync(folder, 12345, 12345); // whose folder it is: who works there means it
  expect(await readConfig(folder)).toMatchObject({ host: 'elsewhere' });
});
