import { test } from 'vitest';
import { testSink } from '../../../src/testing/index.ts';
import { zendeskSuite } from '../../kit/twins/zendesk-suite.ts';

testSink({ test, ...zendeskSuite });
