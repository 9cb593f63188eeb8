import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { consoleApi } from '../../../scripts/reference/console-api.ts';
import { endpoints } from '../../../src/app/console/api/index.ts';

const document = JSON.parse(consoleApi());

test('the reference of the API is valid OpenAPI', async () => {
  expect(await new Validator().validate(document)).toMatchObject({ valid: true });
});

test('it has every endpoint, each with its parameters, its answer and its refusal', () => {
  const operations = Object.values<Record<string, { operationId: string; summary: string; responses: object }>>(
    document.paths,
  ).flatMap((path) => Object.values(path));
  expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(Object.keys(endpoints).toSorted());
  for (const { operationId, summary, responses } of operations) {
    expect([operationId, /^[A-Z].*\.$/.test(summary)]).toEqual([operationId, true]);
    expect(Object.keys(responses)).toEqual([expect.stringMatching(/^[23]\d\d$/), 'default']);
  }
});

test('it says which values are masked for viewers', () => {
  const found = JSON.stringify(document.paths['/api/v1/pipelines/{pipeline}/customers']).match(/x-customer-data/g);
  expect(found).toHaveLength(2);
});
