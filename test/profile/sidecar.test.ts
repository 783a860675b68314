import { describe, expect, it } from 'vitest';
import { parseSidecar, SidecarError } from '../../src/profile/sidecar.js';
import { sidecar } from './example-sidecar.js';

describe('parseSidecar', () => {
  it('reads what a probe writes, and passes over what it does not know', () => {
    expect(parseSidecar(JSON.stringify({ ...sidecar(), later: true }))).toEqual(sidecar());
  });

  it.each([
    ['not JSON', 'it is not JSON'],
    ['[]', 'it is not a JSON object'],
    ['{"mode": "gengine"}', '"format" is missing'],
    [JSON.stringify({ ...sidecar(), format: 2 }), 'format 2, and this profkit reads format 1: analyse it with'],
    [JSON.stringify({ ...sidecar(), format: 0 }), '"format" is 0'],
    [JSON.stringify({ ...sidecar(), target: 7 }), '"target" should be a text, and is 7'],
    [JSON.stringify({ ...sidecar(), function: { file: 'a', name: 'b' } }), '"function.line" is missing'],
    [JSON.stringify({ ...sidecar(), function: null }), '"function" should be an object'],
    [JSON.stringify({ ...sidecar(), sizes: { a: 'b' } }), '"sizes.a" should be a count, and is "b"'],
    [JSON.stringify({ ...sidecar(), ids: [1] }), '"ids" should be a list of texts'],
    [JSON.stringify({ ...sidecar(), engine: 'perf' }), '"engine" should be "eventlet" or "cprofile"'],
    [JSON.stringify({ ...sidecar(), wall_seconds: -1 }), '"wall_seconds" should be a number of seconds'],
    [JSON.stringify({ ...sidecar(), cold: 1 }), '"cold" should be true or false'],
  ])('refuses %s', (text, words) => {
    expect(() => parseSidecar(text)).toThrow(SidecarError);
    expect(() => parseSidecar(text)).toThrow(words);
  });
});
