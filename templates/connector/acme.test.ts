import { test } from 'node:test';
import { mapperOf, testMapper, testSource } from 'rolodesk/testing';
import { acme } from './acme.ts';
import { customer, twin } from './acme.twin.ts';

const config = ({ url }: { readonly url: string }) => ({ baseUrl: url, token: 'test-token' });
const skip = { 'refreshes an expired token once': 'API tokens of Acme do not expire' };

testSource({ test, connector: acme, twin, config, skip });
testMapper({ test, mapper: mapperOf(acme), record: acme.record, examples: [customer(1)] });
