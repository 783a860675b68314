/** One line that a local.conf for profiling has, with why. */
export type Wanted = { why?: string /** Another value that is there already is as good. */; anyValue?: true } & (
  | { kind: 'variable'; name: string; value: string }
  | { kind: 'service'; name: string }
  | { kind: 'option'; file: string; section: string; option: string; value: string }
);

export const MODES = ['eventlet', 'threading'] as const;
export type Mode = (typeof MODES)[number];

export const PASSWORDS = ['ADMIN_PASSWORD', 'DATABASE_PASSWORD', 'RABBIT_PASSWORD', 'SERVICE_PASSWORD'] as const;
type PasswordName = (typeof PASSWORDS)[number];
/** Those that are given, and one for all others. */
export type Passwords = { ADMIN_PASSWORD: string } & Partial<Record<PasswordName, string>>;

export interface WantedOptions {
  /** Undefined: as many as there are, or 25. */
  computes?: number | undefined;
  passwords: Passwords;
  concurrency?: Mode | undefined;
}

/** As many as the guide has. */
export const COMPUTES = 25;

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: names as devstack's shell knows them
const NOVA_CONF = '$NOVA_CONF';
const CELL_CONF = '$NOVA_CONF_DIR/nova_cell1.conf';
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: names as devstack's shell knows them

/** The settings of the guide, corrected, and those that make captures clean, in the order of a file. */
export function wantedSettings({ computes, passwords, concurrency }: WantedOptions): Wanted[] {
  return [
    ...PASSWORDS.map((name, i): Wanted => {
      const value = passwords[name] ?? '$ADMIN_PASSWORD';
      return {
        kind: 'variable',
        name,
        value,
        anyValue: true,
        ...(i === 0 ? { why: 'Letters and digits alone, for devstack puts them into URLs.' } : {}),
      };
    }),
    variable(
      'VIRT_DRIVER',
      'fake',
      'Compute hosts without a hypervisor, so that there can be many: the scheduler does not know the difference.',
    ),
    {
      ...variable(
        'NUMBER_FAKE_NOVA_COMPUTE',
        String(computes ?? COMPUTES),
        'How many: one nova-compute process each, of 100 to 150 MB. The guide: 100 will completely overwhelm a 16 GB server.',
      ),
      ...(computes === undefined ? { anyValue: true as const } : {}),
    },
    variable(
      'API_WORKERS',
      '1',
      'One process of each service, where devstack starts one for every four cores and two at least: all captures come from that one, and only its first is cold.',
    ),
    variable(
      'MYSQL_GATHER_PERFORMANCE',
      'False',
      'Without it devstack hooks into each query of the database to count it, and the hook is in every capture.',
    ),
    service('cinder', 'None of these has to do with scheduling; all of them cost memory and time.'),
    service('horizon'),
    service('dstat'),
    service('tempest'),
    option(
      NOVA_CONF,
      'DEFAULT',
      'rpc_response_timeout',
      '300',
      'A profiled call is slow; nobody should give up on it after the usual 60 s. The [DEFAULT] must stand there: above any section devstack drops the line.',
    ),
    ...modeSettings(concurrency),
    option(
      NOVA_CONF,
      'filter_scheduler',
      'enabled_filters',
      "''",
      "Disables filtering entirely. For some profiling this will not be what you want; a compute that is down can be chosen then, too. '' is a list of none.",
    ),
    option(
      NOVA_CONF,
      'notifications',
      'notification_format',
      'unversioned',
      'One type of notifications, not both, to avoid their overhead.',
    ),
  ];
}

function modeSettings(concurrency: Mode | undefined): Wanted[] {
  if (!concurrency) return [];
  const why = `Nova's concurrency mode, for all of its services that read this file; from Nova 34 (2026.2) on, older ones do not know it.`;
  const own = `The conductor of the cell has a file of its own.`;
  return [
    option(NOVA_CONF, 'DEFAULT', 'concurrency_backend', concurrency, why),
    option(CELL_CONF, 'DEFAULT', 'concurrency_backend', concurrency, own),
  ];
}

const variable = (name: string, value: string, why: string): Wanted => ({ kind: 'variable', name, value, why });

const service = (name: string, why?: string): Wanted => ({ kind: 'service', name, ...(why ? { why } : {}) });

const option = (file: string, section: string, name: string, value: string, why: string): Wanted => ({
  kind: 'option',
  file,
  section,
  option: name,
  value,
  why,
});
