import { spawnSync } from 'node:child_process';
import { Dialogue } from '../../../src/report/browse/dialogue.js';
import { openProfile } from '../../../src/workflow/open-profile.js';

/** A dialogue: with what it begins, and what is typed. */
export interface Script {
  readonly files?: readonly string[];
  readonly lines: readonly string[];
}

/** What `python3 -m pstats` prints when it is fed the lines by a pipe; `crashed` where a traceback ended it. */
export function python({ files = [], lines }: Script): { text: string; crashed: boolean } {
  const input = lines.map((line) => `${line}\n`).join('');
  const env = { ...process.env, PYTHONIOENCODING: 'utf-8:surrogateescape', PYTHONWARNINGS: 'ignore' };
  const r = spawnSync('python3', ['-m', 'pstats', ...files], { input, env, encoding: 'utf8', maxBuffer: 2 ** 30 });
  return { text: r.stdout, crashed: r.status !== 0 };
}

/** What we print. */
export function ours({ files = [], lines }: Script): string {
  const dialogue = new Dialogue(openProfile);
  const said = [dialogue.start(files), dialogue.prompt];
  for (const line of [...lines, 'EOF']) {
    const { text, done } = dialogue.answer(line);
    said.push(text);
    if (done) break;
    said.push(dialogue.prompt);
  }
  return said.join('');
}

/**
 * The first line in which we differ from Python, with what stands around it; undefined where all is the same. No traceback is
 * expected.
 */
export function dispute(script: Script): { python: string[]; ours: string[] } | undefined {
  const { text, crashed } = python(script);
  const mine = ours(script);
  if (mine === text && !crashed) return undefined;
  const [theirs, own] = [text, mine].map((one) => one.split('\n')) as [string[], string[]];
  const at = theirs.findIndex((line, i) => line !== own[i]);
  return { python: theirs.slice(Math.max(0, at - 3), at + 3), ours: own.slice(Math.max(0, at - 3), at + 3) };
}
