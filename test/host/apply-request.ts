import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { ApplyRequest, NewJournal } from '../../src/host/host.js';

/** What puts a line, as a probe would, above the line of a file that holds `above`; the file as it is now. */
export function applyRequest(
  path: string,
  line: string,
  above: string,
  journal: Partial<NewJournal> = {},
): ApplyRequest {
  const source = readFileSync(path, 'utf8');
  const owner = userInfo().username;
  const probe = line.split('# profkit:')[1]!;
  const known: NewJournal = {
    format: 2,
    probe,
    kind: 'probe',
    mode: 'source',
    targets: [{ target: 'm:f', runtime: 'probe.py', ids: null }],
    when: null,
    by: owner,
    engine: 'profkit',
    scope: 'tree',
    clock: 'wall',
    max: 3,
    until: 9e9,
    owner,
    services: [],
  };
  const before = createHash('sha256').update(source).digest('hex');
  const after = Buffer.from(source.replace(above, `${line}\n${above}`));
  return {
    journal: { ...known, ...journal },
    changes: [{ path, before, after, lines: [line] }],
    files: [{ name: 'probe.py', data: '# runtime\n' }],
    owner,
  };
}

/** A small source, the line that a probe would put into it, and the two together. */
export const BEFORE = 'class A:\n    def m(self):\n        return 1\n';
export const LINE = '    @eval("lambda f:f")  # profkit:abcdef';
export const AFTER = BEFORE.replace('    def m', `${LINE}\n    def m`);

/** Puts that line into a file that holds that source. */
export const request = (path: string) => applyRequest(path, LINE, '    def m');
