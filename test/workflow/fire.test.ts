import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { localHost } from '../../src/host/local-host.js';
import { oneProbe } from '../../src/workflow/captures.js';
import { fire } from '../../src/workflow/fire.js';
import { RecordedProgress } from '../fakes/recorded-progress.js';
import { applyRequest } from '../host/apply-request.js';

const ID = '8ec1af7b-a384-4836-b914-aeb885ad7e3f';
const CLIENT = `#!/bin/sh
case "$*" in *create*) exec sleep 20;; *list*) echo ${ID};; esac
echo "$@" >> "$(dirname "$0")/said"
`;

test('a server that profkit has named is deleted when its create was cut off before it told the id', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'profkit-fire-'));
  const host = await localHost({ state: join(folder, 'state'), sudo: false });
  writeFileSync(join(folder, 'openstack'), CLIENT, { mode: 0o755 });
  writeFileSync(join(folder, 'm.py'), 'def f(): pass\n');
  const line = '@eval("lambda f:f")  # profkit:abcdef';
  await host.apply(applyRequest(join(folder, 'm.py'), line, 'def f', { services: ['one'] }));
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const child = spawn('/usr/bin/python3', ['-c', 'import time; time.sleep(60)'], { env, stdio: 'ignore' });
  try {
    const context = {
      host,
      progress: new RecordedProgress(),
      interruption: { signal: new AbortController().signal, during: <T>(_: string, work: () => Promise<T>) => work() },
      services: { one: { start: 'true', stop: 'true', pids: `echo ${child.pid}` } },
      captures: join(folder, 'here'),
    };
    const argv = ['openstack', 'server', 'create', 'profkit-abcdef-{n}'];
    const probe = await oneProbe(host);
    const fired = fire(context, probe, {
      recipe: { argv, name: 'profkit-abcdef', count: 1 },
      cwd: folder,
      user: probe.owner,
      searchPath: env.PATH,
      credentials: { env: {}, from: 'nowhere', given: true },
      timeout: 1,
      delete: true,
      parallel: 1,
      repeat: 1,
    });
    await expect(fired).rejects.toMatchObject({ code: 'TRIGGER_TIMEOUT' });
    expect(readFileSync(join(folder, 'said'), 'utf8')).toBe(
      `server list --name ^profkit-abcdef -f value -c ID\nserver delete --wait ${ID}\n`,
    );
  } finally {
    child.kill('SIGKILL');
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
