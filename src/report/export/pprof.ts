import { gzipSync } from 'node:zlib';
import { estimateStacks, type StackEstimate } from '../../profile/stack-estimate.js';
import { stackNotes } from './estimate-notes.js';
import { plainText } from './plain-text.js';
import { Protobuf } from './protobuf.js';
import { functionOf, idsOf } from './stack-frame.js';
import type { Exported, Subject } from './subject.js';
import { wholeNumbers } from './whole-numbers.js';

/** The numbers of the fields, as pprof's profile.proto gives them. */
const PROFILE = { sampleType: 1, sample: 2, location: 4, function: 5, text: 6, time: 9, duration: 10, comment: 13 };
const DEFAULT_TYPE = 14;
const TYPE = { type: 1, unit: 2 };
const SAMPLE = { location: 1, value: 2 };
const LOCATION = { id: 1, line: 4 };
const LINE = { function: 1, line: 2 };
const FUNCTION = { id: 1, name: 2, systemName: 3, file: 4, startLine: 5 };

/** For `pprof` and what reads its format: calls, and own time in nanoseconds, of each stack. Gzipped, as it has to be. */
export function pprof(subject: Subject): Exported {
  const estimate = estimateStacks(subject.stats);
  const notes = stackNotes(estimate);
  return { parts: [gzipSync(profileOf(subject, estimate, notes).done())], notes };
}

function profileOf({ stats, when }: Subject, estimate: StackEstimate, notes: readonly string[]): Protobuf {
  const profile = new Protobuf();
  const texts = new Texts();
  const type = (name: string, unit: string) =>
    new Protobuf().number(TYPE.type, texts.id(name)).number(TYPE.unit, texts.id(unit));
  profile
    .message(PROFILE.sampleType, type('calls', 'count'))
    .message(PROFILE.sampleType, type('tottime', 'nanoseconds'));

  const locations = new Map<number, number>();
  for (const { id } of estimate.nodes) {
    if (locations.has(id)) continue;
    // A function has one place, so its location has its number.
    const number = locations.size + 1;
    locations.set(id, number);
    const { file, line, name } = functionOf(stats, id);
    const start = Math.max(0, line);
    profile.message(
      PROFILE.function,
      new Protobuf()
        .number(FUNCTION.id, number)
        .number(FUNCTION.name, texts.id(name))
        .number(FUNCTION.systemName, texts.id(name))
        .number(FUNCTION.file, texts.id(file))
        .number(FUNCTION.startLine, start),
    );
    const place = new Protobuf().number(LINE.function, number).number(LINE.line, start);
    profile.message(PROFILE.location, new Protobuf().number(LOCATION.id, number).message(LOCATION.line, place));
  }

  const [calls, nanos] = [wholeNumbers(), wholeNumbers()];
  for (const [index, node] of estimate.nodes.entries()) {
    const values = [calls(node.calls), nanos(node.seconds * 1e9)];
    if (values.every((value) => value === 0)) continue;
    // The other way round than everywhere else: the function that ran comes first.
    const stack = idsOf(estimate, index).reverse();
    const sample = new Protobuf().numbers(
      SAMPLE.location,
      stack.map((id) => locations.get(id)!),
    );
    profile.message(PROFILE.sample, sample.numbers(SAMPLE.value, values));
  }
  profile
    .number(PROFILE.time, BigInt(when.getTime()) * 1_000_000n)
    .number(PROFILE.duration, Math.round(estimate.seconds * 1e9))
    .number(DEFAULT_TYPE, texts.id('tottime'));
  for (const note of notes) profile.number(PROFILE.comment, texts.id(note));
  for (const text of texts.all) profile.text(PROFILE.text, text);
  return profile;
}

/** Texts are given by their number in one table, of which the first is empty. */
class Texts {
  readonly all = [''];
  private readonly ids = new Map([['', 0]]);

  id(raw: string): number {
    const text = plainText(raw);
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.all.push(text) - 1;
      this.ids.set(text, id);
    }
    return id;
  }
}
