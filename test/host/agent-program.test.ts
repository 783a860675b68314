import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { agentProgram, revertProgram } from '../../src/host/agent-program.js';

/** Global names that code reads, its functions' too, and that neither it nor Python has. */
const MISSING = `
import builtins, dis, sys, types
code = compile(sys.stdin.read(), "agent", "exec")
made, read, left = set(dir(builtins)), set(), [code]
while left:
    c = left.pop()
    left += [k for k in c.co_consts if isinstance(k, types.CodeType)]
    for i in dis.get_instructions(c):
        if i.opname == "STORE_GLOBAL" or (i.opname == "STORE_NAME" and c is code):
            made.add(i.argval)
        if i.opname == "LOAD_GLOBAL":
            read.add(i.argval)
print("\\n".join(sorted(read - made)))
`;
const missing = (program: string) => {
  const r = spawnSync('python3', ['-c', MISSING], { input: program, encoding: 'utf8' });
  expect(r.stderr).toBe('');
  return r.stdout.split('\n').filter(Boolean);
};

test('what looks at a host needs nothing of what comes later, but for its end', () => {
  const { look, looks, rest } = agentProgram();
  expect(looks).toContain('probes');
  expect(looks).not.toContain('run');
  // for these it asks whether they are there
  expect(missing(look)).toEqual(['changing', 'end_commands']);
  expect(missing(`${rest}\n${look}`)).toEqual([]);
  expect(missing(revertProgram())).toEqual(['__file__']);
});
