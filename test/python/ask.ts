import { execFileSync } from 'node:child_process';
import { type AskPython, locateProgram } from '../../src/python/ask.js';
import { locateParts } from '../../src/workflow/ask-python.js';

/** Asks that Python, as profkit does on a host. */
export const asker =
  (python: string, modules = ''): AskPython =>
  async (request) =>
    JSON.parse(
      execFileSync(python, ['-B', '-W', 'ignore', '-'], {
        input: locateProgram(request, await locateParts()),
        cwd: '/',
        env: { ...process.env, PYTHONPATH: modules },
        maxBuffer: 1 << 26,
      }).toString(),
    );
