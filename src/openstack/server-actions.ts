/** What can be done to a server that is there, as a trigger. */
export interface ServerAction {
  /** Words behind the client's global options; `{server}` and `{flavor}` stand for theirs. */
  words: readonly string[];
  /** The status in which it has worked. */
  ends: string;
  /** It has worked only where the server is on another host then. */
  moves: boolean;
  /** Words that bring the server back, so that it can be done again. */
  back?: readonly string[];
}

const ACTION_NAMES = ['reboot', 'resize', 'live-migrate'] as const;
export type ActionName = (typeof ACTION_NAMES)[number];

export const ACTIONS: Record<ActionName, ServerAction> = {
  reboot: { words: ['server', 'reboot', '{server}'], ends: 'ACTIVE', moves: false },
  resize: {
    words: ['server', 'resize', '--flavor', '{flavor}', '{server}'],
    ends: 'VERIFY_RESIZE',
    moves: false,
    back: ['server', 'resize', 'revert', '{server}'],
  },
  'live-migrate': { words: ['server', 'migrate', '--live-migration', '{server}'], ends: 'ACTIVE', moves: true },
};

/** What profkit knows to do by itself. */
export const TRIGGER_NAMES = ['create', ...ACTION_NAMES] as const;
export type TriggerName = (typeof TRIGGER_NAMES)[number];
