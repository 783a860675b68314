import { isFake } from '../../openstack/doctor/facts.js';
import {
  judgeClock,
  judgeDisk,
  judgeMemory,
  judgeRoot,
  judgeSystem,
  judgeSystemd,
} from '../../openstack/doctor/host.js';
import type { Check } from './check.js';
import type { Look } from './look.js';

export const HOST_CHECKS: readonly Check[] = [
  {
    id: 'host',
    topic: 'Host',
    title: 'host',
    run: async (look) => judgeSystem(await look.system(), await look.host.hello()),
  },
  { id: 'root', topic: 'Host', title: 'root', run: async (look) => judgeRoot(await look.host.hello()) },
  {
    id: 'systemd',
    topic: 'Host',
    title: 'systemd',
    run: async (look) => judgeSystemd(await systemd(look), look.ownServices),
  },
  { id: 'clock', topic: 'Host', title: 'clock', run: clock },
  { id: 'disk', topic: 'Host', title: 'disk', run: async (look) => judgeDisk((await look.system()).disk) },
  {
    id: 'memory',
    topic: 'Host',
    title: 'memory',
    run: async (look) => {
      const fakes = (await look.facts()).filter((s) => isFake(s) && s.state === 'active');
      return judgeMemory((await look.system()).memory, fakes.length);
    },
  },
];

async function systemd({ host }: Look): Promise<string | undefined> {
  if (!(await host.stat('/run/systemd/system'))) return undefined;
  return (await host.run(['systemctl', '--version'], { timeout: 20 })).stdout.split('\n')[0];
}

/** Asks three times and takes the quickest answer: what the host says is of some moment between question and answer. */
async function clock({ host }: Look) {
  let best = { offset: 0, doubt: Number.POSITIVE_INFINITY };
  for (let n = 0; n < 3; n += 1) {
    const asked = Date.now() / 1000;
    const time = await host.time();
    const answered = Date.now() / 1000;
    const doubt = (answered - asked) / 2;
    if (doubt < best.doubt) best = { offset: time - (asked + doubt), doubt };
  }
  return judgeClock(best.offset, best.doubt);
}
