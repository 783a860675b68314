import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { ALL, exportOf, HARD, ownSeconds } from './subjects.js';

// The message that https://github.com/google/pprof documents in proto/profile.proto.
const { root } = protobuf.parse(
  `syntax = "proto3"; package perftools.profiles;
message Profile { repeated ValueType sample_type = 1; repeated Sample sample = 2; repeated Mapping mapping = 3; repeated Location location = 4;
  repeated Function function = 5; repeated string string_table = 6; int64 drop_frames = 7; int64 keep_frames = 8; int64 time_nanos = 9;
  int64 duration_nanos = 10; ValueType period_type = 11; int64 period = 12; repeated int64 comment = 13; int64 default_sample_type = 14; }
message ValueType { int64 type = 1; int64 unit = 2; }
message Sample { repeated uint64 location_id = 1; repeated int64 value = 2; repeated Label label = 3; }
message Label { int64 key = 1; int64 str = 2; int64 num = 3; int64 num_unit = 4; }
message Mapping { uint64 id = 1; }
message Location { uint64 id = 1; uint64 mapping_id = 2; uint64 address = 3; repeated Line line = 4; bool is_folded = 5; }
message Line { uint64 function_id = 1; int64 line = 2; int64 column = 3; }
message Function { uint64 id = 1; int64 name = 2; int64 system_name = 3; int64 filename = 4; int64 start_line = 5; }`,
  { keepCase: true },
);
const Profile = root.lookupType('perftools.profiles.Profile');

interface Decoded {
  sample_type: { type: number; unit: number }[];
  sample: { location_id: number[]; value: number[] }[];
  location: { id: number; line: { function_id: number; line: number }[] }[];
  function: { id: number; name: number; filename: number; start_line: number }[];
  string_table: string[];
  time_nanos: string;
  comment: number[];
  default_sample_type: number;
}

function decoded(bytes: Uint8Array): Decoded {
  const message = Profile.decode(gunzipSync(bytes));
  const object = Profile.toObject(message, { longs: String, arrays: true, defaults: true });
  // Every number but the time is small enough.
  return JSON.parse(JSON.stringify(object), (key, value) =>
    key !== 'time_nanos' && key !== 'string_table' && typeof value === 'string' && /^\d+$/.test(value)
      ? Number(value)
      : value,
  ) as Decoded;
}

describe.each(ALL)('%s, decoded', (_, stats) => {
  const { bytes, notes } = exportOf(stats, 'pprof');
  const profile = decoded(bytes);

  it('has all calls and all own time once', () => {
    const sum = (at: number) => profile.sample.reduce((all, { value }) => all + value[at]!, 0);
    const calls = stats.columns.nc.reduce((all, nc) => all + Math.max(0, nc), 0);
    expect(Math.abs(sum(0) - calls)).toBeLessThanOrEqual(1e-12 * calls);
    expect(sum(1)).toBeCloseTo(ownSeconds(stats) * 1e9, -1);
  });

  it('refers to nothing that is not there', () => {
    const locations = new Map(profile.location.map((one) => [one.id, one]));
    const functions = new Map(profile.function.map((one) => [one.id, one]));
    expect(locations.size).toBe(profile.location.length);
    expect(profile.string_table[0]).toBe('');
    for (const { location_id, value } of profile.sample) {
      expect(value).toHaveLength(2);
      for (const id of location_id) {
        const { line } = locations.get(id)!;
        expect(profile.string_table[functions.get(line[0]!.function_id)!.name]).toBeDefined();
      }
    }
  });

  it('says what it is, and what is an estimate', () => {
    const text = (index: number) => profile.string_table[index];
    expect(profile.sample_type.map(({ type, unit }) => [text(type), text(unit)])).toEqual([
      ['calls', 'count'],
      ['tottime', 'nanoseconds'],
    ]);
    expect(text(profile.default_sample_type)).toBe('tottime');
    expect(profile.time_nanos).toBe('1600000000000000000');
    expect(profile.comment.map(text)).toEqual(notes);
  });
});

it('has the function that ran first in a stack, with its place', () => {
  const {
    sample,
    location,
    function: functions,
    string_table: text,
  } = decoded(exportOf(HARD.recursion!, 'pprof').bytes);
  const names = sample.map(({ location_id }) =>
    location_id.map(
      (id) => text[functions.find((f) => f.id === location.find((l) => l.id === id)!.line[0]!.function_id)!.name],
    ),
  );
  expect(names).toEqual([['main'], ['fib', 'main']]);
  expect(functions.map(({ filename, start_line }) => [text[filename], start_line])).toEqual([
    ['/m.py', 1],
    ['/m.py', 2],
  ]);
  expect(sample.map(({ value }) => value)).toEqual([
    [1, 500_000_000],
    [9, 2_500_000_000],
  ]);
});
