import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../src/failure.js';
import { checkFile, mergeLocalConf, writeLocalConf } from '../../src/workflow/local-conf.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-localconf-'));
  path = join(folder, 'local.conf');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const GB = 1e9;
const options = { dryRun: false };
const read = (): string => readFileSync(path, 'utf8');
const mode = (): number => statSync(path).mode & 0o777;
const password = (name = 'ADMIN_PASSWORD'): string | undefined => new RegExp(`^${name}=(.*)$`, 'm').exec(read())?.[1];

async function failed(work: Promise<unknown>): Promise<Failure> {
  const e = await work.then(
    () => undefined,
    (e) => e,
  );
  expect(e).toBeInstanceOf(Failure);
  return e;
}

describe('write', () => {
  it('makes a file for its owner alone, with a password of its own each time', async () => {
    await writeLocalConf(path, options, 64 * GB);
    expect(mode()).toBe(0o600);
    expect(password()).toMatch(/^[A-Za-z0-9]{24}$/);
    const first = password();
    rmSync(path);
    const { text } = await writeLocalConf(path, options, 64 * GB);
    expect(password()).not.toBe(first);
    expect(text).not.toContain(password());
  });

  it('never overwrites, and leaves nothing beside', async () => {
    writeFileSync(path, 'mine');
    expect((await failed(writeLocalConf(path, options))).code).toBe('LOCAL_CONF_EXISTS');
    expect(read()).toBe('mine');
    expect(readdirSync(folder)).toEqual(['local.conf']);
  });

  it('shows and writes nothing on a dry run', async () => {
    const { text, written } = await writeLocalConf(path, { dryRun: true }, 64 * GB);
    expect(text).toContain('ADMIN_PASSWORD=****\n');
    expect([written, readdirSync(folder)]).toEqual([false, []]);
  });

  it('takes passwords from a file, one for all or by name', async () => {
    const file = join(folder, 'passwords');
    writeFileSync(file, 'one4all\n');
    await writeLocalConf(path, { ...options, passwords: file });
    expect([password(), password('RABBIT_PASSWORD')]).toEqual(['one4all', '$ADMIN_PASSWORD']);
    rmSync(path);
    writeFileSync(file, '# mine\nADMIN_PASSWORD=a1\nRABBIT_PASSWORD = b2\n');
    await writeLocalConf(path, { ...options, passwords: file });
    expect([password(), password('RABBIT_PASSWORD')]).toEqual(['a1', 'b2']);
  });

  it('takes them from the environment by the names that devstack has for them', async () => {
    vi.stubEnv('ADMIN_PASSWORD', 'fromEnv1');
    await writeLocalConf(path, options);
    expect(password()).toBe('fromEnv1');
  });

  it.each(['pass word\n', 'a$b\n', 'ADMIN_PASSWORD=\n', 'NOVA_PASSWORD=x\n', '\n'])(
    'refuses the passwords %j without showing them',
    async (text) => {
      const file = join(folder, 'passwords');
      writeFileSync(file, text);
      const { code, message } = await failed(writeLocalConf(path, { ...options, passwords: file }));
      expect(code).toBe('PASSWORD_SHAPE');
      expect(message).not.toMatch(/pass word|a\$b/);
    },
  );

  it.each([
    [100, 16, /^100 fake computes take 10 GB to 15 GB .* this host has 16 GB: up to 80 fit$/],
    [80, 16, undefined],
    [25, 6, /up to 13 fit$/],
    [25, 8, undefined],
  ])('of %d computes in %d GB it says %s', async (computes, memory, warning) => {
    const { warnings } = await writeLocalConf(path, { ...options, computes }, memory * GB);
    expect(warnings).toEqual(warning ? [expect.stringMatching(warning)] : []);
  });

  it('warns of a file localrc, beside which nobody reads the first section', async () => {
    writeFileSync(join(folder, 'localrc'), '');
    const { warnings } = await writeLocalConf(path, options, 64 * GB);
    expect(warnings).toEqual([expect.stringContaining('devstack reads that')]);
  });
});

describe('merge', () => {
  const keep = async () => false;

  it('adds, shows the change without secrets, and keeps the mode', async () => {
    writeFileSync(path, '# mine\n[[local|localrc]]\nADMIN_PASSWORD=secret\n', { mode: 0o600 });
    const { text, warnings } = await mergeLocalConf(path, options, keep, 64 * GB);
    expect(read()).toMatch(
      /^# mine\n\[\[local\|localrc\]\]\nADMIN_PASSWORD=secret\nDATABASE_PASSWORD=\$ADMIN_PASSWORD\n/,
    );
    expect(text).toContain('+NUMBER_FAKE_NOVA_COMPUTE=25');
    expect(text).toContain(' ADMIN_PASSWORD=****');
    expect([mode(), warnings]).toEqual([0o600, []]);
    expect(await mergeLocalConf(path, options, keep, 64 * GB)).toMatchObject({ written: false, text: '' });
  });

  it('changes nothing on a dry run, nor where nobody can say what is to win', async () => {
    writeFileSync(path, '[[local|localrc]]\nAPI_WORKERS=8\n', { mode: 0o600 });
    const before = read();
    expect(await mergeLocalConf(path, { dryRun: true }, keep)).toMatchObject({ written: false });
    const refused = await failed(mergeLocalConf(path, options, async () => undefined));
    expect(refused).toMatchObject({ code: 'LOCAL_CONF_CONFLICT', detail: 'line 2: API_WORKERS is 8, wanted is 1' });
    expect(read()).toBe(before);
  });

  it('asks of each conflict', async () => {
    writeFileSync(path, '[[local|localrc]]\nAPI_WORKERS=8\nVIRT_DRIVER=libvirt\n', { mode: 0o600 });
    const { conflicts } = await mergeLocalConf(path, options, async (c) => c.what === 'VIRT_DRIVER');
    expect(conflicts.map((c) => [c.what, c.replaced])).toEqual([
      ['VIRT_DRIVER', true],
      ['API_WORKERS', false],
    ]);
    expect(read()).toMatch(/API_WORKERS=8\nVIRT_DRIVER=fake\n/);
  });

  it('follows a symbolic link, and says when others can read passwords', async () => {
    const real = join(folder, 'real.conf');
    writeFileSync(real, '');
    chmodSync(real, 0o644);
    symlinkSync('real.conf', path);
    const { warnings } = await mergeLocalConf(path, options, keep, 64 * GB);
    expect(statSync(real).mode & 0o777).toBe(0o644);
    expect(readFileSync(real, 'utf8')).toContain('VIRT_DRIVER=fake');
    expect(warnings).toEqual([expect.stringContaining('chmod 600')]);
  });

  it('says that lines of it are lost, and where to see which', async () => {
    writeFileSync(path, '[[post-config|$NOVA_CONF]]\nrpc_response_timeout = 300\n', { mode: 0o600 });
    const { warnings } = await mergeLocalConf(path, options, keep, 64 * GB);
    expect(warnings).toEqual([expect.stringMatching(/^a line of it does not do .* --check /)]);
  });
});

it('a file that cannot be read is said to be so', async () => {
  expect((await failed(checkFile(join(folder, 'none')))).code).toBe('LOCAL_CONF_UNREAD');
});
