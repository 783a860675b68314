import { createInterface } from 'node:readline';
import { complete } from '../report/browse/complete.js';
import type { Answer } from '../report/browse/dialogue.js';
import { History } from './history.js';
import { pathsLike } from './paths-like.js';

/** What is talked with: a line in, an answer out. */
export interface Talker {
  readonly prompt: string;
  answer(line: string): Answer;
}

/** What a line is when there are no more. */
const END = 'EOF';

/** Carries on a dialogue on standard input and output until it is done: with history and completion on a terminal, else without. */
export function converse(talker: Talker): Promise<void> {
  return process.stdin.isTTY && process.stdout.isTTY ? onTerminal(talker) : inPipe(talker, say);
}

/** Writes prompts and answers to `write`, and takes a line to end at a line feed and nowhere else, as Python does. */
export async function inPipe(talker: Talker, write: (text: string) => void): Promise<void> {
  let rest = '';
  write(talker.prompt);
  const take = (line: string): boolean => {
    const { text, done } = talker.answer(line);
    write(text);
    if (!done) write(talker.prompt);
    return done;
  };
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (take(line)) return;
  }
  if (rest !== '' && take(rest)) return;
  take(END);
}

function onTerminal(talker: Talker): Promise<void> {
  const history = new History();
  const reader = createInterface({
    input: process.stdin,
    output: process.stdout,
    history: history.lines(),
    historySize: 1000,
    completer: (line: string) => complete(line, pathsLike),
  });
  let done = false;
  const ask = () => {
    reader.setPrompt(talker.prompt);
    reader.prompt();
  };
  return new Promise((resolve) => {
    reader.on('line', (line) => {
      if (done) return;
      history.add(line);
      const answer = talker.answer(line);
      say(answer.text);
      done = answer.done;
      if (done) reader.close();
      else ask();
    });
    // Python leaves without a word
    reader.on('SIGINT', () => {
      done = true;
      say('\n');
      reader.close();
    });
    reader.on('close', () => {
      if (!done) say(talker.answer(END).text);
      resolve();
    });
    ask();
  });
}

const say = (text: string): void => {
  process.stdout.write(text);
};
