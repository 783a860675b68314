import { createPatch } from 'diff';
import type { FileChange } from '../host/host.js';
import type { CheckedLine } from '../python/ask.js';
import { insertLine } from '../python/edit.js';
import type { Located } from '../python/place.js';

/** A target of a probe, and the decorator line that stands for it. */
export interface LineFor {
  located: Located;
  decorator: string;
}

export interface SourceEdit {
  change: FileChange;
  /** What the service's interpreter is asked to check. */
  lines: CheckedLine[];
}

/**
 * One source with a line above the def of each of its targets.
 * @param source its bytes, whose sha256 is that of each `located`
 */
export function editSource(source: Uint8Array, lines: readonly LineFor[]): SourceEdit {
  const { file, sha256 } = lines[0]!.located;
  const down = [...lines].sort((a, b) => a.located.line - b.located.line);
  let edited = source;
  const ours: string[] = [];
  for (const { located, decorator } of [...down].reverse()) {
    const put = insertLine(edited, located.line, decorator);
    edited = put.edited;
    ours.unshift(put.line);
  }
  return {
    change: { path: file, before: sha256, after: edited, lines: ours },
    lines: down.map((one, n) => ({ line: one.located.line + n, decorator: ours[n]! })),
  };
}

export function unifiedDiff(file: string, before: Uint8Array, after: Uint8Array): string {
  const text = (b: Uint8Array) => Buffer.from(b).toString('utf8');
  return createPatch(file.replace(/^\//, ''), text(before), text(after), '', '', { context: 3 })
    .split('\n')
    .slice(2)
    .map((l) => l.replace(/^--- (.*?)\t?$/, '--- a/$1').replace(/^\+\+\+ (.*?)\t?$/, '+++ b/$1'))
    .join('\n');
}
