import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, matchesGlob } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { IniFile } from '../../../src/openstack/local-conf/ini-file.js';
import { mergePhase } from '../../../src/openstack/local-conf/merge-phase.js';
import { parseLocalConf } from '../../../src/openstack/local-conf/meta-sections.js';
import type { Shell } from '../../../src/openstack/local-conf/shell.js';
import { before, generated, randomOf } from './generate.js';

const COUNT = 2000;
const folder = mkdtempSync(join(tmpdir(), 'profkit-localconf-'));
afterAll(() => rmSync(folder, { recursive: true }), 300_000);

const lacks = ['bash', 'gawk', 'sed', 'grep'].filter((c) => spawnSync(c, ['--version']).status !== 0);
const HOME = '/home/stack';

/** What merge-rules.bash has set, and the little that the generated files run. */
const VARIABLES: Record<string, string> = {
  NOVA_CONF: 'out/nova.conf',
  OTHER_CONF: 'out/other.conf',
  OUT: 'out',
  SPACED: 'two  words',
  EMPTY: '',
  STAR: '*',
  AMP: 'a&b',
  TAB: 'x\\ty',
  HOME,
};
const OUTPUTS: Record<string, string> = {
  'echo hi': 'hi',
  'echo "a  b"': 'a  b',
  'echo a b': 'a b',
  'echo sub': 'sub',
  'no-such-command': '',
};
const shell: Shell = {
  // what bash knows of its own process nobody else does
  variable: (name) => (/^\W$|^[0_]$/.test(name) && name !== '#' ? null : VARIABLES[name]),
  output: (command) => OUTPUTS[command] ?? null,
  names: (pattern) => ['local.conf', 'out'].filter((n) => matchesGlob(n, pattern)),
};

interface Case {
  name: string;
  conf: string;
  nova: string;
}

/** The files as they are afterwards, whether it was stopped, and how much of it nobody could know. */
function ours({ conf, nova }: Case) {
  const files = new Map([['out/nova.conf', new IniFile(nova)]]);
  const parsed = parseLocalConf(conf);
  let stopped = false;
  const unsettled: string[] = [];
  for (const phase of ['post-config', 'test-config']) {
    const r = mergePhase(parsed, phase, shell, files, 'local.conf');
    unsettled.push(...r.visits.flatMap((v) => [...v.unsettled, ...v.outcomes.flatMap((o) => o.unsettled)]));
    // an operator has run what we do not follow
    if (r.stopped?.why === 'operator') unsettled.push('operator');
    stopped = r.stopped !== undefined;
    if (stopped) break;
  }
  // a carriage return in a header leads to files elsewhere
  const merged = [...files].filter(([n]) => n.startsWith('out/')).map(([n, f]) => [n, f.text]);
  return { stopped, files: Object.fromEntries(merged), unsettled };
}

function theirs({ name }: Case) {
  const path = join(folder, name);
  const files = readdirSync(join(path, 'out')).map((f) => [`out/${f}`, readFileSync(join(path, 'out', f), 'utf8')]);
  return { stopped: readFileSync(join(path, 'status'), 'utf8') !== '0\n', files: Object.fromEntries(files) };
}

it.skipIf(lacks.length > 0 && !process.env.CI)(
  `reads ${COUNT} generated files as bash, gawk, grep and sed do by devstack's rules${lacks.length > 0 ? ` (no ${lacks})` : ''}`,
  async () => {
    const random = randomOf(20_261_126);
    const cases = Array.from({ length: COUNT }, (_, i): Case => {
      const one = { name: String(i), conf: generated(random), nova: before(random) };
      for (const f of ['out', '.calls']) mkdirSync(join(folder, one.name, f), { recursive: true });
      writeFileSync(join(folder, one.name, 'local.conf'), one.conf);
      writeFileSync(join(folder, one.name, 'out/nova.conf'), one.nova);
      return one;
    });
    const env = { PATH: process.env.PATH, HOME, LC_ALL: 'C.UTF-8' };
    const rules = join(import.meta.dirname, 'merge-rules.bash');
    const halves = [cases.filter((_, i) => i % 2 === 0), cases.filter((_, i) => i % 2 === 1)];
    await Promise.all(
      halves.map((half) => promisify(execFile)('bash', [rules, ...half.map((c) => c.name)], { cwd: folder, env })),
    );
    let settled = 0;
    let settings = 0;
    const differ = [];
    for (const c of cases) {
      const { unsettled, ...result } = ours(c);
      if (unsettled.length > 0) continue;
      settled++;
      settings += Object.values(result.files).join('').split(' = ').length - 1;
      const real = theirs(c);
      if (!isDeepStrictEqual(result, real)) differ.push({ ...c, ours: result, theirs: real });
    }
    expect(differ.slice(0, 3), `${differ.length} differ`).toEqual([]);
    // the rest are braces, operators and the like, which are warned about instead
    expect(settled).toBeGreaterThan(COUNT * 0.9);
    expect(settings).toBeGreaterThan(COUNT);
  },
  1_200_000,
);
