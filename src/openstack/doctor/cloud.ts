import { type Finding, fail, ok, warn } from './finding.js';

/** What the client was asked and said; undefined: it could not be asked. */
export interface ClientAnswer {
  code: number;
  timedOut: boolean;
  stdout: string;
  stderr: string;
}

export function judgeClient(path: string | undefined, version: string | undefined): Finding {
  if (path !== undefined) return ok(`${version ?? 'it'} (${path})`);
  return warn(
    "there is no command openstack, neither in the services' PATH nor in the system's",
    'Install python-openstackclient, or give run and trigger a command of your own.',
  );
}

const IDENTITY = ['OS_AUTH_URL', 'OS_AUTH_TYPE', 'OS_TOKEN', 'OS_USERNAME'];

/** Whose word is taken, as run and trigger do: OS_CLOUD, the rest of the environment, else devstack's cloud. */
export function credentialSource(environment: Record<string, string | undefined>): { words: string; given: boolean } {
  const { OS_CLOUD, OS_USERNAME } = environment;
  if (OS_CLOUD) return { words: `OS_CLOUD=${OS_CLOUD}`, given: true };
  if (IDENTITY.some((name) => environment[name]))
    return { words: `OS_* of your environment${OS_USERNAME ? `, as ${OS_USERNAME}` : ''}`, given: true };
  return { words: 'the cloud devstack-admin, since no OS_* is set', given: false };
}

/**
 * @param source of credentialSource
 * @param openrc files on the host that a shell could read
 * @param secrets what must not be shown
 * @param seconds how long the client was waited for
 */
export function judgeToken(
  answer: ClientAnswer,
  source: { words: string; given: boolean },
  openrc: readonly string[],
  secrets: readonly string[],
  seconds: number,
): Finding {
  if (answer.code === 0) return ok(`keystone gives a token for ${source.words}`);
  const why = answer.timedOut ? `no answer within ${seconds} s` : clientError(answer.stderr, secrets);
  const says = `no token for ${source.words}: ${why}`;
  const file = openrc[0];
  const other = file
    ? `Set OS_CLOUD, or read those of ${file} first: . ${file}`
    : 'Set OS_CLOUD to one of clouds.yaml, or source an openrc first';
  if (source.given) return fail(says, 'Try it by hand: openstack token issue.');
  return warn(says, `${other}; run and trigger take what is set then.`);
}

/** What the client says, in some words, without secrets. */
export function clientError(stderr: string, secrets: readonly string[]): string {
  const cloud = /Cloud (\S+) was not found/.exec(stderr)?.[1];
  if (cloud) return `no clouds.yaml has a cloud ${cloud}`;
  if (/HTTP 401|requires authentication/i.test(stderr))
    return 'keystone refuses them (401): they are wrong, or expired';
  if (/Missing value auth-url|auth_url|is required for/i.test(stderr))
    return 'they are not complete: there is no address of keystone, name or password';
  if (
    /Unable to establish connection|Connection refused|Could not find versioned identity|Name or service not known|discover available identity/i.test(
      stderr,
    )
  )
    return 'keystone does not answer at its address';
  return cleaned(stderr.trim().split('\n').at(-1) ?? '', secrets) || 'the client does not say why';
}

/** Without what must not be shown, and not longer than a line. */
function cleaned(text: string, secrets: readonly string[]): string {
  let clean = text.replace(/(\w+:\/\/)[^\s/@]*@/g, '$1');
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '***');
  return clean.length > 160 ? `${clean.slice(0, 159)}…` : clean;
}

/** Values that are secrets by the names of their variables. */
export const secretsOf = (environment: Record<string, string | undefined>): string[] =>
  Object.entries(environment).flatMap(([name, value]) =>
    /^OS_.*(PASS|TOKEN|SECRET|KEY|PASSCODE)/.test(name) && value ? [value] : [],
  );
