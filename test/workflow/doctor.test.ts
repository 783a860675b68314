import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import type { Diagnosis } from '../../src/openstack/doctor/diagnosis.js';
import { diagnosisText } from '../../src/report/diagnosis-text.js';
import type { CommandServices } from '../../src/service/find-service.js';
import type { Context } from '../../src/workflow/context.js';
import { examine } from '../../src/workflow/doctor/examine.js';
import { RecordedProgress } from '../fakes/recorded-progress.js';

const SECRET = 'hunter22';
let folder: string;
let host: Host;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  host = await localHost({ state: join(folder, 'state'), sudo: false });
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

function context(services: CommandServices = {}): Context {
  const { signal } = new AbortController();
  const interruption = { signal, during: <T>(_: string, work: () => Promise<T>) => work() };
  return { host, progress: new RecordedProgress(), interruption, services, captures: folder } as unknown as Context;
}

/** A service that runs a Python, which finds this client in its PATH. */
function serviceWithClient(client: string): CommandServices {
  writeFileSync(join(folder, 'openstack'), `#!/bin/sh\necho "$@" >>${folder}/asked\n${client}\n`);
  chmodSync(join(folder, 'openstack'), 0o755);
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  child = spawn('/usr/bin/python3', ['-c', 'import time; time.sleep(600)'], { env, stdio: 'ignore' });
  return { mine: { start: 'true', stop: 'true', pids: `echo ${child.pid}` } };
}

const findings = (d: Diagnosis, id: string) => d.checks.find((c) => c.id === id)!.findings;

test('a host without OpenStack: each check says so, none fails, nothing is made', async () => {
  const d = await examine(context(), [], {});
  for (const { id, findings: found } of d.checks) {
    expect(found.length, id).toBeGreaterThan(0);
    for (const f of found) expect(f.says, id).toMatch(/\S/);
  }
  for (const id of ['nova', 'python', 'mode', 'guide', 'targets', 'units', 'workers', 'outlived', 'fakes', 'live'])
    expect(findings(d, id), id).toMatchObject([{ verdict: 'skip' }]);
  for (const id of ['host', 'clock', 'disk', 'probes']) expect(findings(d, id), id).toMatchObject([{ verdict: 'ok' }]);
  expect(findings(d, 'layout')).toMatchObject([{ verdict: 'warn', says: expect.stringContaining('no OpenStack') }]);
  expect(JSON.stringify(d)).not.toContain('not looked at');
  expect(d.counts.fail).toBe(0);
  expect(existsSync(join(folder, 'state'))).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

test('a service is looked at, and the client in its PATH is asked; no secret is said', async () => {
  const compute = JSON.stringify([{ Binary: 'nova-compute', Host: 'h', Status: 'enabled', State: 'up' }]);
  const services = serviceWithClient(
    `case "$1" in --version) echo openstack 6.0.0;; token) [ "$OS_PASSWORD" = ${SECRET} ];; compute) echo '${compute}';; esac`,
  );
  const d = await examine(context(services), [], { OS_USERNAME: 'admin', OS_PASSWORD: SECRET });
  const version = execFileSync('/usr/bin/python3', ['-c', 'import platform; print(platform.python_version())'], {
    encoding: 'utf8',
  }).trim();
  expect(findings(d, 'python')[0]!.says).toContain(`Python ${version} (/usr/bin/python3)`);
  expect(findings(d, 'client')).toMatchObject([{ says: `openstack 6.0.0 (${folder}/openstack)` }]);
  expect(findings(d, 'credentials')).toMatchObject([{ verdict: 'ok' }]);
  expect(findings(d, 'compute-services')).toMatchObject([{ verdict: 'ok' }]);
  expect(d.services).toMatchObject([{ service: 'mine', state: 'active', python: version, nova: null }]);
  expect(readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n').sort()).toEqual([
    '--version',
    'compute service list -f json',
    'token issue -f value -c expires',
  ]);
  expect(JSON.stringify(d) + diagnosisText(d)).not.toContain(SECRET);
});

test('credentials that are refused fail, in one sentence', async () => {
  const services = serviceWithClient(`echo "Traceback: ${SECRET}" >&2; echo "no (HTTP 401)" >&2; exit 1`);
  const d = await examine(context(services), [], { OS_USERNAME: 'admin', OS_PASSWORD: SECRET });
  expect(findings(d, 'credentials')).toMatchObject([{ verdict: 'fail', says: expect.stringContaining('(401)') }]);
  expect(findings(d, 'compute-services')).toMatchObject([{ verdict: 'skip' }]);
  expect(d.verdict).toBe('fail');
  expect(JSON.stringify(d)).not.toContain(SECRET);
});

test('a check that does not end is skipped, and the others are not', async () => {
  const services = serviceWithClient('case "$1" in token) exec sleep 30;; esac');
  const d = await examine(context(services), [], { OS_CLOUD: 'x' }, 10);
  expect(findings(d, 'credentials')).toMatchObject([
    { verdict: 'skip', says: 'not looked at: it took longer than 10 s' },
  ]);
  expect(findings(d, 'host')).toMatchObject([{ verdict: 'ok' }]);
});

test('a journal that cannot be read fails', async () => {
  mkdirSync(join(folder, 'state/probes/abcdef'), { recursive: true });
  writeFileSync(join(folder, 'state/probes/abcdef/journal.json'), 'garbage');
  const d = await examine(context(), [], {});
  expect(findings(d, 'probes')).toMatchObject([{ verdict: 'fail' }]);
  expect(d.verdict).toBe('fail');
  expect(readFileSync(join(folder, 'state/probes/abcdef/journal.json'), 'utf8')).toBe('garbage');
});

test('a service that is named and is none ends it', async () => {
  await expect(examine(context(), ['no-such-service'], {})).rejects.toMatchObject({
    code: expect.stringMatching(/^(NO_SYSTEMD|SERVICE_NOT_FOUND)$/),
  });
});

test('the table has its topics, wraps, and counts', async () => {
  const d: Diagnosis = {
    host: 'h',
    verdict: 'fail',
    counts: { ok: 0, warn: 0, fail: 1, skip: 1 },
    services: [],
    checks: [
      {
        id: 'a',
        topic: 'Host',
        title: 'disk',
        verdict: 'fail',
        findings: [
          {
            verdict: 'fail',
            says: 'it is full of very old things',
            next: 'Make room there, soon.',
            services: ['a-1', 'a-2'],
          },
        ],
      },
      { id: 'b', topic: 'Cloud', title: 'client', verdict: 'skip', findings: [{ verdict: 'skip', says: 'no' }] },
    ],
  };
  expect(diagnosisText(d, 46)).toBe(`Host
  fail  disk    a-1…2: it is full of very old
                things
                → Make room there, soon.

Cloud
  skip  client  no

2 checks, 2 findings: 1 fail, 1 skip
`);
});
