/** A Singer tap of a whole table, in Node: a version for each read of it, activated when it is complete. */

import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const { values: asked } = parseArgs({
  options: { config: text, catalog: text, state: text, discover: { type: 'boolean' } },
});
const load = (path) => JSON.parse(readFileSync(path, 'utf8'));
const config = load(asked.config);

function write(line) {
  for (let rest = Buffer.from(line); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}
const say = (message) => write(`${JSON.stringify(message)}\n`);

const stream = config.stream ?? 'customers';
const schema = { type: 'object', properties: { id: { type: ['string'] }, name: text, email: text } };
if (asked.discover) {
  say({ streams: [{ tap_stream_id: stream, schema, metadata: [] }] });
  process.exit(0);
}
const [own] = load(asked.catalog).streams[0].metadata;
if (own.metadata['replication-method'] !== 'FULL_TABLE' || !own.metadata.selected) throw new Error('not selected');
if (config.rotates)
  writeFileSync(asked.config, JSON.stringify({ ...config, refresh_token: `${config.refresh_token}+` }));

const { rows, damage } = load(config.file);
const state = asked.state ? load(asked.state) : {};
const { version = (state.last ?? 0) + 1, after = '' } = state.under_way ?? {};
if (damage !== 'no schema') say({ type: 'SCHEMA', stream, schema, key_properties: damage === 'no key' ? [] : ['id'] });
let sent = 0;
for (const row of rows.filter(({ id }) => id > after)) {
  if (sent === 120) spoil();
  say({ type: 'RECORD', stream, version, record: damage === 'keyless' ? { ...row, id: null } : row });
  sent += 1;
  if (sent % 100 === 0) say({ type: 'STATE', value: { under_way: { version, after: row.id } } });
}
say({ type: 'ACTIVATE_VERSION', stream, version });
say({ type: 'STATE', value: { last: version } });

function spoil() {
  if (damage === 'garbage') write('Requesting page 2 of ada@example.com\n');
  if (damage === 'half') process.exit(write('{"type": "RECORD", "stream": "customers", "rec') ?? 0);
  if (damage === 'array') say(['RECORD']);
  if (damage === 'no record') say({ type: 'RECORD', stream, record: 'Ada' });
  if (damage === 'batch') say({ type: 'BATCH', stream, manifest: [] });
  if (damage === 'exit') process.exit(1);
  if (damage === 'signal') process.kill(process.pid, 'SIGKILL');
}
