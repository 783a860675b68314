import { expect, test } from 'vitest';
import { chooseMode, type ModeFacts } from '../../src/probe/mode.js';
import { ignoredPath } from '../../src/python/ignored-path.js';
import { readEnvironmentFile } from '../../src/service/environment-file.js';

const free: ModeFacts = { file: '/x.py', package: undefined, edit: undefined, hook: undefined };

test('auto edits what nobody owns, and hooks what a package owns or what cannot be edited', () => {
  expect(chooseMode('auto', free)).toMatchObject({ mode: 'source' });
  expect(chooseMode('auto', { ...free, package: 'python3-nova' })).toEqual({
    mode: 'hook',
    why: 'it belongs to the package python3-nova',
  });
  expect(chooseMode('auto', { ...free, edit: 'it may not be written' })).toEqual({
    mode: 'hook',
    why: 'it may not be written',
  });
});

test('auto edits a package where no hook would work, and says both', () => {
  expect(chooseMode('auto', { ...free, package: 'p', hook: 's is no unit of systemd' })).toEqual({
    mode: 'source',
    why: 'it belongs to the package p, but s is no unit of systemd',
  });
});

test('where neither goes, and where a hook is asked for that would not work, that is said', () => {
  const hook = 's: its Python is called with -I, so PYTHONPATH is not looked at';
  expect(() => chooseMode('auto', { ...free, edit: 'it may not be written', hook })).toThrow(
    expect.objectContaining({ code: 'NO_MODE', exit: 'refused' }),
  );
  expect(() => chooseMode('hook', { ...free, hook })).toThrow(expect.objectContaining({ code: 'HOOK_REFUSED' }));
  expect(chooseMode('hook', free)).toEqual({ mode: 'hook' });
});

test.each([
  ['/usr/bin/python3 /usr/bin/nova-scheduler -I', undefined],
  ['/usr/bin/python3 -u -m nova -E', undefined],
  ['/usr/bin/python3 -sP /usr/bin/nova-scheduler', undefined],
  ['/usr/bin/python3.11 -Wignore -X dev -W error x', undefined],
  ['/usr/bin/python3 -c -I', undefined],
  ['/usr/bin/nova-scheduler -I', undefined],
  ['uwsgi --ini x', undefined],
  ['/usr/libexec/platform-python -Es /usr/bin/x', /-E/],
  ['/usr/bin/python3 -Es /usr/bin/x', /-E/],
  ['/usr/bin/python3 -W ignore -I x', /-I/],
  ['python3 -uS x', /-S/],
  ['/usr/bin/uwsgi-core --plugin python3 --no-site', /--no-site/],
  ['/usr/bin/uwsgi --ini x --no-site=true', /--no-site/],
])('does %s look at PYTHONPATH and import a sitecustomize', (command, why) => {
  if (why === undefined) expect(ignoredPath(command.split(' '))).toBeUndefined();
  else expect(ignoredPath(command.split(' '))).toMatch(why);
});

test('an environment file is read as systemd reads it', () => {
  const text = `# PYTHONPATH=/comment
; PYTHONPATH=/comment
 A=1
PYTHONPATH=/first
  PYTHONPATH = "/a:/with \\"quotes\\"" \nB='x'\nC=/a\\\n:/b\nD=a' b 'c\nE=\n`;
  const of = (name: string) => readEnvironmentFile(text, name);
  expect(['A', 'PYTHONPATH', 'B', 'C', 'D', 'E', 'F'].map(of)).toEqual([
    '1',
    '/a:/with "quotes"',
    'x',
    '/a:/b',
    'a b c',
    '',
    undefined,
  ]);
});
