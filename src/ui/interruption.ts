import { setMaxListeners } from 'node:events';
import { failure } from '../failure.js';

/** Ctrl-C, a closed terminal or `kill`: the work stops at its next safe place and what was done is undone. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Runs a step that may be interrupted; what is thrown by an interruption says during what. */
  during<T>(title: string, work: () => Promise<T>): Promise<T>;
}

/**
 * From here on to the end of the process: after the undo, too, a signal must not cut off what is said about it.
 * @param say is told what comes of each signal
 */
export function catchInterruption(say: (text: string) => void): Interruption {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // each of many hosts waits for it
  const onSignal = () => {
    if (controller.signal.aborted) return say('being undone, please wait');
    say('interrupted: what must not be cut off is finished, what was changed is undone');
    controller.abort(failure('INTERRUPTED', { during: 'the work' }));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const s of signals) process.on(s, onSignal);
  return {
    signal: controller.signal,
    async during(title, work) {
      try {
        controller.signal.throwIfAborted();
        return await work();
      } catch (e) {
        if (controller.signal.aborted) throw failure('INTERRUPTED', { during: title });
        throw e;
      }
    },
  };
}
