import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { factsOf } from '../../src/probe/engines.js';
import { template } from '../../src/templates.js';
import { pythons } from '../pythons.js';

const truth = join(import.meta.dirname, 'truth');
/** The engine alone: what stands before it, and none of the probe that drives it. */
const parts = ['settings', 'imports', ...factsOf('profkit').parts.filter((part) => part !== 'own')].map((part) =>
  template(`probe/${part}.py`),
);

/** {program: {setting: what is not true}} */
type Found = Record<string, Record<string, string[]>>;

function listed<T>(python: string, ...args: string[]): T {
  const said = execFileSync(python, ['-W', 'ignore', join(truth, 'suite.py'), ...args], { encoding: 'utf8' });
  return JSON.parse(said.trim().split('\n').at(-1)!) as T;
}

async function answer<T>(python: string, script: string, ...args: string[]): Promise<T> {
  const { stdout, stderr, exitCode } = await execa(python, ['-W', 'ignore', join(truth, script), ...parts, ...args], {
    reject: false,
  });
  const last = stdout.trim().split('\n').at(-1)!;
  if (exitCode !== 0 || !last.startsWith('{')) throw new Error(`${script} ended with ${exitCode}: ${stderr}`);
  return JSON.parse(last) as T;
}

/** A line a difference: what a failure is to show. */
const lines = (found: Found): string[] =>
  Object.entries(found).flatMap(([program, settings]) =>
    Object.entries(settings).flatMap(([setting, wrong]) => wrong.map((line) => `${program}, ${setting}: ${line}`)),
  );

const has = (python: string, name: string): boolean => {
  const program = `import importlib.util; print(importlib.util.find_spec("${name}") is not None)`;
  return execFileSync(python, ['-c', program], { encoding: 'utf8' }).trim() === 'True';
};

describe.each(pythons().map(({ name, path }) => [name, path]))("the engine's numbers on %s", (_name, python) => {
  const green = has(python, 'eventlet');

  it('are the truth of every program', { timeout: 240_000 }, async () => {
    const found = await answer<Found>(python, 'suite.py');
    expect(Object.keys(found).length).toBeGreaterThan(green ? 85 : 20);
    expect(lines(found)).toEqual([]);
  });

  if (green) {
    it('are so in a process that eventlet has patched', { timeout: 240_000 }, async () => {
      const found = await answer<Found>(python, 'suite.py', '--patched');
      expect(Object.keys(found).length).toBeGreaterThan(75);
      expect(lines(found)).toEqual([]);
    });
  }

  it('are what random programs know of themselves', { timeout: 240_000 }, async () => {
    const { ran, captures, wrong } = await answer<{ ran: number; captures: number; wrong: Record<string, string[]> }>(
      python,
      'fuzz.py',
      ...['--seeds', '0', '99', '--seconds', '150'],
    );
    const seeds = Object.entries(wrong).flatMap(([seed, said]) => said.map((line) => `seed ${seed}: ${line}`));
    expect(seeds).toEqual([]);
    expect(ran).toBeGreaterThan(20); // all 100, but on a machine that is very busy
    expect(captures).toBeGreaterThan(2 * ran);
  });

  const mutants = Object.entries(listed<Record<string, string[]>>(python, '--mutants'));
  it.each(mutants)('would not be true where %s', { timeout: 120_000 }, async (mutant, programs) => {
    const only = programs.flatMap((program) => ['--only', program]);
    const found = await answer<Found>(python, 'suite.py', '--mutant', mutant, ...only);
    const noticed = programs.filter((program) => Object.values(found[program] ?? {}).some((wrong) => wrong.length > 0));
    expect(noticed).toEqual(programs);
  });
});

// The table is of the Python that most of its readers have: 3.11, with the eventlet of Debian 12.
const debian12 = '/usr/bin/python3';
const holds = existsSync(debian12) && /^3\.11 0\.33/.test(answerOf(debian12));

it('are held against those of other profilers in docs/engine.md, as they are', { timeout: 900_000 }, async ({
  skip,
}) => {
  if (!holds) skip('no Python 3.11 with the eventlet 0.33 of Debian 12 here');
  const args = [join(truth, 'tabulate.py'), join(import.meta.dirname, '../../docs/engine.md'), ...parts, '--check'];
  const { stdout, stderr } = await execa(debian12, args, { reject: false });
  expect(stdout.trim() + stderr.trim()).toBe('');
});

function answerOf(python: string): string {
  const program = 'import sys, eventlet; print("%d.%d" % sys.version_info[:2], eventlet.__version__)';
  const { stdout } = execaSync(python, ['-W', 'ignore', '-c', program], { reject: false });
  return stdout;
}
