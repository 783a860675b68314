import { randomInt } from 'node:crypto';

/** Six letters and digits, none that are mistaken for another. */
export function newId(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  return Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');
}
