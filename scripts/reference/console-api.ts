import { z } from 'zod';
import type { Endpoint } from '../../src/app/console/api/endpoint.ts';
import { endpoints } from '../../src/app/console/api/index.ts';
import { errorAnswer } from '../../src/app/console/api/schemas.ts';

const contentTypes: Readonly<Record<Endpoint['content'], string>> = {
  json: 'application/json',
  csv: 'text/csv',
  html: 'text/html',
  events: 'text/event-stream',
};

/** The API of the console as OpenAPI 3.1, from the schemas that the router uses. */
export function consoleApi(): string {
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'The console of Rolodesk',
      version: 'v1',
      description:
        'What the web console reads and does. Keys are added, never changed. A page has `items` and `next`: the cursor of the next page. What a schema marks with `x-customer-data` is masked for viewers. A refusal has `error` with `code`, `message` and, if something helps, `hint`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'http://127.0.0.1:9464' }],
    security: [{ session: [] }],
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'rolodesk_session' },
      },
      schemas: { Error: schemaOf(errorAnswer, 'output'), Json: { description: 'Any JSON' } },
    },
    paths: paths(),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function paths(): Record<string, Record<string, object>> {
  const found: Record<string, Record<string, object>> = {};
  for (const [id, endpoint] of Object.entries(endpoints)) {
    const own = found[endpoint.path] ?? {};
    own[endpoint.method.toLowerCase()] = operation(id, endpoint);
    found[endpoint.path] = own;
  }
  return found;
}

function operation(operationId: string, endpoint: Endpoint): object {
  const { path, summary, role, query, body, answer, status, content, method } = endpoint;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return {
    operationId,
    summary,
    description: `For ${role === 'anyone' ? 'anyone' : `${role}s`}.`,
    tags: [tagOf(path)],
    ...(role === 'anyone' && { security: [] }),
    parameters: [
      ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...(query ? queryParameters(query) : []),
      ...(method === 'GET'
        ? []
        : [{ name: 'x-rolodesk-csrf', in: 'header', required: role !== 'anyone', schema: { type: 'string' } }]),
    ],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: {
      [String(status)]: {
        description: status === 302 ? 'Found' : 'As asked',
        content: { [contentTypes[content]]: { schema: schemaOf(answer, 'output') } },
      },
      default: {
        description: 'Refused',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function queryParameters(query: z.ZodObject): readonly object[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

/** Without what names the dialect: the document is of one. The one schema that contains itself is any JSON. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, $defs = {}, ...made } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  if (Object.keys($defs).length > 1) throw new Error('Another schema contains itself: give it a name of its own.');
  return JSON.parse(JSON.stringify(made).replaceAll(/"#\/\$defs\/\w+"/g, '"#/components/schemas/Json"'));
}

function tagOf(path: string): string {
  const parts = path.split('/').filter((part) => !part.startsWith('{'));
  return parts[4] ?? parts[3] ?? 'console';
}
