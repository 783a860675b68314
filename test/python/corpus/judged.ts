import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { decoratorLine } from '../../../src/probe/decorator-line.js';
import { editSource } from '../../../src/probe/source-edit.js';
import { insertLine } from '../../../src/python/edit.js';
import type { Located } from '../../../src/python/place.js';
import { locateParts } from '../../../src/workflow/ask-python.js';

interface FunctionAt {
  line: number;
  name: string;
  blocked: string | null;
}

/** A file with a line above each of its functions. */
export interface EditedFile {
  file: string;
  before: Buffer;
  after: Buffer;
  lines: string[];
}

export interface Verdict {
  files: number;
  functions: number;
  /** By reason. */
  refused: Record<string, number>;
  /** Files that this Python cannot read. */
  unread: string[];
  wrong: string[];
}

const PROBE = 'corpus';
const runtime = (n: number) => `/var/lib/profkit/probes/${PROBE}/probe-${n + 1}.py`;

/**
 * Puts a line above every function of those sources, all at once and each alone, and has a Python judge what came out.
 * @param scratch a folder for what is handed over, in memory
 * @param took is told each edited file
 */
export async function judgeEdits(
  python: string,
  paths: readonly string[],
  scratch: string,
  took: (file: EditedFile) => void,
): Promise<Verdict> {
  const program = join(scratch, 'locate.py');
  writeFileSync(program, (await locateParts()).replace(/\nmain\(\)\s*$/, '\n'));
  const judge = spawn(python, ['-B', '-W', 'ignore', join(import.meta.dirname, 'judge.py'), program, ...paths], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const verdict: Verdict = { files: 0, functions: 0, refused: {}, unread: [], wrong: [] };
  const ended = new Promise<number | null>((resolve) => judge.on('close', resolve));
  let turn = 0;
  for await (const line of createInterface({ input: judge.stdout })) {
    const said = JSON.parse(line);
    if (said.unread !== undefined) verdict.unread.push(`${said.file}: ${said.unread}`);
    else if (said.functions !== undefined) {
      turn = (turn + 1) % 4; // the judge has three files at a time
      judge.stdin.write(`${JSON.stringify(edit(said, join(scratch, `edited-${turn}`), verdict, took))}\n`);
    } else {
      verdict.functions += said.judged;
      for (const [at, why] of said.wrong) verdict.wrong.push(`${said.file}:${at}: ${why}`);
    }
  }
  const code = await ended;
  if (code !== 0) verdict.wrong.push(`${python}: the judge ended with ${code}`);
  return verdict;
}

function edit(
  { file, functions }: { file: string; functions: FunctionAt[] },
  edited: string,
  verdict: Verdict,
  took: (file: EditedFile) => void,
): object {
  const before = readFileSync(file);
  verdict.files += 1;
  for (const { blocked } of functions.filter((f) => f.blocked !== null)) {
    const reason = blocked!.replaceAll(/\d+/g, 'N');
    verdict.refused[reason] = (verdict.refused[reason] ?? 0) + 1;
  }
  const open = functions.filter((f) => f.blocked === null);
  const put = open.map((f, n) => ({
    located: { file, sha256: '', line: f.line } as Located,
    decorator: decoratorLine(PROBE, runtime(n)),
  }));
  const whole = put.length > 0 ? editSource(before, put) : undefined;
  const after = Buffer.from(whole?.change.after ?? before);
  writeFileSync(edited, after);
  took({ file, before, after, lines: whole?.change.lines ?? [] });
  const lines = put.map(({ located, decorator }) => {
    const one = insertLine(before, located.line, decorator);
    const length = one.edited.length - before.length;
    const offset = firstDifference(before, one, length);
    const kept =
      before.compare(one.edited, 0, offset, 0, offset) === 0 &&
      before.compare(one.edited, offset + length, undefined, offset) === 0;
    if (!kept) verdict.wrong.push(`${file}:${located.line}: bytes beside the line changed`);
    return { at: located.line, offset, text: one.edited.toString('latin1', offset, offset + length) };
  });
  return { edited, lines };
}

/** Where the line was put in: it is there but once. */
function firstDifference(before: Buffer, one: { edited: Buffer; line: string }, length: number): number {
  const at = one.edited.indexOf(one.line, 0, 'latin1');
  return at >= 0 && length >= one.line.length ? at : before.length;
}
