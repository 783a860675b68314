import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { ALL, exportOf } from './subjects.js';

const READ_CSV = `
import csv, io, json, sys
texts = json.load(sys.stdin)
json.dump([list(csv.reader(io.StringIO(text, newline=""), strict=True)) for text in texts], sys.stdout)
`;

it('gives Python back every cell of the CSV', () => {
  const input = JSON.stringify(ALL.map(([, stats]) => exportOf(stats, 'csv').text));
  const output = execFileSync('python3', ['-c', READ_CSV], { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
  const unicode = (text: string) => Buffer.from(text).toString();
  for (const [i, [header, ...rows]] of (JSON.parse(output) as string[][][]).entries()) {
    expect(header).toEqual(['file', 'line', 'name', 'ncalls', 'primitive', 'tottime', 'cumtime']);
    expect(rows, ALL[i]![0]).toEqual(
      ALL[i]![1].rows.map(({ file, line, name, nc, cc, tt, ct }) =>
        [file, line, name, nc, cc, tt, ct].map((cell) => unicode(String(cell))),
      ),
    );
  }
});

it.each(ALL)('%s: the JSON is the profile as it was read', (_, stats) => {
  const { functions, outside, ...head } = JSON.parse(exportOf(stats, 'json').text);
  const { calls, primitiveCalls, seconds } = stats.totals;
  expect(head).toEqual({
    format: 1,
    name: 'x.prof',
    totals: { ncalls: calls, primitive: primitiveCalls, tottime: seconds },
  });
  expect([...functions, ...outside].map(({ file, line, name }) => ({ file, line, name }))).toEqual(stats.names);
  expect(functions.map((one: { callers: unknown }) => one.callers)).toEqual(
    stats.rows.map(({ callers }) =>
      callers.map(({ caller, nc, cc, tt, ct }) => ({
        function: caller,
        ncalls: nc,
        ...(ct === undefined ? {} : { primitive: cc, tottime: tt, cumtime: ct }),
      })),
    ),
  );
});
