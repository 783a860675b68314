import type { ServiceFacts } from '../../openstack/doctor/facts.js';
import { judgeFakes } from '../../openstack/doctor/fake-computes.js';
import { type Finding, skip } from '../../openstack/doctor/finding.js';
import { judgeLayout, judgeRelease, judgeVersions } from '../../openstack/doctor/installation.js';
import { judgeLive } from '../../openstack/doctor/live.js';
import { judgeGuide, judgeModes } from '../../openstack/doctor/modes.js';
import { judgeLeftovers, judgeStates, judgeWorkers } from '../../openstack/doctor/services.js';
import type { Check } from './check.js';
import type { Look } from './look.js';
import { lookAtPresets } from './preset-check.js';

/** Of services that are there; where none is, that is all there is to say. */
const of = (judge: (services: readonly ServiceFacts[]) => Finding | readonly Finding[]) => async (look: Look) => {
  const services = await look.facts();
  return services.length === 0 ? skip('there is no OpenStack here') : judge(services);
};

/** Of Nova's services. */
const ofNova = (judge: (services: readonly ServiceFacts[]) => readonly Finding[]) =>
  of((services) => (services.some((s) => s.role) ? judge(services) : skip('no service of Nova is here')));

export const SERVICE_CHECKS: readonly Check[] = [
  {
    id: 'layout',
    topic: 'OpenStack',
    title: 'installation',
    run: async (look) => judgeLayout(await look.facts(), await look.system()),
  },
  { id: 'nova', topic: 'OpenStack', title: 'Nova', run: ofNova(judgeRelease) },
  { id: 'python', topic: 'OpenStack', title: 'Python', run: of(judgeVersions) },
  { id: 'mode', topic: 'OpenStack', title: 'concurrency', run: ofNova(judgeModes) },
  { id: 'guide', topic: 'OpenStack', title: "the guide's engine", run: ofNova(judgeGuide) },
  { id: 'targets', topic: 'OpenStack', title: 'presets', run: lookAtPresets },
  { id: 'units', topic: 'Services', title: 'units', run: of(judgeStates) },
  { id: 'workers', topic: 'Services', title: 'workers', run: of(judgeWorkers) },
  { id: 'outlived', topic: 'Services', title: 'old processes', run: of(judgeLeftovers) },
  { id: 'fakes', topic: 'Services', title: 'fake computes', run: of(judgeFakes) },
  {
    id: 'live',
    topic: 'Services',
    title: 'live mode',
    run: async (look) => {
      const [facts, { uid }, { ptrace }] = [await look.facts(), await look.host.hello(), await look.system()];
      return facts.length === 0 ? skip('there is no OpenStack here') : judgeLive(facts, { uid, ptrace });
    },
  },
];
