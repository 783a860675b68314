/**
 * What the prompt of `python3 -m pstats` says, word for word: profkit answers a dialogue with the same bytes, so that scripts and
 * habits carry over. The words are those of CPython 3.11 (Lib/pstats.py and Lib/cmd.py, Copyright (c) Python Software
 * Foundation, under the PSF License Agreement); the later versions say the same.
 */
export const WORDS = {
  welcome: 'Welcome to the profile statistics browser.',
  goodbye: 'Goodbye.',
  nothingLoaded: 'No statistics object is loaded.',
  nothingToReload: 'No statistics object is current -- cannot reload.',
  badFraction: 'Fraction argument must be in [0, 1]',
  sortKeys: 'Valid sort keys (unique prefixes are accepted):',
  unknown: (line: string) => `*** Unknown syntax: ${line}`,
  noHelp: (topic: string) => `*** No help on ${topic}`,
  notAdded: (path: string, why: string) => `Failed to load statistics for ${path}: ${why}`,
  invalidTiming: (file: string) => `Invalid timing data ${file}`,
  nothingInIt: (file: string) => `Cannot create or construct a <class '__main__.Stats'> object from ${file}`,
} as const;

const ARGUMENTS = [
  'Arguments may be:',
  '* An integer maximum number of entries to print.',
  '* A decimal fractional number between 0 and 1, controlling',
  '  what fraction of selected entries to print.',
  '* A regular expression; only entries with function names',
  '  that match it are printed.',
];

/** Every command, in the order in which they are listed, and what help says of it. */
export const HELP: ReadonlyMap<string, readonly string[]> = new Map([
  ['EOF', ['Leave the profile browser.']],
  ['add', ['Add profile info from given file to current statistics object.']],
  ['callees', ['Print callees statistics from the current stat object.', ...ARGUMENTS]],
  ['callers', ['Print callers statistics from the current stat object.', ...ARGUMENTS]],
  ['help', ['Show help for a given command.']],
  ['quit', ['Leave the profile browser.']],
  ['read', ['Read in profile data from a specified file.', 'Without argument, reload the current file.']],
  ['reverse', ['Reverse the sort order of the profiling report.']],
  ['sort', ['Sort profile data according to specified keys.', "(Typing `sort' without arguments lists valid keys.)"]],
  ['stats', ['Print statistics from the current stat object.', ...ARGUMENTS]],
  ['strip', ['Strip leading path information from filenames in the report.']],
]);

const TOPICS = 'Documented commands (type help <topic>):';

/** What help says without a topic. */
export const OVERVIEW = ['', TOPICS, '='.repeat(TOPICS.length), [...HELP.keys()].join('  '), ''];
