import { estimateStacks, type StackEstimate } from '../../profile/stack-estimate.js';
import type { FunctionName, Stats } from '../../profile/stats.js';
import { stackNotes } from './estimate-notes.js';
import { escaped, plainText } from './plain-text.js';
import { functionOf, hasFile, idsOf } from './stack-frame.js';
import type { Exported, Subject } from './subject.js';
import { wholeNumbers } from './whole-numbers.js';

/** A line a stack, `name (file:line);name (file:line) microseconds`, root first: for flamegraph.pl, inferno, speedscope. */
export function folded({ stats }: Subject): Exported {
  const estimate = estimateStacks(stats);
  return { parts: lines(stats, estimate), notes: stackNotes(estimate) };
}

function* lines(stats: Stats, estimate: StackEstimate): Generator<string> {
  const frames = new Map<number, string>();
  const frame = (id: number): string => {
    const known = frames.get(id) ?? frameOf(functionOf(stats, id));
    frames.set(id, known);
    return known;
  };
  const whole = wholeNumbers();
  for (const [index, { seconds }] of estimate.nodes.entries()) {
    const micros = whole(seconds * 1e6);
    if (micros > 0) yield `${idsOf(estimate, index).map(frame).join(';')} ${micros}\n`;
  }
}

function frameOf(one: FunctionName): string {
  const place = hasFile(one) ? ` (${one.file}:${one.line})` : '';
  return plainText(one.name + place).replaceAll(';', escaped);
}
