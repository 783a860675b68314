import { expect, test } from 'vitest';
import { type Answer, AnswerReader } from '../../src/host/answer-reader.js';

const SAID: [Answer, Buffer][] = [
  [{ id: 1, ok: 'ä' }, Buffer.alloc(0)],
  [{ id: 3, ok: {}, bytes: 5 }, Buffer.from('\n{"\n\xff', 'latin1')],
  [{ id: 2, ok: {}, bytes: 0 }, Buffer.alloc(0)],
  [{ id: 4, error: { kind: 'os' } }, Buffer.alloc(0)],
  [{ id: 5, ok: {}, bytes: 3 }, Buffer.from('end')],
];
const stream = Buffer.concat(SAID.flatMap(([answer, data]) => [Buffer.from(`${JSON.stringify(answer)}\n`), data]));

test('answers come out whole, in whatever pieces they come', () => {
  for (let size = 1; size <= stream.length; size += 1) {
    const heard: [Answer, Buffer][] = [];
    const reader = new AnswerReader((answer, data) => heard.push([answer, data]));
    for (let at = 0; at < stream.length; at += size) reader.push(stream.subarray(at, at + size));
    expect(heard).toEqual(SAID);
  }
});
