import { secretsOf } from '../../openstack/credentials.js';
import { type ClientAnswer, judgeClient, judgeToken } from '../../openstack/doctor/cloud.js';
import { judgeComputeServices } from '../../openstack/doctor/compute-services.js';
import { type Finding, skip } from '../../openstack/doctor/finding.js';
import type { Check } from './check.js';
import type { Look } from './look.js';
import { once } from './once.js';

/** Seconds that the client gets: on a busy host it takes 20 to start. */
const TIMEOUT = 60;

const tokens = new WeakMap<Look, () => Promise<ClientAnswer>>();

/** A token is asked for once; it is never printed. */
function token(look: Look): Promise<ClientAnswer> {
  const known = tokens.get(look) ?? once(() => ask(look, 'token', 'issue', '-f', 'value', '-c', 'expires'));
  tokens.set(look, known);
  return known();
}

async function ask(look: Look, ...words: string[]): Promise<ClientAnswer> {
  return look.host.run(['openstack', ...words], { ...(await look.how()), timeout: TIMEOUT });
}

export const CLOUD_CHECKS: readonly Check[] = [
  { id: 'client', topic: 'Cloud', title: 'client', run: client },
  { id: 'credentials', topic: 'Cloud', title: 'credentials', run: credentials },
  { id: 'compute-services', topic: 'Cloud', title: 'compute services', run: computeServices },
];

/** Where there is neither a service nor a client nobody misses anything. */
const nothing = async (look: Look) => (await look.client()) === undefined && (await look.services()).length === 0;

async function client(look: Look): Promise<Finding> {
  if (await nothing(look)) return skip('there is no OpenStack here, and no client');
  const path = await look.client();
  const r = path === undefined ? undefined : await ask(look, '--version');
  return judgeClient(path, r?.code === 0 ? (r.stdout || r.stderr).trim().split('\n')[0] : undefined);
}

async function credentials(look: Look): Promise<Finding> {
  if ((await look.client()) === undefined) return skip('there is no client to try them with');
  const credentials = await look.credentials();
  if (!credentials.given && (await look.services()).length === 0)
    return skip('there is no OpenStack here, and no OS_* is set');
  return judgeToken(await token(look), credentials, TIMEOUT);
}

async function computeServices(look: Look): Promise<Finding> {
  if ((await look.client()) === undefined) return skip('there is no client to ask with');
  const { given, env } = await look.credentials();
  if (!given && (await look.services()).length === 0) return skip('there is no OpenStack here, and no OS_* is set');
  const { code, timedOut } = await token(look);
  if (code !== 0) return skip(timedOut ? 'keystone has not answered' : 'the credentials do not work');
  return judgeComputeServices(await ask(look, 'compute', 'service', 'list', '-f', 'json'), secretsOf(env));
}
