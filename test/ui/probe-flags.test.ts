import { describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/settings.js';
import { patchOptions } from '../../src/ui/probe-flags.js';

const FLAGS = { for: 3600 };
const FILE: Config = {
  service: ['n-cpu-1'],
  target: ['get_by_host'],
  id: ['host'],
  when: 'host == 1',
  engine: 'sample',
  mode: 'source',
  trigger: ['from', 'file'],
  services: {},
};
const NONE: Config = { services: {} };

describe('the command line comes before profkit.yaml', () => {
  test('all from the file', () => {
    expect(patchOptions([], FLAGS, FILE)).toMatchObject({
      targets: ['get_by_host'],
      services: ['n-cpu-1'],
      ids: ['host'],
      when: 'host == 1',
      engine: 'sample',
      mode: 'source',
    });
  });

  test('all from the flags', () => {
    const flags = { ...FLAGS, service: ['s'], id: ['i'], when: 'w', engine: 'yappi', mode: 'hook' } as const;
    expect(patchOptions(['t'], { ...flags, service: ['s'], id: ['i'] }, FILE)).toMatchObject({
      targets: ['t'],
      services: ['s'],
      ids: ['i'],
      when: 'w',
      engine: 'yappi',
      mode: 'hook',
    });
  });

  test('another target keeps the service, and not what is said about the arguments of the other one', () => {
    const options = patchOptions(['t'], FLAGS, FILE);
    expect(options).toMatchObject({ targets: ['t'], services: ['n-cpu-1'], ids: [] });
    expect(options).not.toHaveProperty('when');
  });

  test('a preset of the command line knows its services', () => {
    expect(patchOptions(['scheduler'], FLAGS, FILE)).toMatchObject({ services: [], ids: [], engine: 'sample' });
    expect(patchOptions([], FLAGS, { ...FILE, target: ['scheduler'] }).services).toEqual(['n-cpu-1']);
  });

  test('without either: the defaults, and a target must be named', () => {
    expect(patchOptions(['t'], FLAGS, NONE)).toMatchObject({ services: [], ids: [], mode: 'auto', engine: 'profkit' });
    expect(() => patchOptions([], FLAGS, NONE)).toThrow(expect.objectContaining({ code: 'NO_TARGET' }));
  });
});
