import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { captureEndings } from '../../src/profile/capture-files.js';
import type { Sidecar } from '../../src/profile/sidecar.js';
import { analyze } from '../../src/workflow/analyze.js';
import { capturesAt } from '../../src/workflow/read-capture.js';
import { fixture } from '../profile/bytes.js';
import { ownSidecar, sidecar } from '../profile/example-sidecar.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-analyze-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PLACE = '/opt/stack/nova/nova/scheduler';
const STACK = `_select_destinations (${PLACE}/manager.py:235);_schedule (${PLACE}/manager.py:266)`;
const FILES: Record<string, string | Uint8Array> = {
  '.prof': fixture('own-wall'),
  '.active.prof': fixture('own-active'),
  '.waits.folded': `${STACK};claim_resources (${PLACE}/utils.py:1224) 349000\n`,
  '.speedscope.json': '{}',
  '.folded': `${STACK};claim_resources (${PLACE}/utils.py:1224);put (/k/adapter.py:403);request (/k/adapter.py:200);send (/k/session.py:9);recv (/k/s.py:3);[waiting] 349000\n${STACK} 20000\n`,
};

/** A capture as it was brought here. */
function capture(name: string, beside: Sidecar): string {
  for (const ending of captureEndings(beside)) writeFileSync(join(folder, name + ending), FILES[ending]!);
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(beside));
  return join(folder, name);
}
const own = ownSidecar({ wall_seconds: 0.84, active_seconds: 0.42 });
const stacks = sidecar({
  engine: 'sample',
  scope: 'tree',
  profile: null,
  stacks: { speedscope: 'x', folded: 'y' },
  wall_seconds: 0.37,
  measured: { ...own.measured!, samples: 20, missed: 1 },
});
const unprofiled = sidecar({
  engine: 'profkit',
  profile: null,
  outcome: 'raised',
  exception: 'KeyError',
  errors: ['another profiler is on: the call was not profiled'],
});
const options = { sort: ['cumulative'], limit: ['3'], width: 200 };

it("reads a profile with what our own engine writes beside it, also by the sidecar's name", async () => {
  const name = capture('a-1-1', own);
  const found = await analyze([`${name}.prof`], options);
  expect(found.findings[0]!.sentence).toBe(
    "Of the method's 0.768 s, 0.349 s were waiting, in claim_resources (nova/scheduler/utils.py:1224).",
  );
  expect(found.rows).toHaveLength(3);
  expect(await analyze([`${name}.json`], options)).toMatchObject({ findings: found.findings, rows: found.rows });
});

it('reads the rows less the waits as what they are', async () => {
  const name = capture('a-1-1', own);
  const found = await analyze([`${name}.active.prof`], options);
  expect(found.sidecars).toMatchObject([{ wall_seconds: 0.84 }]);
  expect(
    found.findings.map(({ kind }) => kind).filter((kind) => !/^(?:once-per|by-kind|by-package)$/.test(kind)),
  ).toEqual([]);
  expect(found.findings[0]!.sentence).toMatch(/% of the method \(0\.\d+ of 0\.419 s\)/);
});

it('tells the longest stacks of a capture that has no rows', async () => {
  const name = capture('s-1-1', stacks);
  const { text, rows, stacks: files } = await analyze([`${name}.json`], options);
  expect(rows).toEqual([]);
  expect(files).toEqual([`${name}.speedscope.json`, `${name}.folded`]);
  expect(text).toContain(`${stacks.target}: 0.370 s, 20 samples of what ran, 0.349 s suspended`);
  expect(text).toContain(`${name}.speedscope.json   for https://www.speedscope.app`);
  expect(text).toMatch(
    / {4}0\.349 {4}95 % {2}_select_destinations \(manager\.py:235\) > .* > … 2 more … > send .* > recv .* > \[waiting\]\n/,
  );
  expect(text).toMatch(/0\.020 {5}5 % {2}_select_destinations \(manager\.py:235\) > _schedule \(manager\.py:266\)/);
  expect(text).not.toContain('ncalls');
});

it('says why there is nothing to see of a call that ran unprofiled', async () => {
  const { text, findings } = await analyze([`${capture('u-1-1', unprofiled)}.json`], options);
  expect(text).toContain('ran unprofiled');
  expect(text).toContain('another profiler is on: the call was not profiled');
  expect(findings.map(({ kind }) => kind)).toEqual(['raised', 'probe-errors']);
});

it('takes one of each capture in a folder, and no other document', async () => {
  capture('a-1-1', own);
  capture('s-1-1', stacks);
  capture('u-1-1', unprofiled);
  writeFileSync(join(folder, 'package.json'), '{}');
  const names = ['a-1-1.prof', 's-1-1.json', 'u-1-1.json'];
  expect(await capturesAt(folder)).toEqual(names.map((name) => join(folder, name)));
  rmSync(folder, { recursive: true });
  expect(await capturesAt(folder)).toEqual([folder]);
});

it.each([
  ['a-1-1.waits.folded', 'nonsense', 'BAD_PROFILE', 'a-1-1.waits.folded is not a whole profile: line 1'],
  ['a-1-1.active.prof', 'nonsense', 'BAD_PROFILE', 'a-1-1.active.prof is not a whole profile'],
  ['a-1-1.json', '{"format": 1}', 'BAD_SIDECAR', 'a-1-1.json cannot be read: "engine" is missing'],
])('says which file is broken: %s', async (file, content, code, words) => {
  const name = capture('a-1-1', own);
  writeFileSync(join(folder, file), content);
  const attempt = analyze([`${name}.prof`], options);
  await expect(attempt).rejects.toMatchObject({ code, message: expect.stringContaining(words) as unknown });
});

it('says which file is not there', async () => {
  const name = capture('a-1-1', own);
  rmSync(`${name}.waits.folded`);
  await expect(analyze([`${name}.prof`], options)).rejects.toMatchObject({
    code: 'NO_SUCH_FILE',
    message: `${name}.waits.folded cannot be read: it is not there.`,
  });
});
