import { expect, test } from 'vitest';
import { sql } from '../../../src/connectors/sql/index.ts';
import { queryProblem, usesSince, withSince } from '../../../src/connectors/sql/query.ts';
import { before, capAt } from '../../../src/connectors/sql/watermark.ts';

test.each([
  'SELECT 1',
  ' \n-- all of them; really\n/* ; */ select 1;  -- the end',
  'WITH a AS (SELECT 1) SELECT * FROM a',
  '(SELECT 1) UNION (SELECT 2)',
  `SELECT ';' AS "a;b", $$ it's; $$, $x$ $$ ; :name $x$, E'\\';' FROM t`,
  "SELECT a::text, 'at :noon' FROM t WHERE changed >= :since",
  "SELECT * FROM t WHERE data ? 'key'",
  "/* a /* b */ c */ SELECT 1 /* a /* b */ it's; :x */;",
  "SELECT 1 /* a /* that SQLite does not count */ AS b, ':x' AS c",
])('%s is one SELECT', (query) => {
  expect(queryProblem(query)).toBeUndefined();
});

test.each([
  ['DELETE FROM customers', 'expected one SELECT statement'],
  ['', 'expected one SELECT statement'],
  ['SELECT 1; DROP TABLE customers', 'expected one statement, found several'],
  ["SELECT '\\'; DROP TABLE customers; --'", 'expected one statement, found several'],
  ['SELECT * FROM t WHERE region = :region', 'the parameter :region has no value: only :since has one'],
  ['SELECT 1 /* a /* b */ c */; DROP TABLE customers', 'expected one statement, found several'],
  ['/* a /* b */ SELECT :x', 'the parameter :x has no value: only :since has one'],
  ['SELECT * FROM t WHERE region = $1', 'the parameter $1 has no value: only :since has one'],
])('%s is refused: %s', (query, problem) => {
  expect(queryProblem(query)).toBe(problem);
});

test(':since is found where it is a parameter, and nowhere else', () => {
  const query = "SELECT a::since, ':since' FROM t -- :since\nWHERE a >= :since OR b >= :since;";
  expect(withSince(query, '$1')).toBe("SELECT a::since, ':since' FROM t -- :since\nWHERE a >= $1 OR b >= $1");
  expect(usesSince("SELECT ':since'")).toBe(false);
});

test.each([
  [{ query: 'SELECT 1' }, /expected either url or file/],
  [{ query: 'SELECT 1', file: 'a.db', url: 'postgres://a@localhost/b' }, /expected either url or file/],
  [{ query: 'SELECT ?', file: 'a.db' }, /the parameter \? has no value/],
  [{ query: 'SELECT :since', file: 'a.db' }, /:since has a value only where incremental/],
  [{ query: 'SELECT 1', url: 'mysql://localhost/a' }, /expected postgres:/],
  [{ query: 'SELECT 1', url: 'postgres://localhost' }, /expected the name of a database/],
  [{ query: 'SELECT 1', url: 'postgres://localhost/a?sslmode=on' }, /expected sslmode to be one of disable/],
  [{ query: 'SELECT 1', url: 'postgres://localhost/a?sslrootcert=x' }, /the parameter sslrootcert is not known/],
])('%j is refused', (config, message) => {
  expect(() => sql.configure({ connector: 'sql', ...config })).toThrow(message);
});

test('keys belong to host and database, or to the file, or to what the configuration says', () => {
  const account = (config: object) => sql.configure({ connector: 'sql', query: 'SELECT 1', ...config }).account;
  expect(account({ url: 'postgres://reader:secret@db.example.com/crm' })).toBe('db.example.com/crm');
  expect(account({ file: './data/crm.db' })).toBe('crm');
  expect(account({ file: './data/crm.db', account: 'Shop' })).toBe('shop');
});

const now = Date.parse('2026-01-05T09:00:00Z');

test.each([
  ['2026-01-05T08:30:00.250Z', '2026-01-05T08:25:00.000Z'],
  ['2026-01-01 00:01:00', '2025-12-31 23:56:00'],
  ['2026-01-05 08:30', '2026-01-05 08:25'],
  ['2026-01-05T08:30:00+02:00', '2026-01-05T08:25:00+02:00'],
  ['2026-01-05', '2026-01-04'],
  [1000, 700],
  [1_767_600_000, 1_767_599_700],
  [1_767_600_000_000, 1_767_599_700_000],
  [9_007_199_254_740_993n, 9_007_199_254_740_693n],
  ['v0017', 'v0017'],
])('the next read of a column that came to %s begins at %s', (value, expected) => {
  expect(before(value, 300)).toBe(expected);
});

test.each([
  ['2026-01-05T08:59:59Z', '2026-01-05T08:59:59Z'],
  ['2062-01-05T08:00:00.5Z', '2026-01-05T09:00:00.0Z'],
  ['2026-01-05T11:30:00+02:00', '2026-01-05T11:00:00+02:00'],
  ['9999-12-31', '2026-01-05'],
  [4_000_000_000, now / 1000],
  [4_000_000_000_000, now],
  [42, 42],
  ['v0017', 'v0017'],
])('%s, which may lie in the future, counts as %s', (value, expected) => {
  expect(capAt(value, now)).toBe(expected);
});
