import { estimateStacks, type StackEstimate } from '../../profile/stack-estimate.js';
import type { FunctionName, Stats } from '../../profile/stats.js';
import { stackNotes } from './estimate-notes.js';
import { functionOf, hasFile, idsOf } from './stack-frame.js';
import type { Exported, Subject } from './subject.js';

const SCHEMA = 'https://www.speedscope.app/file-format-schema.json';

/** For https://www.speedscope.app: stacks with the seconds in each, in its own file format. */
export function speedscope({ name, stats }: Subject): Exported {
  const estimate = estimateStacks(stats);
  const title = estimate.guessed > 0 ? `${name} (stacks estimated from callers)` : name;
  return { parts: document(title, stats, estimate), notes: stackNotes(estimate) };
}

function* document(name: string, stats: Stats, estimate: StackEstimate): Generator<string> {
  const frames = new Map<number, number>();
  for (const { id } of estimate.nodes) if (!frames.has(id)) frames.set(id, frames.size);
  const head = { $schema: SCHEMA, exporter: 'profkit', name, activeProfileIndex: 0 };
  yield `${JSON.stringify(head).slice(0, -1)},\n"shared":{"frames":[\n`;
  yield* separated(frames.keys(), (id) => JSON.stringify(frameOf(functionOf(stats, id))));
  const weights = estimate.nodes.map(({ seconds }) => seconds);
  const profile = { type: 'sampled', name, unit: 'seconds', startValue: 0, endValue: estimate.seconds };
  yield `\n]},\n"profiles":[${JSON.stringify(profile).slice(0, -1)},\n"samples":[\n`;
  yield* separated(weights.keys(), (at) => JSON.stringify(idsOf(estimate, at).map((id) => frames.get(id))));
  yield `\n],\n"weights":${JSON.stringify(weights)}}]}\n`;
}

function* separated<T>(items: Iterable<T>, text: (item: T) => string): Generator<string> {
  let between = '';
  for (const item of items) {
    yield between + text(item);
    between = ',\n';
  }
}

function frameOf(one: FunctionName) {
  if (!hasFile(one)) return { name: one.name };
  return { name: one.name, file: one.file, ...(one.line > 0 ? { line: one.line } : {}) };
}
