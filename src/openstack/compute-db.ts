import type { FileChange } from '../host/host.js';

/** A statement in nova/cmd/compute.py that keeps nova-compute from the database. Lines from 1. */
export interface Statement {
  what: 'access' | 'indirection';
  line: number;
  end: number;
  /** The first of a block in which nothing else stands. */
  alone: boolean;
}

type Edit = Pick<FileChange, 'after' | 'lines' | 'replaced'>;

const mark = (probe: string): string => `# (profkit compute-db ${probe})`;

/** The source with these statements as comments, in which each line of theirs stands behind a mark of ours. */
export function commentOut(source: Uint8Array, statements: readonly Statement[], probe: string): Edit {
  const lines = latin1(source).split('\n');
  const replaced: Record<string, string> = {};
  for (const { line, end, alone } of statements) {
    for (let n = line; n <= end; n += 1) {
      const whole = lines[n - 1]!;
      const old = whole.replace(/\r$/, '');
      const [, indent, text] = /^(\s*)(.*)$/.exec(old)!;
      const ours = `${indent}${alone && n === line ? 'pass  ' : ''}${mark(probe)} ${text}`;
      replaced[utf8(ours)] = utf8(old);
      lines[n - 1] = whole.replace(old, () => ours);
    }
  }
  return { after: Buffer.from(lines.join('\n'), 'latin1'), lines: Object.keys(replaced), replaced };
}

/**
 * A configuration file with `[database]connection`, where it has none: below its `[database]`, or in a section of ours at its end.
 * @param url as oslo.config reads it: a `$` that is none stands there twice
 */
export function addConnection(config: Uint8Array, url: string, probe: string): Edit {
  const text = latin1(config);
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const note = `${mark(probe)} the database of its cell, for nova-compute: out again with profkit compute-db disable`;
  const connection = `connection = ${url}`;
  const section = /^\[database\][^\r\n]*(\r?\n|$)/m.exec(text);
  const at = section ? section.index + section[0].length : text.length;
  const lines = section ? [note, connection] : [note, '[database]', connection];
  const before = at === 0 || text[at - 1] === '\n' ? '' : end;
  const ours = Buffer.from(`${before}${lines.join(end)}${end}`);
  return { after: Buffer.concat([Buffer.from(config).subarray(0, at), ours, Buffer.from(config).subarray(at)]), lines };
}

/** Byte by byte: whatever the encoding, nothing of theirs is lost. */
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const utf8 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');
