import { test } from 'node:test';
import { testSource } from 'rolodesk/testing';
import { acme } from './acme.ts';
import { twin } from './acme.twin.ts';

const config = ({ url }: { readonly url: string }) => ({ baseUrl: url, token: 'test-token' });
const skip = { 'refreshes an expired token once': 'API tokens of Acme do not expire' };

testSource({ test, connector: acme, twin, config, skip });
