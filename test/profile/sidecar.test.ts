import { describe, expect, it } from 'vitest';
import { parseSidecar, SidecarError } from '../../src/profile/sidecar.js';
import { ownSidecar, sidecar } from './example-sidecar.js';

const ours = ownSidecar();

describe('parseSidecar', () => {
  it('reads what a probe writes, and passes over what it does not know', () => {
    expect(parseSidecar(JSON.stringify({ ...sidecar(), later: true }))).toEqual(sidecar());
  });

  it('reads what --when left out, and the sidecars of a profkit that knew neither that nor hosts and requests', () => {
    const calls = { number: 9, let_pass: 0, in_flight: 0, when_missed: 7, when_undecided: 1 };
    const chosen = sidecar({ when: 'len(instance_uuids) > 1', calls });
    expect(parseSidecar(JSON.stringify(chosen))).toEqual(chosen);
    const { when: _1, host: _2, request_id: _3, global_request_id: _4, ...old } = sidecar();
    const unknown = { when: null, host: null, request_id: null, global_request_id: null };
    expect(parseSidecar(JSON.stringify(old))).toEqual(sidecar(unknown));
  });

  it('reads what our own engines count', () => {
    expect(parseSidecar(JSON.stringify(ours))).toEqual(ours);
    const sample = sidecar({
      engine: 'sample',
      scope: 'tree',
      profile: null,
      stacks: { speedscope: 'a.speedscope.json', folded: 'a.folded' },
      measured: { ...ours.measured!, samples: 700, missed: 3 },
    });
    expect(parseSidecar(JSON.stringify(sample))).toEqual(sample);
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
    [JSON.stringify({ ...sidecar(), engine: 'auto' }), '"engine" should be "profkit" or "sample" or "eventlet" or'],
    [JSON.stringify({ ...sidecar(), scope: 'thread' }), '"scope" should be "tree" or "call" or "process", and is "th'],
    [JSON.stringify({ ...sidecar(), scope: undefined }), '"scope" is missing'],
    [JSON.stringify({ ...sidecar(), clock: 'sun' }), '"clock" should be "wall" or "cpu", and is "sun"'],
    [JSON.stringify({ ...sidecar(), profile: 3 }), '"profile" should be a text, and is 3'],
    [JSON.stringify({ ...sidecar(), stacks: 'a.folded' }), '"stacks" should be an object'],
    [JSON.stringify({ ...sidecar(), stacks: { folded: 'a.folded' } }), '"stacks.speedscope" is missing'],
    [
      JSON.stringify({ ...sidecar(), profile: null, waits: 'a.waits.folded' }),
      '"waits" names a file, and "profile" na',
    ],
    [JSON.stringify({ ...sidecar(), active_seconds: '1' }), '"active_seconds" should be a number of seconds'],
    [JSON.stringify({ ...sidecar(), measured: {} }), '"measured.events" is missing'],
    [JSON.stringify({ ...ours, measured: { ...ours.measured, tasks: 1.5 } }), '"measured.tasks" should be a count'],
    [JSON.stringify({ ...ours, engine: 'sample' }), '"measured.samples" is missing'],
    [JSON.stringify({ ...sidecar(), wall_seconds: -1 }), '"wall_seconds" should be a number of seconds'],
    [JSON.stringify({ ...sidecar(), cold: 1 }), '"cold" should be true or false'],
  ])('refuses %s', (text, words) => {
    expect(() => parseSidecar(text)).toThrow(SidecarError);
    expect(() => parseSidecar(text)).toThrow(words);
  });
});
