import type { Finding } from '../profile/finding.js';
import { textLength } from '../profile/text-order.js';

const BULLET = '* ';

/** The findings as lines of plain text, one point each, broken between words so that none is wider than `width` where it can be. */
export function summaryLines(findings: readonly Pick<Finding, 'sentence'>[], width = 80): string[] {
  return findings.flatMap(({ sentence }) => wrap(sentence, Math.max(width - BULLET.length, 1)).map(indent));
}

function indent(line: string, i: number): string {
  return (i === 0 ? BULLET : ' '.repeat(BULLET.length)) + line;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +(?!%)/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textLength(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
