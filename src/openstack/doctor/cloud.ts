import { clientError } from '../client-failure.js';
import { type Credentials, secretsOf } from '../credentials.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** What the client was asked and said; undefined: it could not be asked. */
export interface ClientAnswer {
  code: number;
  timedOut: boolean;
  stdout: string;
  stderr: string;
}

export function judgeClient(path: string | undefined, version: string | undefined): Finding {
  if (path !== undefined)
    return ok(version === undefined ? `${path}; its version is not known` : `${version} (${path})`);
  return warn(
    "there is no command openstack, neither in the services' PATH nor in the system's",
    'Install python-openstackclient, or give run and trigger a command of your own.',
  );
}

/**
 * @param credentials of run and trigger
 * @param seconds how long the client was waited for
 */
export function judgeToken(answer: ClientAnswer, { env, from, given }: Credentials, seconds: number): Finding {
  if (answer.code === 0) return ok(`keystone gives a token for ${from}`);
  const why = answer.timedOut ? `no answer within ${seconds} s` : clientError(answer.stderr, secretsOf(env));
  const says = `no token for ${from}: ${why}`;
  if (answer.timedOut)
    return (given ? fail : warn)(says, 'The host is slow, or keystone hangs. Try it by hand: openstack token issue.');
  if (given) return fail(says, 'Try it by hand: openstack token issue.');
  return warn(says, 'Set OS_CLOUD to one of clouds.yaml, or source an openrc first, or name one to run with --openrc.');
}
