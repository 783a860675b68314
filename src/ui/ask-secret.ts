import { closeSync, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { failure } from '../failure.js';

/**
 * Asks at the terminal, whatever standard input is, and shows nothing of the answer. undefined where there is no terminal.
 * One question at a time.
 */
export function askSecret(): ((question: string) => Promise<string>) | undefined {
  let fd: number;
  try {
    fd = openSync('/dev/tty', 'r+');
  } catch {
    return undefined; // as ssh: who has no terminal is not asked
  }
  closeSync(fd);
  let before: Promise<unknown> = Promise.resolve();
  return (question) => {
    const answer = before.then(() => ask(question));
    before = answer.catch(() => {});
    return answer;
  };
}

const ENTER = ['\r', '\n', '\u0004'];
const INTERRUPT = '\u0003';
const CLEAR = '\u0015';
const BACK = ['\u007f', '\b'];

function ask(question: string): Promise<string> {
  const fd = openSync('/dev/tty', 'r+');
  const terminal = new ReadStream(fd);
  // before it asks: who answers at once would have the answer echoed
  terminal.setRawMode(true).setEncoding('utf8');
  writeSync(fd, question);
  return new Promise<string>((resolve, reject) => {
    let typed: string[] = [];
    terminal.on('data', (text: string) => {
      for (const letter of text) {
        if (ENTER.includes(letter)) return resolve(typed.join(''));
        // the terminal makes no signal of it while it does not show what is typed
        if (letter === INTERRUPT) return reject(failure('INTERRUPTED', { during: 'a question' }));
        if (letter === CLEAR) typed = [];
        else if (BACK.includes(letter)) typed.pop();
        else typed.push(letter);
      }
    });
    terminal.once('error', reject);
  }).finally(() => {
    terminal.setRawMode(false);
    writeSync(fd, '\n');
    terminal.destroy();
  });
}
