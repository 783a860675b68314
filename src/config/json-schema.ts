import { GROUP_NAME } from '../hosts/host-words.js';
import { type Kind, SERVICE_SETTINGS, SETTINGS, type Setting } from './settings.js';

type Schema = Record<string, unknown>;

const TEXT = { type: 'string', pattern: '\\S' };
const TEXTS = { anyOf: [TEXT, { type: 'array', minItems: 1, items: TEXT }] };
/** What YAML reads as a number or as true is a word too: 2.37, true. */
const WORDS = { type: 'array', minItems: 1, items: { type: ['string', 'number', 'boolean'] } };

/** The JSON schema of profkit.yaml, for editors: profkit.schema.json is this. Draft 7, which they all know. */
export function jsonSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'profkit.yaml',
    description: 'What would have to be said again and again. The command line comes before it.',
    ...map(SETTINGS),
  };
}

/** An empty file is fine, and so is `services:` with nothing below. */
function map(settings: Record<string, Setting>): Schema {
  const all = Object.entries(settings);
  const required = all.filter(([, s]) => s.required).map(([name]) => name);
  const needs = all.filter(([, s]) => s.needs).map(([name, s]) => [name, [s.needs]]);
  return {
    type: required.length > 0 ? 'object' : ['object', 'null'],
    additionalProperties: false,
    ...(required.length > 0 ? { required } : {}),
    ...(needs.length > 0 ? { dependencies: Object.fromEntries(needs) } : {}),
    properties: Object.fromEntries(all.map(([name, s]) => [name, { description: s.about, ...value(s.kind) }])),
  };
}

function value(kind: Kind): Schema {
  if (typeof kind !== 'string') return { enum: kind };
  if (kind === 'text') return TEXT;
  if (kind === 'texts') return TEXTS;
  if (kind === 'words') return WORDS;
  if (kind === 'command') return { anyOf: [TEXT, WORDS] };
  if (kind === 'groups')
    return { type: ['object', 'null'], propertyNames: { pattern: GROUP_NAME.source }, additionalProperties: TEXTS };
  return { type: ['object', 'null'], propertyNames: TEXT, additionalProperties: map(SERVICE_SETTINGS) };
}
