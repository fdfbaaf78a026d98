/** A page's developer defines tools, and hears at once what is wrong with one. */
import { describe, expect, it } from 'vitest';
import { knownTools, usableTools, type PageTool } from '../../../src/core/tools/page-tool.js';
import type { StandardSchema } from '../../../src/core/tools/standard-schema.js';

const context = {
  signal: new AbortController().signal,
  callId: 'call_1',
  endCall: () => undefined,
};

/** A tool as the types would not have it. */
const wrong = (tool: object) => knownTools([tool as PageTool]);

/** A schema of a library that turns everything into its length. */
function lengthOf(jsonSchema?: object): StandardSchema<Record<string, unknown>> {
  return {
    '~standard': {
      version: 1,
      vendor: 'of tests',
      validate: (value) => {
        const { text } = value as { text: unknown };
        return Promise.resolve(
          typeof text === 'string'
            ? { value: { length: text.length } }
            : {
                issues: [
                  { message: 'is no text', path: ['text', { key: 0 }] },
                  { message: 'Sorry.' },
                ],
              },
        );
      },
      ...(jsonSchema && { jsonSchema: { input: () => ({ ...jsonSchema }) } }),
    },
  };
}

describe('a tool', () => {
  it('needs no more than a name', () => {
    const tool = knownTools([{ name: 'scroll_up' }]).get('scroll_up');
    expect(tool?.definition).toEqual({
      type: 'function',
      name: 'scroll_up',
      description: undefined,
      parameters: { type: 'object', properties: {} },
    });
    expect(tool?.timeoutMs).toBe(10_000);
    expect(tool?.confirm).toBe(false);
  });

  it('is offered as it was when it was given', () => {
    const parameters = { type: 'object', properties: { id: { type: 'string' } } };
    const tool = knownTools([{ name: 'find', parameters }]).get('find');
    parameters.properties.id.type = 'number';
    expect(tool?.definition.parameters).toEqual({
      type: 'object',
      properties: { id: { type: 'string' } },
    });
  });

  it('may have parameters that nobody can write to', async () => {
    const city = Object.freeze({ type: 'string' });
    const properties = Object.freeze({ city });
    const parameters = Object.freeze({ type: 'object', properties, required: ['city'] });
    const tool = knownTools([{ name: 'weather', parameters }]).get('weather')!;
    await expect(tool.accept({ city: 'Oslo' })).resolves.toEqual({ city: 'Oslo' });
    await expect(tool.accept({})).rejects.toThrow('required property "city"');
  });

  it('D11 says where arguments do not fit', async () => {
    const stop = { type: 'object', properties: { id: { type: 'integer' } } };
    const parameters = {
      type: 'object',
      properties: { stops: { type: 'array', items: { $ref: '#/$defs/stop' } } },
      additionalProperties: false,
      $defs: { stop },
    };
    const tool = knownTools([{ name: 'route', parameters }]).get('route')!;
    await expect(tool.accept({ stops: [{ id: 1 }] })).resolves.toBeDefined();
    await expect(tool.accept({ stops: [{ id: 1 }, { id: 'x' }] })).rejects.toThrow(
      'at #/stops/1/id: Instance type "string" is invalid. Expected "integer".',
    );
    await expect(tool.accept({ stops: [], more: 1 })).rejects.toThrow('more');
  });

  it('keeps its own `this`', () => {
    const counter = {
      name: 'count',
      count: 0,
      execute() {
        return ++this.count;
      },
    };
    expect(knownTools([counter]).get('count')?.execute?.({}, context)).toBe(1);
  });

  it.each([
    ['no object', null, 'A tool is an object.'],
    ['no object at all', 'find', 'A tool is an object.'],
    ['no name', {}, 'The tool "undefined" has no usable name'],
    ['an empty name', { name: '' }, 'has no usable name'],
    ['a blank in its name', { name: 'look up' }, 'The tool "look up" has no usable name'],
    ['a long name', { name: 'x'.repeat(65) }, 'has no usable name'],
    ['a name of letters the API refuses', { name: 'zählen' }, 'has no usable name'],
    [
      'a description that is no text',
      { name: 'a', description: 5 },
      'The tool "a" has a description',
    ],
    [
      'parameters that are a list',
      { name: 'a', parameters: [] },
      'The tool "a" has no usable `param',
    ],
    ['parameters that are null', { name: 'a', parameters: null }, 'JSON Schema of an object'],
    ['parameters of an array', { name: 'a', parameters: { type: 'array' } }, '`type` can only be'],
    ['parameters that lead nowhere', { name: 'a', parameters: { $ref: '#/$defs/x' } }, '#/$defs/x'],
    ['an execute that is no function', { name: 'a', execute: 'alert()' }, '`execute`'],
    ['a timeout of no time', { name: 'a', timeout: 0 }, '`timeout`'],
    ['a timeout that is no number', { name: 'a', timeout: '5s' }, '`timeout`'],
    ['a timeout that timers cannot keep', { name: 'a', timeout: Infinity }, '`timeout`'],
    [
      'JSON Schema as a schema',
      { name: 'a', schema: { type: 'object' } },
      'belongs in `parameters`',
    ],
  ])('is refused with %s', (_, tool, message) => {
    expect(() => wrong(tool as object)).toThrow(TypeError);
    expect(() => wrong(tool as object)).toThrow(message);
  });

  it('is refused with parameters that go in a circle', () => {
    const parameters: Record<string, unknown> = { type: 'object' };
    parameters['properties'] = { self: parameters };
    expect(() => wrong({ name: 'a', parameters })).toThrow(
      'The tool "a" has no usable `parameters`',
    );
  });

  it('is refused as the second of its name', () => {
    expect(() => knownTools([{ name: 'a' }, { name: 'b' }, { name: 'a' }])).toThrow(
      'There are two tools named "a".',
    );
  });
});

describe('a tool with a schema of a library', () => {
  const described = { type: 'object', properties: { text: {} }, required: ['text'] };

  it('is offered as the library describes it, and gets what the library makes of it', async () => {
    const tool = knownTools([{ name: 'a', parameters: lengthOf(described) }]).get('a')!;
    expect(tool.definition.parameters).toEqual(described);
    await expect(tool.accept({ text: 'four' })).resolves.toEqual({ length: 4 });
    await expect(tool.accept({})).rejects.toThrow('required property "text"');
    await expect(tool.accept({ text: 5 })).rejects.toThrow('text.0: is no text Sorry.');
  });

  it('may have JSON Schema beside it', async () => {
    const tool = knownTools([{ name: 'a', parameters: described, schema: lengthOf() }]).get('a')!;
    await expect(tool.accept({ text: 'four' })).resolves.toEqual({ length: 4 });
  });

  it('is refused when nobody can describe its parameters', () => {
    expect(() => wrong({ name: 'a', parameters: lengthOf() })).toThrow(
      'this schema of of tests cannot describe itself; give its JSON Schema here',
    );
  });

  it('may have one that is a function', async () => {
    const schema = Object.assign(() => undefined, lengthOf(described));
    const tool = knownTools([{ name: 'a', parameters: schema }]).get('a')!;
    await expect(tool.accept({ text: 'x' })).resolves.toEqual({ length: 1 });
  });
});

describe('tools of lower rank', () => {
  it('are taken as far as they are usable', () => {
    const reports: string[] = [];
    const tools = [
      { name: 'a', description: 'first' },
      { name: 'a' },
      { name: '?' },
      { name: 'b' },
    ];
    const usable = usableTools(tools, (message) => reports.push(message));
    expect([...usable.keys()]).toEqual(['a', 'b']);
    expect(usable.get('a')?.definition.description).toBe('first');
    expect(reports).toHaveLength(1);
    expect(reports[0]).toContain('The tool "?"');
  });
});
