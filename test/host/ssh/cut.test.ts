// A run whose connection is cut, after many different counts of bytes (PROFKIT_CUTS): over a real sshd, each with a service of its own.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../../src/failure.js';
import { openHost } from '../../../src/host/open-host.js';
import { run } from '../../../src/workflow/run.js';
import { takeOut } from '../../../src/workflow/take-out.js';
import { RecordedProgress } from '../../fakes/recorded-progress.js';
import { Line } from './line.js';
import { noUsers, type Sshd, startSshd } from './sshd.js';

const CUTS = Number(process.env.PROFKIT_CUTS ?? 16);
/** How many at once: they wait most of the time. */
const AT_ONCE = 6;
const OF_THE_LINE = new Set(['SSH_HANDSHAKE', 'SSH_SHELL', 'HOST_GONE', 'CUT_OFF', 'CUT_UNDONE']);
const SERVICE = join(import.meta.dirname, 'tiny-service.sh');
const SOURCE = 'def handle(name):\n    return helper(name)\n\n\ndef helper(name):\n    return len(name)\n';
const PYTHON = '/usr/bin/python3';

const folder = mkdtempSync(join(tmpdir(), 'profkit-cut-'));
let sshd: Sshd;
beforeAll(async () => {
  if (noUsers) return;
  execFileSync('chmod', ['755', folder]);
  sshd = await startSshd({
    sudoer: { shell: '/bin/bash', sudo: 'ALL=(root) NOPASSWD: /usr/bin/python3' },
    plain: { shell: '/bin/sh' },
  });
}, 180_000);
afterAll(async () => {
  await sshd?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const interruption = {
  signal: new AbortController().signal,
  during: <T>(_: string, work: () => Promise<T>) => work(),
};

/** A host with a service of its own, over a line of its own. */
class Place {
  readonly at: string;
  readonly user: string;
  readonly line: Line;
  readonly #services: Record<string, { start: string[]; stop: string[]; pids: string[]; python: string }>;

  private constructor(at: string, user: string, line: Line) {
    this.at = at;
    this.user = user;
    this.line = line;
    const command = (verb: string) => ['sh', SERVICE, verb, at];
    this.#services = {
      tiny: { start: command('start'), stop: command('stop'), pids: command('pids'), python: PYTHON },
    };
  }

  static async make(name: string, user: string): Promise<Place> {
    const at = join(folder, name);
    mkdirSync(join(at, 'asked'), { recursive: true });
    writeFileSync(join(at, 'work.py'), SOURCE);
    copyFileSync(SERVICE.replace('.sh', '.py'), join(at, 'tiny-service.py'));
    const { uid } = statSync(join(sshd.folder, 'home', user));
    execFileSync('chown', ['-R', `${uid}:${uid}`, at]);
    const place = new Place(at, user, await Line.to(sshd.port));
    await place.sh('start');
    return place;
  }

  /** As the user that the service has. */
  async sh(verb: string): Promise<string> {
    const uid = String(statSync(this.at).uid);
    const as = this.user === 'plain' ? ['setpriv', '--reuid', uid, '--regid', uid, '--clear-groups'] : [];
    const [command, ...argv] = [...as, 'sh', SERVICE, verb, this.at];
    return (await promisify(execFile)(command!, argv)).stdout.trim();
  }

  async open(port: number, patience: number) {
    const sshConfig = join(this.at, `config-${port}`);
    writeFileSync(
      sshConfig,
      `HostKeyAlias [127.0.0.1]:${sshd.port}\nPort ${port}\n${readFileSync(sshd.config, 'utf8')}`,
    );
    const progress = new RecordedProgress();
    const say = (text: string) => progress.warn(text);
    const state = join(this.at, 'state');
    const { host } = await openHost({ host: `${this.user}@there`, sshConfig, state, patience, say });
    const captures = join(folder, 'captures', this.at.split('/').at(-1)!);
    return { host, progress, interruption, services: this.#services, captures };
  }

  /** A whole run over the line. */
  async run(patience: number): Promise<unknown> {
    const context = await this.open(this.line.port, patience);
    try {
      const patch = {
        targets: ['work:handle'],
        services: ['tiny'],
        ids: [],
        engine: 'profkit',
        mode: 'source',
      } as const;
      return await run(context, {
        patch: { ...patch, max: 3, duration: 600 },
        fire: {
          argv: ['touch', join(this.at, 'asked', 'one')],
          cwd: '/',
          environment: { OS_CLOUD: 'none' },
          timeout: 60,
          delete: false,
          count: 1,
          parallel: 1,
          repeat: 1,
        },
        timeout: 60,
        sleep: 0,
        settle: 0.2,
        kill: false,
        fixComputes: false,
      });
    } finally {
      await context.host.close();
    }
  }

  /** `profkit revert --all` from elsewhere. @returns the probes that there were */
  async revertAll(): Promise<number> {
    const context = await this.open(sshd.port, 0);
    try {
      const probes = await context.host.probes();
      const how = { discard: true, restart: 'journal', timeout: 60, kill: false, settle: 0.2 } as const;
      for (const probe of probes) await takeOut(context, probe, how);
      await context.host.sweep();
      expect(await context.host.unreadable()).toEqual([]);
      return probes.length;
    } finally {
      await context.host.close();
    }
  }

  /** What is not as it was. */
  wrong(): string[] {
    const left = execFileSync('find', [this.at, '-name', '*profkit*', '-o', '-name', 'state']).toString();
    const digest = createHash('sha256')
      .update(readFileSync(join(this.at, 'work.py')))
      .digest('hex');
    const same = digest === createHash('sha256').update(SOURCE).digest('hex');
    return [...(same ? [] : ['the source differs']), ...left.split('\n').filter(Boolean)];
  }

  async end(): Promise<void> {
    await this.sh('stop');
    this.line.close();
    rmSync(this.at, { recursive: true, force: true });
  }
}

interface Outcome {
  at: number;
  error: unknown;
  probes: number;
}

/** A run that is cut; what comes of it, when all was looked at. */
async function cutOnce(n: number, at: number): Promise<Outcome> {
  const forGood = n % 2 === 0;
  const place = await Place.make(`cut-${n}`, n % 4 < 2 ? 'sudoer' : 'plain');
  try {
    place.line.cutAfter(at, forGood);
    const error = await place.run(forGood ? 0 : 20).then(
      () => undefined,
      (e: unknown) => e,
    );
    const where = `cut after ${at} bytes${forGood ? ', for good' : ''}: ${error}`;
    // what was stopped is started by the host itself: nobody has reverted anything so far
    await expect.poll(() => place.sh('pids'), { message: where, timeout: 60_000 }).not.toBe('');
    // either it was undone over the next connection, or somebody does it from elsewhere
    const probes = forGood ? await place.revertAll() : 0;
    // what is left of the agent may just be looking, on a busy machine
    await expect.poll(() => place.wrong(), { message: where, timeout: 60_000 }).toEqual([]);
    expect(await place.sh('pids'), where).not.toBe('');
    return { at, error, probes };
  } finally {
    await place.end();
  }
}

describe.skipIf(noUsers !== '')(`a line that is cut${noUsers && ` (${noUsers})`}`, () => {
  test(`after ${CUTS} different counts of bytes: the service runs, all is restored, and what happened is said`, async () => {
    const whole = await Place.make('whole', 'sudoer');
    await whole.run(0);
    const { passed, moments } = whole.line;
    await whole.end();
    // by bytes, most of a run is the agent's way there; by moments, most of it is looking whether a service is up
    const half = CUTS / 2;
    const byBytes = Array.from({ length: half }, (_, i) => Math.round((passed * (i + 0.5)) / half));
    const byMoments = Array.from(
      { length: half },
      (_, i) => moments[Math.floor((moments.length * i) / half)]! + (i % 3),
    );
    const cuts = [...new Set([...byBytes, ...byMoments])].toSorted((a, b) => a - b);
    const outcomes: Outcome[] = [];
    const wrong: string[] = []; // one that goes wrong does not hide the others
    const ahead = cuts.entries();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const [n, at] of ahead) {
          await cutOnce(n, at).then(
            (outcome) => outcomes.push(outcome),
            (e: Error) => wrong.push(String(e)),
          );
        }
      }),
    );
    expect(wrong).toEqual([]);
    expect(outcomes).toHaveLength(cuts.length);
    const said = outcomes.flatMap((o) => (o.error === undefined ? [] : [o.error]));
    for (const error of said) expect(error, (error as Error).stack).toBeInstanceOf(Failure);
    // what is said is that the line was cut, and nothing that came of that
    expect(said.filter((e) => !OF_THE_LINE.has((e as Failure).code)).map((e) => `${(e as Failure).stack}`)).toEqual([]);
    const count = (code: string) => `${code} ${said.filter((e) => (e as Failure).code === code).length}`;
    const codes = [...new Set(said.map((e) => (e as Failure).code))].map(count).join(', ');
    const [well, left] = [outcomes.length - said.length, outcomes.filter((o) => o.probes > 0).length];
    console.log(`${cuts.length} cuts in ${passed} bytes: ${well} ended well; ${codes}; ${left} left a probe to revert`);
  }, 1_800_000);
});
